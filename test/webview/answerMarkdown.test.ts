import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import type { UnverifiedMention } from "../../src/domain/answer";
import { AnswerMarkdown } from "../../src/webview/markdown/answerMarkdown";
import { PanelProvider } from "../../src/webview/panelContext";
import { sourceRows } from "../../src/webview/sourceRows";
import { createTranslate } from "../../src/webview/translate";
import { SOURCES } from "./panelStates";

/** The answer as HTML, with what tells nothing here taken out: the element around it, classes of buttons, handlers. */
function html(text: string, unverified: readonly UnverifiedMention[] = []): string {
  const rows = sourceRows({ sources: SOURCES, result: undefined });
  const marks = { sources: new Map(rows.map((row) => [row.n, row])), unverified };
  const services = { t: createTranslate({}, "en"), post: () => undefined };
  return renderToString(h(PanelProvider, { value: services }, h(AnswerMarkdown, { turnId: "turn-1", text, marks })))
    .replace(/^<div class="markdown">(.*)<\/div>$/s, "$1")
    .replaceAll(' type="button"', "")
    .replace(/<svg.*?<\/svg>/gs, "");
}

const cite = (n: number, label: string) => `<button class="citation " aria-label="Source ${n}: ${label}">${n}</button>`;
const ONE = cite(1, "plan.ts lines 41 to 78");
const TWO = cite(2, "refreshIndex.ts line 12");
const noSource = (text: string) =>
  `<span class="not-a-source" title="${text} is not one of the sources.">${text} <small>not a source</small></span>`;
const unverified = (text: string) => `<span class="unverified" title="Not found in the sources">${text}</span>`;
const hidden = (code: string) => `<span class="hidden-character" title="Hidden character ${code}">${code}</span>`;

describe("citations", () => {
  test.each([
    { text: "a [1].", shows: `<p>a ${ONE}.</p>`, why: "a number of a source opens it" },
    { text: "a [1][2]", shows: `<p>a ${ONE}${TWO}</p>`, why: "two side by side are no reference link" },
    { text: "a [1, 2]", shows: `<p>a ${ONE}${TWO}</p>`, why: "several in one bracket" },
    { text: "a [9]", shows: `<p>a ${noSource("[9]")}</p>`, why: "a number of no source says so" },
    { text: "the limit[1]", shows: `<p>the limit${ONE}</p>`, why: "right after a word, as models write it" },
    { text: "items[0]", shows: "<p>items[0]</p>", why: "an index outside of code" },
    { text: "a [2-1]", shows: `<p>a ${TWO}${ONE}</p>`, why: "no range backwards" },
    { text: "a [1-2] [^1]", shows: `<p>a ${ONE}${TWO} ${ONE}</p>`, why: "a range, a footnote" },
    { text: "a [Source 1] 【2】【1†L3-L5】", shows: `<p>a ${ONE} ${TWO}${ONE}</p>`, why: "as models write it" },
    { text: "a [1 and 9]", shows: `<p>a ${ONE}${noSource("[9]")}</p>`, why: "one is a source, one is not" },
    { text: "`items[1]`", shows: "<p><code>items[1]</code></p>", why: "an index in code" },
    { text: "**a [1]**", shows: `<p><strong>a ${ONE}</strong></p>`, why: "inside emphasis" },
    { text: "[1]: src/plan.ts", shows: `<p>${ONE}: src/plan.ts</p>`, why: "no link definition swallows it" },
    { text: "[x] [1a] [] [12345]", shows: "<p>[x] [1a] [] [12345]</p>", why: "what is not a number is text" },
    { text: "# T [1]", shows: `<h3>T ${ONE}</h3>`, why: "in a heading" },
  ])("$text: $why", ({ text, shows }) => {
    expect(html(text)).toBe(shows);
  });

  test("a path in code breaks behind its slashes", () => {
    expect(html("`src/core/a.ts:1`")).toBe("<p><code>src/<wbr/>core/<wbr/>a.ts:1</code></p>");
  });

  test("a fence that holds nothing yet is not drawn", () => {
    expect(html("a\n\n```ts\n")).toBe("<p>a</p>");
  });

  test("a code block keeps its brackets", () => {
    expect(html("```ts\nconst a = b[1];\n```")).toContain("<code>const a = b[1];</code>");
  });
});

describe("what could not be verified", () => {
  test.each<{ kind: UnverifiedMention["kind"]; mentions: string[]; text: string; shows: string }>([
    { kind: "identifier", mentions: ["get"], text: "get `get`", shows: `<p>get <code>${unverified("get")}</code></p>` },
    {
      kind: "path",
      mentions: ["src/a.ts", "src/a.ts:4"],
      text: "in src/a.ts:4 or `src/a.ts`",
      shows: `<p>in ${unverified("src/a.ts:4")} or <code>${unverified("src/a.ts")}</code></p>`,
    },
    { kind: "path", mentions: ["b/get"], text: "b/get b/getUser", shows: `<p>${unverified("b/get")} b/getUser</p>` },
    { kind: "lines", mentions: ["a.*(b|c)+"], text: "a.*(b|c)+", shows: `<p>${unverified("a.*(b|c)+")}</p>` },
    { kind: "source-number", mentions: ["[9]"], text: "a [9]", shows: `<p>a ${noSource("[9]")}</p>` },
    { kind: "path", mentions: [""], text: "nothing", shows: "<p>nothing</p>" },
  ])("$kind $mentions in: $text", ({ kind, mentions, text, shows }) => {
    const found = mentions.map((mention) => ({ kind, text: mention }));
    expect(html(text, found)).toBe(shows);
  });
});

describe("what a model may not do", () => {
  test.each([
    { text: "<img src=x onerror=alert(1)>", shows: "<p>&lt;img src=x onerror=alert(1)></p>" },
    { text: "<script>alert(1)</script>", shows: "<p>&lt;script>alert(1)&lt;/script></p>" },
    { text: "![the *plan*](https://evil.test/p.png)", shows: "<p>the plan</p>" },
    {
      text: "[run](command:workbench.action.quit)",
      shows: '<p><span title="command:workbench.action.quit">run</span></p>',
    },
    { text: "[go](javascript:alert(1))", shows: "<p>[go](javascript:alert(1))</p>" },
    { text: "[go](file:///etc/passwd)", shows: "<p>[go](file:///etc/passwd)</p>" },
    { text: "[go](vscode://evil/x)", shows: '<p><span title="vscode://evil/x">go</span></p>' },
    { text: "[a](src/plan.ts)", shows: '<p><span title="src/plan.ts">a</span></p>' },
    { text: "https://evil.test", shows: "<p>https://evil.test</p>" },
    {
      text: "[https://good.test](https://evil.test/x)",
      shows:
        '<p><button class="link" title="https://evil.test/x">https://good.test</button><small class="link-host"> (evil.test)</small></p>',
    },
    { text: "a\u202eb\u{e0041}c", shows: `<p>a${hidden("U+202E")}b${hidden("U+E0041")}c</p>` },
    { text: "`a\u2066b`", shows: `<p><code>a${hidden("U+2066")}b</code></p>` },
  ])("$text", ({ text, shows }) => {
    expect(html(text)).toBe(shows);
  });
});

test.each([
  { text: "- a\n- b", shows: "<ul><li>a</li><li>b</li></ul>" },
  { text: "3. a\n4. b", shows: '<ol start="3"><li>a</li><li>b</li></ol>' },
  { text: "a  \nb\nc", shows: "<p>a<br/>b\nc</p>" },
  { text: "# a\n\n#### b", shows: "<h3>a</h3><h3>b</h3>" },
  { text: "> a", shows: "<blockquote><p>a</p></blockquote>" },
  { text: "*a* **b** ~~c~~", shows: "<p><em>a</em> <strong>b</strong> <s>c</s></p>" },
  { text: "a\n\n---", shows: "<p>a</p><hr/>" },
  {
    text: "|a|b|\n|-|-:|\n|1|2|",
    shows:
      '<div class="table" role="group" aria-label="Table" tabindex="0"><table><thead><tr><th>a</th><th class="align-right">b</th></tr></thead><tbody><tr><td>1</td><td class="align-right">2</td></tr></tbody></table></div>',
  },
])("Markdown: $text", ({ text, shows }) => {
  expect(html(text)).toBe(shows);
});

test("an open fence is a code block already", () => {
  expect(html('a\n\n```ts title="x"\nconst a')).toMatch(
    /<span class="code-language">ts<\/span>.*aria-label="Code, ts"><code>const a<\/code>/s,
  );
});
