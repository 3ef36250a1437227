/** Where the question is typed. Send becomes Stop in its place, so that the hand need not move. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { IndexView } from "../../protocol/webview";
import { isOutOfReach } from "../indexWords";
import { usePanel } from "../panelContext";
import type { StringKey } from "../strings";
import { Icon } from "./icon";

interface ComposerProps {
  readonly draft: string;
  readonly onDraft: (draft: string) => void;
  readonly isBusy: boolean;
  /** Undefined before the first. */
  readonly lastQuestion: string | undefined;
  readonly health: IndexView["health"];
  readonly model: string | undefined;
  /** Each new object moves the focus here. */
  readonly focus: object | undefined;
}

export function Composer({ draft, onDraft, isBusy, lastQuestion, health, model, focus }: ComposerProps) {
  const { t, post } = usePanel();
  const field = useFocused(focus);
  const ask = () => {
    const question = draft.trim();
    if (question !== "" && !isBusy) {
      post({ type: "ask", question });
      onDraft("");
    }
  };
  const onInput = (text: string) => {
    if (draft === "") {
      post({ type: "writing" });
    }
    onDraft(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) {
      return; // Enter chooses a word of the input method
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      ask();
    }
    if (event.key === "ArrowUp" && draft === "" && lastQuestion !== undefined) {
      event.preventDefault();
      onDraft(lastQuestion);
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      {isBusy && draft.trim() !== "" && <p class="composer-hint">{t.text("composer.busy")}</p>}
      <div class="composer-box">
        <textarea
          ref={field}
          rows={1}
          value={draft}
          disabled={isOutOfReach(health)}
          aria-label={t.text("composer.label")}
          placeholder={t.text(placeholder(health, lastQuestion))}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {!isOutOfReach(health) && (
          <div class="composer-bar">
            <ModelButton model={model} />
            <SendOrStop isBusy={isBusy} canSend={draft.trim() !== ""} onSend={ask} />
          </div>
        )}
      </div>
    </form>
  );
}

/** The field, which has the focus from each new `focus` on. */
function useFocused(focus: ComposerProps["focus"]): RefObject<HTMLTextAreaElement | null> {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (focus !== undefined) {
      field.current?.focus();
    }
  }, [focus]);
  return field;
}

/** Safari reports the Enter that ends a composition after it has ended, with key code 229. */
function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

function placeholder(health: IndexView["health"], lastQuestion: string | undefined): StringKey {
  if (isOutOfReach(health)) {
    return `composer.placeholder.${health}`;
  }
  return lastQuestion === undefined ? "composer.placeholder" : "composer.placeholder.more";
}

function ModelButton({ model }: { readonly model: string | undefined }) {
  const { t, post } = usePanel();
  const title = model === undefined ? t.text("composer.noModel.title") : t.text("composer.model.title", model);
  return (
    <button
      type="button"
      class="quiet model"
      title={title}
      onClick={() => post({ type: "act", action: "chooseModel" })}
    >
      <span class="ellipsis">{model ?? t.text("composer.noModel")}</span>
      <Icon name="chevron" />
    </button>
  );
}

interface SendOrStopProps {
  readonly isBusy: boolean;
  readonly canSend: boolean;
  readonly onSend: () => void;
}

function SendOrStop({ isBusy, canSend, onSend }: SendOrStopProps) {
  const { t, post } = usePanel();
  const key = isBusy ? "composer.stop" : "composer.send";
  const onClick = (event: MouseEvent) => {
    if (!isBusy) {
      onSend();
    } else if (event.detail <= 1) {
      post({ type: "stop" }); // the second half of a double click on Send is no wish to stop
    }
  };
  return (
    <button
      type="button"
      class="icon-button send"
      aria-label={t.text(key)}
      title={t.text(`${key}.title`)}
      aria-disabled={!isBusy && !canSend}
      onClick={onClick}
    >
      <Icon name={isBusy ? "stop" : "send"} />
    </button>
  );
}
