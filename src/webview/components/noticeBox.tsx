/** Something the host has to say, and the one thing to do about it. */

import type { Notice } from "../../protocol/webview";
import { usePanel } from "../panelContext";
import { Icon } from "./icon";

interface NoticeBoxProps {
  readonly notice: Notice;
  readonly tone: "info" | "error";
}

export function NoticeBox({ notice: { message, action }, tone }: NoticeBoxProps) {
  const { post } = usePanel();
  return (
    <div class={`notice ${tone}`}>
      <Icon name={tone} />
      <p>{message}</p>
      {action && (
        <button type="button" class="primary" onClick={() => post({ type: "act", action: action.action })}>
          {action.label}
        </button>
      )}
    </div>
  );
}
