/** Finds the headings of a document, and the lines of it that are quoted code or front matter, where nothing is a heading. */

export interface Heading {
  /** First line of the heading. */
  readonly line: number;
  /** First line behind the heading. */
  readonly bodyLine: number;
  /** 1 is the outermost. */
  readonly level: number;
  readonly title: string;
}

export interface Headings {
  readonly headings: readonly Heading[];
  /** Lines inside of code blocks and front matter, with their fences. */
  readonly fenced: ReadonlySet<number>;
}

const FINDERS = { markdown: findMarkdown, restructuredtext: findUnderlined, asciidoc: findAsciidoc, org: findOrg };

export type Markup = keyof typeof FINDERS;

export function isMarkup(language: string): language is Markup {
  return Object.hasOwn(FINDERS, language);
}

/** Org allows any number of stars; whoever reads an outline wants it shallow. */
const MAX_LEVEL = 12;

/** A longer line is no heading, and a pattern would take long over it. */
const MAX_HEADING_LENGTH = 400;

export function findHeadings(lines: readonly string[], markup: Markup): Headings {
  return FINDERS[markup](lines.map((line) => (line.length > MAX_HEADING_LENGTH ? "…" : line)));
}

// ---------------------------------------------------------------- Markdown

const ATX_HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const SETEXT_UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const FENCE = /^(?: {0,3}|[ \t>*+-]*|[ \t]*\d+[.)][ \t]+)(`{3,}|~{3,})(.*)$/;

/** What is not the text of a setext heading: a list, a quotation, a table, indented code, markup. */
const NO_PARAGRAPH = /^(?: {4}|\t|\s*$|\s*(?:[-*+>|]|\d+[.)])\s|\s*[|<])/;

function findMarkdown(lines: readonly string[]): Headings {
  const fenced = fencedLines(lines, frontMatterEnd(lines));
  const headings: Heading[] = [];
  lines.forEach((text, index) => {
    const line = index + 1;
    if (fenced.has(line)) {
      return;
    }
    const atx = ATX_HEADING.exec(text);
    if (atx !== null) {
      headings.push({ line, bodyLine: line + 1, level: (atx[1] ?? "#").length, title: plainTitle(atx[2] ?? "") });
      return;
    }
    const underline = SETEXT_UNDERLINE.exec(text)?.[1];
    const before = lines[index - 1] ?? "";
    const isTitle = index > 0 && !fenced.has(index) && !NO_PARAGRAPH.test(before) && headings.at(-1)?.bodyLine !== line;
    if (underline !== undefined && isTitle) {
      const level = underline.startsWith("=") ? 1 : 2;
      headings.push({ line: index, bodyLine: line + 1, level, title: plainTitle(before) });
    }
  });
  return { headings, fenced };
}

/** Lines of front matter (`---` to `---`, `+++` to `+++`) at the top. @returns 0 if there is none. */
function frontMatterEnd(lines: readonly string[]): number {
  const fence = lines[0]?.trimEnd();
  if (fence !== "---" && fence !== "+++") {
    return 0;
  }
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === fence);
  return end + 1;
}

function fencedLines(lines: readonly string[], frontMatter: number): Set<number> {
  const fenced = new Set(Array.from({ length: frontMatter }, (_, index) => index + 1));
  let open: string | undefined;
  for (let line = frontMatter + 1; line <= lines.length; line += 1) {
    const found = FENCE.exec(lines[line - 1] ?? "");
    const mark = found?.[1];
    const rest = found?.[2] ?? "";
    if (open !== undefined) {
      fenced.add(line);
      const isEnd = mark?.[0] === open[0] && (mark?.length ?? 0) >= open.length && rest.trim() === "";
      open = isEnd ? undefined : open;
    } else if (mark !== undefined && !(mark.startsWith("`") && rest.includes("`"))) {
      fenced.add(line);
      open = mark;
    }
  }
  return fenced;
}

/** The words of a title, without links, emphasis, anchors and tags. */
function plainTitle(title: string): string {
  return title
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]{0,200}>/g, " ")
    .replace(/\{#[^}]*\}\s*$/, "")
    .replace(/\*\*|__|`/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

// ---------------------------------------------------------------- reStructuredText

const RST_UNDERLINE = /^([=\-~^"'`#*+.:_<>!$%&,/;?@\\|(){}[\]])\1{2,}\s*$/;

/** A line underlined by punctuation that is about as long. Levels are in the order in which a document uses the marks. */
function findUnderlined(lines: readonly string[]): Headings {
  const headings: Heading[] = [];
  const styles: string[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const title = lines[index - 1] ?? "";
    const underline = (lines[index] ?? "").trimEnd();
    const mark = RST_UNDERLINE.exec(underline)?.[1];
    if (mark === undefined || !isRstTitle(title, underline)) {
      continue;
    }
    const above = (lines[index - 2] ?? "").trimEnd();
    const hasOverline = above === underline;
    if (!hasOverline && above.trim() !== "") {
      continue; // the last line of a paragraph or of a table
    }
    const style = hasOverline ? `${mark}${mark}` : mark;
    if (!styles.includes(style)) {
      styles.push(style);
    }
    const line = hasOverline ? index - 1 : index;
    headings.push({ line, bodyLine: index + 2, level: styles.indexOf(style) + 1, title: plainTitle(title) });
    index += 1;
  }
  return { headings, fenced: new Set() };
}

function isRstTitle(title: string, underline: string): boolean {
  const trimmed = title.trim();
  return trimmed !== "" && !RST_UNDERLINE.test(title) && underline.length >= Math.min(trimmed.length, 60) - 2;
}

// ---------------------------------------------------------------- AsciiDoc and Org

const ASCIIDOC_HEADING = /^(={1,6}|#{1,6})\s+(\S.*)$/;
const ASCIIDOC_BLOCK = /^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|\/{4,}|```.*)\s*$/;

function findAsciidoc(lines: readonly string[]): Headings {
  return findPrefixed(lines, ASCIIDOC_HEADING, (text, open) => {
    const mark = ASCIIDOC_BLOCK.exec(text)?.[1]?.slice(0, 3);
    if (open === undefined) {
      return mark;
    }
    return mark === open ? undefined : open;
  });
}

const ORG_HEADING = /^(\*+)\s+(\S.*)$/;

function findOrg(lines: readonly string[]): Headings {
  return findPrefixed(lines, ORG_HEADING, (text, open) => {
    const block = /^\s*#\+(begin|end)_/i.exec(text)?.[1]?.toLowerCase();
    return block === undefined ? open : block === "begin" ? block : undefined;
  });
}

/** @param nextBlock the block that is open behind a line, given the one before it. */
function findPrefixed(
  lines: readonly string[],
  pattern: RegExp,
  nextBlock: (line: string, open: string | undefined) => string | undefined,
): Headings {
  const headings: Heading[] = [];
  const fenced = new Set<number>();
  let block: string | undefined;
  lines.forEach((text, index) => {
    const line = index + 1;
    const before = block;
    block = nextBlock(text, before);
    if (before !== undefined || block !== undefined) {
      fenced.add(line);
      return;
    }
    const found = pattern.exec(text);
    if (found !== null) {
      const title = plainTitle(found[2] ?? "").replace(/\s+:[\w:]+:$/, "");
      const level = Math.min((found[1] ?? "").length, MAX_LEVEL);
      headings.push({ line, bodyLine: line + 1, level, title });
    }
  });
  return { headings, fenced };
}
