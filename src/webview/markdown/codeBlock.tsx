/** A block of code with its language and a button that copies it. Long lines scroll inside the block. */

import { useState } from "preact/hooks";
import { Icon } from "../components/icon";
import { copyText } from "../copyText";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import { MarkedText } from "./markedText";
import type { MarkedPart, SplitText } from "./marks";

interface CodeBlockProps {
  readonly code: string;
  /** As the model wrote it; may be empty. */
  readonly language: string;
  readonly split: SplitText<MarkedPart>;
}

/** A language's name is a word, and not what else a model puts behind the fence. */
const LONGEST_LANGUAGE = 20;

export const CodeBlock = memo<CodeBlockProps>(({ code, language, split }) => {
  const { t } = usePanel();
  const [isCopied, setCopied] = useState(false);
  const text = code.replace(/\n$/, "");
  const name = language.slice(0, LONGEST_LANGUAGE);
  const copy = async () => setCopied(await copyText(text));
  return (
    <div class="code-block">
      <div class="code-bar">
        <span class="code-language">{name}</span>
        <button
          type="button"
          class="quiet"
          title={t.text("markdown.copy.title")}
          onClick={copy}
          onBlur={() => setCopied(false)}
        >
          <Icon name={isCopied ? "check" : "copy"} />
          <span role="status">{t.text(isCopied ? "markdown.copied" : "markdown.copy")}</span>
        </button>
      </div>
      <pre
        role="group"
        tabIndex={0}
        aria-label={name === "" ? t.text("markdown.code") : t.text("markdown.code.language", name)}
      >
        <code>
          {split(text).map((part) => (
            <MarkedText part={part} />
          ))}
        </code>
      </pre>
    </div>
  );
});
