/** The panel before the first question: what it needs, or what could be asked. */

import type { IndexView, Notice, PanelAction } from "../../protocol/webview";
import { emptyWords, noticeToShow } from "../emptyWords";
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
  const notice = noticeToShow(index, true);
  const canAsk = index.health === "ready" || index.health === "partial" || isProgressShown(index);
  return (
    <div class="empty">
      <h2>{t.text(title)}</h2>
      <p>{t.text(sentence)}</p>
      {action && notice === undefined && <ActionButton {...action} />}
      {canAsk && <Examples examples={examples} />}
      {canAsk && model === undefined && <NoModel isOffered={offersModel(notice)} />}
    </div>
  );
});

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

/** One way to get a model, unless the notice above is one. */
function NoModel({ isOffered }: { readonly isOffered: boolean }) {
  const { t, post } = usePanel();
  return (
    <p class="no-model">
      {t.text("empty.noModel")}{" "}
      {!isOffered && (
        <button type="button" class="link" onClick={() => post({ type: "act", action: "chooseModel" })}>
          {t.text("empty.getModel")}
        </button>
      )}
    </p>
  );
}

const MODEL_ACTIONS: ReadonlySet<PanelAction> = new Set(["installOllama", "chooseModel", "retryOllama"]);

function offersModel(notice: Notice | undefined): boolean {
  return notice?.action !== undefined && MODEL_ACTIONS.has(notice.action.action);
}
