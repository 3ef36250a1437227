/** The strip at the top: where all this happens, and what the index knows. */

import type { IndexView } from "../../protocol/webview";
import { indexLabel } from "../indexWords";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import { Icon } from "./icon";

interface HeaderProps {
  readonly index: IndexView;
  readonly remoteName: string | undefined;
}

export const Header = memo<HeaderProps>(({ index, remoteName }) => {
  const { t } = usePanel();
  const place = remoteName === undefined ? t.text("header.local") : t.text("header.remote", remoteName);
  const why = remoteName === undefined ? t.text("header.local.title") : t.text("header.remote.title", remoteName);
  const isReady = index.health === "ready" && (index.progress?.phase ?? "idle") === "idle";
  return (
    <header class="strip">
      <h1 class="visually-hidden">{t.text("panel.title")}</h1>
      <span class="place" title={why}>
        <Icon name="shield" />
        <span class="ellipsis">{place}</span>
      </span>
      <span class="index-state">
        {isReady && <Icon name="check" />}
        <span class="ellipsis">{indexLabel(t, index)}</span>
      </span>
    </header>
  );
});
