/** The whole panel: header, index progress, conversation, composer. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { TurnView } from "../../protocol/webview";
import { noticeToShow } from "../emptyWords";
import { usePanel } from "../panelContext";
import { isBusy, type PanelModel } from "../panelModel";
import type { SavedState } from "../vscodeApi";
import { Composer } from "./composer";
import { Conversation } from "./conversation";
import { EmptyState } from "./emptyState";
import { Header } from "./header";
import { IndexProgress } from "./indexProgress";
import { NoticeBox } from "./noticeBox";
import { Turn } from "./turn";

interface PanelProps {
  readonly model: PanelModel | undefined;
  readonly saved: SavedState | undefined;
  readonly save: (state: SavedState) => void;
}

export function Panel({ model, saved, save }: PanelProps) {
  const { t } = usePanel();
  if (model === undefined) {
    return <p class="starting">{t.text("panel.starting")}</p>;
  }
  return <LoadedPanel model={model} saved={saved} save={save} />;
}

function LoadedPanel({ model, saved, save }: PanelProps & { readonly model: PanelModel }) {
  const { index, turns, examples, focus } = model;
  const last = turns.at(-1);
  const notice = noticeToShow(index, last === undefined);
  const [draft, setDraft] = useDraft(saved?.draft ?? "", focus);
  const scrollTop = useRef(saved?.scrollTop);
  useEffect(() => save({ draft, scrollTop: scrollTop.current }), [draft]);
  useStopByEscape(isBusy(last));
  return (
    <>
      <Header index={index} remoteName={model.remoteName} ollamaHost={model.ollamaHost} />
      <main>
        <IndexProgress index={index} />
        <div class="notices" role="status">
          {notice && <NoticeBox notice={notice} tone="info" />}
        </div>
        <Conversation
          lastTurn={last?.turnId}
          isBusy={isBusy(last)}
          isReadFromStart={last?.result?.noModel !== undefined || last?.result?.nothingSolid === true}
          startAt={saved?.scrollTop}
          onScrolled={(top) => {
            scrollTop.current = top;
            save({ draft, scrollTop: top });
          }}
        >
          {last === undefined ? (
            <EmptyState index={index} model={model.model} examples={examples} />
          ) : (
            turns.map((turn, position) => (
              <Turn key={turn.turnId} {...turnProps(model, turn, last)} {...repetition(turn, turns[position - 1])} />
            ))
          )}
        </Conversation>
        <Composer
          draft={draft}
          onDraft={setDraft}
          isBusy={isBusy(last)}
          lastQuestion={last?.question}
          health={index.health}
          model={model.model}
          focus={focus}
        />
      </main>
    </>
  );
}

/** Only a turn that waits is given what changes while it waits. */
function turnProps({ index, model }: PanelModel, turn: TurnView, last: TurnView) {
  return {
    turn,
    isLast: turn === last,
    index: turn.state === "indexing" || turn.state === "searching" ? index : undefined,
    model: turn.state === "loading-model" ? model : undefined,
  };
}

/** Said at length once, and not above every answer. */
const repetition = ({ notice }: TurnView, before: TurnView | undefined) => ({
  isNoticeRepeated: notice !== undefined && notice.message === before?.notice?.message,
});

/** The draft, which the host may set when it moves the focus here. */
function useDraft(start: string, focus: PanelModel["focus"]): [string, (draft: string) => void] {
  const [draft, setDraft] = useState(start);
  useLayoutEffect(() => {
    if (focus?.draft !== undefined) {
      setDraft(focus.draft);
    }
  }, [focus]);
  return [draft, setDraft];
}

function useStopByEscape(isBusyNow: boolean): void {
  const { post } = usePanel();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && isBusyNow && !event.isComposing) {
        event.preventDefault();
        post({ type: "stop" });
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [isBusyNow]);
}
