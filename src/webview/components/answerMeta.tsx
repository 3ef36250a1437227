/** What an answer rests on, in one quiet line, and what is wrong with it, plainly. */

import type { ComponentChildren } from "preact";
import type { AnswerView, TurnView } from "../../protocol/webview";
import { usePanel } from "../panelContext";
import type { Translate } from "../translate";
import { Icon } from "./icon";

interface AnswerMetaProps {
  readonly turn: TurnView;
  readonly result: AnswerView;
}

export function AnswerMeta({ turn, result }: AnswerMetaProps) {
  const { t } = usePanel();
  return (
    <div class="meta">
      <Warnings result={result} />
      <div class="meta-line">
        {result.model !== undefined && <span class="meta-model">{result.model}</span>}
        <span>{passages(t, turn, result)}</span>
        <ContextMeter result={result} />
        {result.isWindowForGraphics && <span>{t.text("meta.forGraphics")}</span>}
        {result.turnsSummarised > 0 && <span>{t.plural("meta.turnsSummarised", result.turnsSummarised)}</span>}
        {result.turnsLeftOut > 0 && <span>{t.plural("meta.turnsLeft", result.turnsLeftOut)}</span>}
        <span>{t.text("meta.seconds", t.seconds(result.elapsedMs))}</span>
      </div>
    </div>
  );
}

function passages(t: Translate, { sources }: TurnView, { model }: AnswerView): string {
  if (model === undefined) {
    return t.plural("meta.passages.found", sources.length);
  }
  const read = sources.filter(({ inPrompt }) => inPrompt).length;
  return read === sources.length
    ? t.plural("meta.passages", read)
    : t.text("meta.passages.some", t.number(read), t.number(sources.length));
}

function ContextMeter({ result: { promptTokens, contextWindow } }: { readonly result: AnswerView }) {
  const { t } = usePanel();
  if (promptTokens === undefined || contextWindow === undefined) {
    return null;
  }
  const label = t.text("meta.tokens.title", t.number(promptTokens), t.number(contextWindow));
  return (
    <span class="meta-tokens" title={label}>
      <meter min={0} max={contextWindow} value={promptTokens} aria-label={label} />
      {t.text("meta.tokens", t.compact(promptTokens), t.compact(contextWindow))}
    </span>
  );
}

function Warnings({ result }: { readonly result: AnswerView }) {
  const { t } = usePanel();
  // A wrong source number is marked where it stands, and says there what is wrong with it.
  const mentions = [
    ...new Set(result.unverified.filter(({ kind }) => kind !== "source-number").map(({ text }) => text)),
  ];
  return (
    <>
      {result.notice !== undefined && <Warning>{t.text(`meta.notice.${result.notice}`)}</Warning>}
      {result.truncated && <Warning>{t.text("meta.truncated")}</Warning>}
      {result.cutShort && <Warning>{t.text("meta.cutShort")}</Warning>}
      {mentions.length > 0 && (
        <Warning>
          {t.text("meta.unverified", t.number(mentions.length), t.number(Math.max(result.checked, mentions.length)))}{" "}
          {mentions.map((mention, index) => (
            <>
              {index > 0 && ", "}
              <code>{mention}</code>
            </>
          ))}
        </Warning>
      )}
    </>
  );
}

function Warning({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="warning">
      <Icon name="warning" />
      <span>{children}</span>
    </p>
  );
}
