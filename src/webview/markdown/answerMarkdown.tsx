/**
 * Markdown tokens to nodes of the page.
 *
 * Nodes are made one by one from a closed list of elements; there is no way from the text of a model to HTML. An image is
 * its alternative text, a link opens only what is http(s), and only by asking the host.
 */

import type { Token } from "markdown-it";
import { type ComponentChild, type ComponentChildren, h, type JSX } from "preact";
import { useMemo } from "preact/hooks";
import { Citation } from "../components/citation";
import { memo } from "../memo";
import { usePanel } from "../panelContext";
import { CodeBlock } from "./codeBlock";
import { ExternalLink, httpAddress } from "./externalLink";
import { MarkedText } from "./markedText";
import {
  type AnswerMarks,
  createSplitBlock,
  createSplitCode,
  createSplitProse,
  type MarkedPart,
  type SplitText,
  type TextPart,
} from "./marks";
import { GrowingMarkdown, type MarkdownBlock } from "./parseMarkdown";
import { plainText } from "./plainText";

export interface AnswerMarkdownProps {
  readonly turnId: string;
  readonly text: string;
  readonly marks: AnswerMarks;
}

export const AnswerMarkdown = memo<AnswerMarkdownProps>(({ turnId, text, marks }) => {
  const growing = useMemo(() => new GrowingMarkdown(), []);
  const scene = useMemo<Scene>(
    () => ({ turnId, prose: createSplitProse(marks), code: createSplitCode(marks), block: createSplitBlock(marks) }),
    [turnId, marks],
  );
  return (
    <div class="markdown">
      {growing.update(text).map((block, index) => (
        <Block key={index} block={block} scene={scene} />
      ))}
    </div>
  );
});

/** What every node of one answer shares. */
interface Scene {
  readonly turnId: string;
  readonly prose: SplitText;
  readonly code: SplitText<MarkedPart>;
  readonly block: SplitText<MarkedPart>;
}

const Block = memo<{ readonly block: MarkdownBlock; readonly scene: Scene }>(({ block, scene }) => (
  <>{new TokenReader(block.tokens, scene).readAll()}</>
));

/** Elements that stand for themselves. Headings are all one level: what a model calls level one is inside our page. */
const ELEMENTS: Readonly<Record<string, keyof JSX.IntrinsicElements>> = {
  paragraph: "p",
  heading: "h3",
  blockquote: "blockquote",
  bullet_list: "ul",
  list_item: "li",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  em: "em",
  strong: "strong",
  s: "s",
};

/** Reads the flat list of tokens; depth is bounded by markdown-it (`maxNesting`). */
class TokenReader {
  readonly #tokens: readonly Token[];
  readonly #scene: Scene;
  #at = 0;

  constructor(tokens: readonly Token[], scene: Scene) {
    this.#tokens = tokens;
    this.#scene = scene;
  }

  /** @returns the nodes up to the end, or up to the token that closes the element this was called in. */
  readAll(): ComponentChild[] {
    const nodes: ComponentChild[] = [];
    for (let token = this.#next(); token !== undefined && token.nesting !== -1; token = this.#next()) {
      nodes.push(token.nesting === 1 ? this.#element(token) : this.#leaf(token));
    }
    return nodes;
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  #element(open: Token): ComponentChild {
    const children = this.readAll();
    if (open.hidden) {
      return <>{children}</>; // a paragraph of a tight list
    }
    const name = open.type.replace(/_open$/, "");
    switch (name) {
      case "link":
        return <Link href={String(open.attrGet("href") ?? "")}>{children}</Link>;
      case "ordered_list":
        return <ol start={Number(open.attrGet("start") ?? 1)}>{children}</ol>;
      case "table":
        return <Table>{children}</Table>;
      case "th":
        return <th class={alignment(open)}>{children}</th>;
      case "td":
        return <td class={alignment(open)}>{children}</td>;
    }
    return h(ELEMENTS[name] ?? "span", null, children);
  }

  #leaf(token: Token): ComponentChild {
    switch (token.type) {
      case "inline":
        return <>{new TokenReader(token.children ?? [], this.#scene).readAll()}</>;
      case "fence":
      case "code_block":
        if (token.content.trim() === "") {
          return null; // a fence that the model has just opened, or was stopped at
        }
        return (
          <CodeBlock
            code={token.content}
            language={token.info.trim().split(/\s/, 1)[0] ?? ""}
            split={this.#scene.block}
          />
        );
      case "code_inline":
        return <code>{this.#scene.code(token.content).map(codePart)}</code>;
      case "softbreak":
        return "\n";
      case "hardbreak":
        return <br />;
      case "hr":
        return <hr />;
      case "image":
        return <>{this.#parts(this.#scene.prose(plainText(token.children ?? [])))}</>;
      default:
        return <>{this.#parts(this.#scene.prose(token.content))}</>;
    }
  }

  #parts(parts: readonly TextPart[]): ComponentChild[] {
    return parts.map((part) =>
      part.kind === "citation" ? (
        <Citation turnId={this.#scene.turnId} source={part.source} />
      ) : (
        <MarkedText part={part} />
      ),
    );
  }
}

/** A path may be broken behind its slashes, before it is broken anywhere. */
function codePart(part: MarkedPart): ComponentChild {
  return part.kind === "text" ? (
    part.text.split(/(?<=\/)/).flatMap((piece, index) => (index === 0 ? [piece] : [<wbr />, piece]))
  ) : (
    <MarkedText part={part} />
  );
}

/** Anything but http(s) is inert text: `command:`, `file:` and paths lead nowhere from here. */
function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  const address = httpAddress(href);
  return address === undefined ? (
    <span title={href}>{children}</span>
  ) : (
    <ExternalLink address={address} label={children} />
  );
}

function Table({ children }: { readonly children: ComponentChildren }) {
  const { t } = usePanel();
  return (
    <div class="table" role="group" aria-label={t.text("markdown.table")} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

/** markdown-it gives `text-align:right`; a style attribute would need the page's policy to allow one. */
function alignment(token: Token): string | undefined {
  const side = /^text-align:(left|center|right)$/.exec(String(token.attrGet("style") ?? ""))?.[1];
  return side && `align-${side}`;
}
