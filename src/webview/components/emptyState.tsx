/** The panel before the first question: what it needs, or what could be asked. */

import type { IndexView, PanelAction } from "../../protocol/webview";
import { isProgressShown } from "../indexWords";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import type { StringKey } from "../strings";

interface EmptyStateProps {
  readonly index: IndexView;
  readonly model: string | undefined;
  readonly examples: readonly string[];
}

export const EmptyState = memo<EmptyStateProps>(({ index, model, examples }) => {
  const { t } = usePanel();
  const { title, sentence, action } = emptyWords(index);
  const canAsk = index.health === "ready" || index.health === "partial" || isProgressShown(index);
  return (
    <div class="empty">
      <h2>{t.text(title)}</h2>
      <p>{t.text(sentence)}</p>
      {action && !isOffered(index, action.action) && <ActionButton {...action} />}
      {canAsk && <Examples examples={examples} />}
      {canAsk && model === undefined && <NoModel index={index} />}
    </div>
  );
});

interface EmptyWords {
  readonly title: StringKey;
  readonly sentence: StringKey;
  readonly action?: { readonly label: StringKey; readonly action: PanelAction };
}

function emptyWords(index: IndexView): EmptyWords {
  if (isProgressShown(index)) {
    return { title: "empty.title", sentence: "empty.indexing" };
  }
  switch (index.health) {
    case "no-folder":
      return {
        title: "empty.title",
        sentence: "empty.noFolder",
        action: { label: "empty.noFolder.action", action: "openFolder" },
      };
    case "untrusted":
      return {
        title: "empty.untrusted.title",
        sentence: "empty.untrusted",
        action: { label: "empty.untrusted.action", action: "trust" },
      };
    case "virtual":
      return {
        title: "empty.virtual.title",
        sentence: "empty.virtual",
        action: { label: "empty.virtual.action", action: "openFolder" },
      };
    case "none":
      return {
        title: "empty.title",
        sentence: "empty.none",
        action: { label: "empty.none.action", action: "index" },
      };
    case "damaged":
      return {
        title: "empty.damaged.title",
        sentence: "empty.damaged",
        action: { label: "empty.damaged.action", action: "rebuild" },
      };
    default:
      return { title: "empty.title", sentence: "empty.ready" };
  }
}

/** True when the notice above has that button already. */
function isOffered({ notice }: IndexView, action: PanelAction): boolean {
  return notice?.action?.action === action;
}

function ActionButton({ label, action }: { readonly label: StringKey; readonly action: PanelAction }) {
  const { t, post } = usePanel();
  return (
    <button type="button" class="primary" onClick={() => post({ type: "act", action })}>
      {t.text(label)}
    </button>
  );
}

function Examples({ examples }: { readonly examples: readonly string[] }) {
  const { t, post } = usePanel();
  if (examples.length === 0) {
    return null;
  }
  return (
    <div class="examples">
      <h3>{t.text("empty.examples")}</h3>
      <ul>
        {examples.map((question) => (
          <li key={question}>
            <button type="button" class="example" onClick={() => post({ type: "ask", question })}>
              {question}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One way to get a model, unless the notice above says it all. */
function NoModel({ index }: { readonly index: IndexView }) {
  const { t, post } = usePanel();
  return (
    <p class="no-model">
      {t.text("empty.noModel")}{" "}
      {index.notice?.action === undefined && (
        <button type="button" class="link" onClick={() => post({ type: "act", action: "chooseModel" })}>
          {t.text("empty.getModel")}
        </button>
      )}
    </p>
  );
}
