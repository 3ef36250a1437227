/** The strip at the top: where all this happens, and what the index knows. */

import type { IndexView } from "../../protocol/webview";
import { indexLabel } from "../indexWords";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import type { Translate } from "../translate";
import { Icon } from "./icon";

interface HeaderProps {
  readonly index: IndexView;
  readonly remoteName: string | undefined;
  readonly ollamaHost: string | undefined;
}

export const Header = memo<HeaderProps>(({ index, remoteName, ollamaHost }) => {
  const { t } = usePanel();
  const [place, why] = placeWords(t, remoteName, ollamaHost);
  const isReady = index.health === "ready" && (index.progress?.phase ?? "idle") === "idle";
  return (
    <header class="strip">
      <h1 class="visually-hidden">{t.text("panel.title")}</h1>
      <span class={ollamaHost === undefined ? "place" : "place sent"} title={why}>
        <Icon name={ollamaHost === undefined ? "shield" : "warning"} />
        <span class="ellipsis">{place}</span>
      </span>
      <span class="index-state">
        {isReady && <Icon name="check" />}
        <span class="ellipsis">{indexLabel(t, index)}</span>
      </span>
    </header>
  );
});

/** Where all this happens, and what that means. Another machine that sees the questions is said before anything else. */
function placeWords(t: Translate, remoteName: string | undefined, ollamaHost: string | undefined): [string, string] {
  if (ollamaHost !== undefined) {
    return [t.text("header.sent", ollamaHost), t.text("header.sent.title", ollamaHost)];
  }
  if (remoteName !== undefined) {
    return [t.text("header.remote", remoteName), t.text("header.remote.title", remoteName)];
  }
  return [t.text("header.local"), t.text("header.local.title")];
}
