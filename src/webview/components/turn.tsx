/** One question and its answer, in whatever state it is. */

import { useMemo, useState } from "preact/hooks";
import type { IndexView, TurnView } from "../../protocol/webview";
import { shareDone } from "../indexWords";
import { AnswerMarkdown } from "../markdown/answerMarkdown";
import type { AnswerMarks } from "../markdown/marks";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import { isBusy } from "../panelModel";
import { type SourceRow, sourceRows } from "../sourceRows";
import type { Translate } from "../translate";
import { AnswerMeta } from "./answerMeta";
import { Icon } from "./icon";
import { NoticeBox } from "./noticeBox";
import { SourceList } from "./sourceList";

interface TurnProps {
  readonly turn: TurnView;
  readonly isLast: boolean;
  /** The turn before says the same at length. */
  readonly isNoticeRepeated: boolean;
  /** Undefined for a turn that says nothing of it, so that progress does not draw every turn again. */
  readonly index: IndexView | undefined;
  readonly model: string | undefined;
}

export const Turn = memo<TurnProps>(({ turn, isLast, isNoticeRepeated, index, model }) => {
  const rows = useMemo(() => sourceRows(turn), [turn.sources, turn.result]);
  const marks = useMemo(() => answerMarks(rows, turn), [rows, turn.result]);
  return (
    <div class={`turn ${turn.state}`}>
      <Question turn={turn} />
      <AnswerHeading />
      <DoneNotice turn={turn} isNoticeRepeated={isNoticeRepeated} />
      <SourceList turnId={turn.turnId} rows={rows} />
      <Thinking turn={turn} />
      {turn.text !== "" && <AnswerMarkdown turnId={turn.turnId} text={turn.text} marks={marks} />}
      <Status turn={turn} index={index} model={model} />
      {turn.result && <AnswerMeta turn={turn} result={turn.result} />}
      {turn.state === "failed" && <Failure turn={turn} />}
      <Actions turn={turn} isLast={isLast} />
    </div>
  );
});

function answerMarks(rows: readonly SourceRow[], { result }: TurnView): AnswerMarks {
  return {
    sources: new Map(rows.filter(({ wasRead }) => wasRead).map((row) => [row.n, row])),
    unverified: result?.unverified ?? [],
  };
}

function Question({ turn: { question, about } }: { readonly turn: TurnView }) {
  const { t } = usePanel();
  return (
    <div class="question">
      <h2 class="visually-hidden">{t.text("turn.you")}</h2>
      {about !== undefined && <div class="about">{t.text("turn.about", about)}</div>}
      {question !== "" && <div class="question-text">{question}</div>}
    </div>
  );
}

function AnswerHeading() {
  const { t } = usePanel();
  return <h2 class="visually-hidden">{t.text("turn.answer")}</h2>;
}

function DoneNotice({ turn, isNoticeRepeated }: Pick<TurnProps, "turn" | "isNoticeRepeated">) {
  const { t } = usePanel();
  if (turn.state !== "done" || turn.notice === undefined) {
    return null;
  }
  return isNoticeRepeated && turn.result?.noModel !== undefined && turn.sources.length > 0 ? (
    <p class="dim notice-again">{t.text("turn.noModel")}</p>
  ) : (
    <NoticeBox notice={turn.notice} tone="info" />
  );
}

function Thinking({ turn: { thinking, state } }: { readonly turn: TurnView }) {
  const { t } = usePanel();
  if (thinking === "" && state !== "thinking") {
    return null;
  }
  return (
    <details class="thinking-fold">
      <summary>
        <Icon name="chevron" />
        {state === "thinking" ? (
          <>
            {t.text("turn.thinking")}
            <span class="spinner" />
          </>
        ) : (
          t.text("turn.thought")
        )}
      </summary>
      <div class="thoughts" tabIndex={0} role="group" aria-label={t.text("turn.thought")}>
        {thinking}
      </div>
    </details>
  );
}

/** What is being waited for; nothing once text is there to be seen. */
function Status({ turn, index, model }: Pick<TurnProps, "turn" | "index" | "model">) {
  const { t } = usePanel();
  const words = statusWords(t, turn, index, model);
  if (words === undefined) {
    return null;
  }
  return (
    <div class="status">
      {isBusy(turn) && <span class="spinner" />}
      <span>{words}</span>
      {turn.state === "loading-model" && <span class="dim">{t.text("turn.loading.note")}</span>}
    </div>
  );
}

function statusWords(
  t: Translate,
  { state, text, sources }: TurnView,
  index: IndexView | undefined,
  model: string | undefined,
): string | undefined {
  switch (state) {
    case "indexing":
      return index?.progress === undefined || index.progress.filesTotal === 0
        ? t.text("turn.indexing")
        : t.text("turn.indexing.percent", t.percent(shareDone(index.progress)));
    case "searching":
      return sources.length > 0 ? t.text("turn.reading") : searchingWords(t, index);
    case "loading-model":
      return model === undefined ? t.text("turn.loading") : t.text("turn.loading.model", model);
    case "answering":
      return text === "" ? t.text("turn.writing") : undefined;
    case "stopped":
      return t.text("turn.stopped");
    case "thinking":
    case "done":
    case "failed":
      return undefined;
  }
}

function searchingWords(t: Translate, index: IndexView | undefined): string {
  return index === undefined || index.files === 0
    ? t.text("turn.searching")
    : t.plural("turn.searching.files", index.files);
}

function Failure({ turn: { notice } }: { readonly turn: TurnView }) {
  const { t } = usePanel();
  return <NoticeBox notice={notice ?? { message: t.text("turn.failed"), action: undefined }} tone="error" />;
}

function Actions({ turn, isLast }: Pick<TurnProps, "turn" | "isLast">) {
  const { t, post } = usePanel();
  const isOffered = turn.notice?.action?.action === "retryOllama";
  const canAskAgain = isLast && !isBusy(turn) && !isOffered;
  if (isBusy(turn) || (turn.text === "" && !canAskAgain)) {
    return null;
  }
  return (
    <div class="actions">
      {turn.text !== "" && <CopyAnswer turnId={turn.turnId} />}
      {canAskAgain && isBrokenOff(turn) && (
        <button type="button" class="quiet" onClick={() => post({ type: "continue" })}>
          <Icon name="chevron" />
          {t.text("turn.continue")}
        </button>
      )}
      {canAskAgain && (
        <button type="button" class="quiet" onClick={() => post({ type: "retry" })}>
          <Icon name="retry" />
          {t.text("turn.askAgain")}
        </button>
      )}
    </div>
  );
}

/** There is a beginning, and no end. */
const isBrokenOff = ({ state, text, result }: TurnView): boolean =>
  text !== "" && (state === "stopped" || state === "failed" || result?.cutShort === true);

/** The host copies: it has the answer with its sources. */
function CopyAnswer({ turnId }: { readonly turnId: string }) {
  const { t, post } = usePanel();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    post({ type: "copyAnswer", turnId });
    setCopied(true);
  };
  return (
    <button
      type="button"
      class="quiet"
      title={t.text("turn.copy.title")}
      onClick={copy}
      onBlur={() => setCopied(false)}
    >
      <Icon name={isCopied ? "check" : "copy"} />
      <span role="status">{t.text(isCopied ? "turn.copied" : "turn.copy")}</span>
    </button>
  );
}
