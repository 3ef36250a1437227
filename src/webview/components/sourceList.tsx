/** The sources of one turn: shown as soon as they are found, and in the same place when the answer is done. */

import { useState } from "preact/hooks";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import { linesLabel, type SourceRow, sourceLabel } from "../sourceRows";
import type { StringKey } from "../strings";
import { useOpenSource } from "./openSource";
import { SourceHover, useHover } from "./sourceHover";

/** Rows before "Show more": what fits beside the first lines of an answer. */
const SHORT_LIST = 4;

interface SourceListProps {
  readonly turnId: string;
  readonly rows: readonly SourceRow[];
}

export const SourceList = memo<SourceListProps>(({ turnId, rows }) => {
  const { t } = usePanel();
  const [isWhole, setWhole] = useState(false);
  if (rows.length === 0) {
    return null;
  }
  // A list that is one row too long is shown whole: the button would take the same place.
  const isLong = rows.length > SHORT_LIST + 1;
  const shown = isLong && !isWhole ? rows.slice(0, SHORT_LIST) : rows;
  return (
    <div class="sources">
      <ol aria-label={t.plural("sources.count", rows.length)}>
        {shown.map((row) => (
          <SourceItem key={row.n} turnId={turnId} row={row} />
        ))}
      </ol>
      {isLong && (
        <button type="button" class="quiet" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t.text("sources.fewer") : t.text("sources.more", t.number(rows.length - SHORT_LIST))}
        </button>
      )}
    </div>
  );
});

function SourceItem({ turnId, row }: { readonly turnId: string; readonly row: SourceRow }) {
  const { t } = usePanel();
  const open = useOpenSource(turnId, row.n);
  const hover = useHover();
  const tag = tagOf(row);
  return (
    <li class={row.wasRead ? "" : "left-out"}>
      <button type="button" class="source" {...open} {...hover.handlers}>
        <span class="visually-hidden">
          {[sourceLabel(t, row), tag && t.text(tag.label)].filter(Boolean).join(", ")}
        </span>
        <RowToSee row={row} tag={tag} />
      </button>
      {hover.anchor && <SourceHover source={row} anchor={hover.anchor} onDismiss={hover.dismiss} />}
    </li>
  );
}

/** The row for the eyes; its words for people who listen are beside it. */
function RowToSee({ row, tag }: { readonly row: SourceRow; readonly tag: Tag | undefined }) {
  const { t } = usePanel();
  return (
    <span class="source-row" aria-hidden="true">
      <span class="source-number">{row.n}</span>
      <span class="source-name">
        <bdi>{row.fileName}</bdi>
        <span class="source-lines">:{linesLabel(t, row)}</span>
      </span>
      <span class="source-folder">
        {row.folderName !== undefined && <bdi class="folder-name">{row.folderName}</bdi>} <bdi>{row.directory}</bdi>
      </span>
      {tag && (
        <span class={`tag ${tag.tone}`} title={tag.title && t.text(tag.title)}>
          {t.text(tag.label)}
        </span>
      )}
    </span>
  );
}

interface Tag {
  readonly label: StringKey;
  readonly title: StringKey | undefined;
  readonly tone: "plain" | "warn";
}

/** The one thing worth saying about a source; that it no longer says what was cited comes first. */
function tagOf({ state, role, wasRead }: SourceRow): Tag | undefined {
  if (state === "moved" || state === "changed" || state === "gone") {
    const tone = state === "moved" ? "plain" : "warn";
    return { label: `sources.${state}`, title: `sources.${state}.title`, tone };
  }
  if (!wasRead) {
    return { label: "sources.left", title: "sources.left.title", tone: "plain" };
  }
  return role === "found" ? undefined : { label: `sources.${role}`, title: undefined, tone: "plain" };
}
