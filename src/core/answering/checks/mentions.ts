/** What an answer's text mentions: source numbers, paths with lines, quotations. */

/** `[1]`, `[1, 2]`, `[1-3]`, `[^1]`, `[Source 1]`, `【1】`, `【1†L3-L5】`; `[1][2]` is two. */
const NUMBERS =
  /(\w?)([[【]\^?(?:sources?\s)?\s?(\d{1,4}(?:\s?(?:,|;|&|and|-|–)\s?(?:source\s)?\d{1,4}){0,30})(?:†[^\]】\n]{0,80})?\s?[\]】])/gi;

/** A range wider than this is no list of sources. */
const MAX_RANGE = 30;

export function sourceNumbersIn(prose: string): { readonly n: number; readonly text: string }[] {
  return [...prose.matchAll(NUMBERS)].flatMap(([, before = "", text = "", list = ""]) => {
    const isArrayIndex = before !== "" && list === "0"; // `args[0]`
    return isArrayIndex ? [] : numbersOf(list).map((n) => ({ n, text }));
  });
}

function numbersOf(list: string): number[] {
  return list.split(/,|;|&|and/i).flatMap((part) => {
    const [first = 0, last = first] = (part.match(/\d+/g) ?? []).map(Number);
    const isRange = last >= first && last - first < MAX_RANGE;
    return isRange ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [first, last];
  });
}

export interface PathMention {
  /** As it stands in the answer. */
  readonly text: string;
  readonly path: string;
  readonly startLine: number | undefined;
  readonly endLine: number | undefined;
}

/** Reads `path`, `path:3`, `path:3-9`, `path:3:14` (line and column) and `path#L3-L9`. */
function readPath(word: string): PathMention | undefined {
  const match = /^([^:#]+)(?::L?(\d{1,7})(?:[-–]L?(\d{1,7})|:\d+)?|#L(\d{1,7})(?:-L?(\d{1,7}))?)?$/.exec(word);
  const path = match?.[1];
  if (match === null || path === undefined || !/\.[\p{L}][\p{L}\p{N}]{0,9}$|^[A-Z]\w*file$/u.test(path)) {
    return undefined;
  }
  const startLine = match[2] ?? match[4];
  const endLine = match[3] ?? match[5] ?? startLine;
  return {
    text: word,
    path: path.replace(/^(\.?\/)+/, ""),
    startLine: startLine === undefined ? undefined : Number(startLine),
    endLine: endLine === undefined ? undefined : Number(endLine),
  };
}

/** Outside code spans only what can hardly be anything else: a path with a folder, or a file with lines. */
export function pathsIn(prose: string): PathMention[] {
  return wordsIn(prose).flatMap((word) => {
    const mention = word.includes("://") || word.includes("@") ? undefined : readPath(word);
    const isPath = mention !== undefined && (mention.path.includes("/") || mention.startLine !== undefined);
    return isPath ? [mention] : [];
  });
}

function wordsIn(prose: string): string[] {
  return (prose.match(/[^\s()[\]【】{}<>"“”«»,;|`]+/gu) ?? []).map((word) =>
    word.replace(/^[*~'‘]+|(?:[*~'’.:!?…]|'s|’s)+$/gu, ""),
  );
}

/** Endings by which a word in back-ticks is a file and not a member of something: `main.go`, but not `os.open`. */
const FILE_ENDINGS =
  /\.(c|cc|cfg|conf|cpp|cs|css|csv|go|gradle|h|hpp|html?|ini|ipynb|java|jsx?|json|kts?|lock|lua|md|mdx|mjs|cjs|php|proto|ps1|pyi?|rb|rst|rs|s?css|scala|sh|sql|svelte|swift|toml|tsx?|txt|vue|xml|ya?ml|zig)(?=$|[:#])/i;

/** What a code span is, or, of a command with several words, those of them that are paths. */
export function pathsOfSpan(span: string): PathMention[] {
  if (/\s/.test(span)) {
    return pathsOfCommand(span.split(/\s+/));
  }
  const mention = span.includes("://") ? undefined : readPath(span);
  return mention !== undefined && (FILE_ENDINGS.test(span) || mention.startLine !== undefined) ? [mention] : [];
}

/** No flag, pattern or quoted code; the first folder is no host and nothing that is built or installed. */
const COMMAND_PATH =
  /^(?!(?:path\/to|build|coverage|dist|node_modules|out|target)\/)\.?[\p{L}\p{N}_][\p{L}\p{N}_-]*(?:\/\.?[\p{L}\p{N}_-][\p{L}\p{N}_.-]*)+$/u;

/** What follows is about to be written and need not be there. */
const WRITES = /^(?:\d?>>?|-o|--out\S*|tee|touch)$/;

/** A command may hold any word: only what can be nothing but a file that is there already. */
function pathsOfCommand(words: readonly string[]): PathMention[] {
  return words.flatMap((word, at) => {
    const mention = word.startsWith("/") ? undefined : readPath(word);
    const isPath = mention !== undefined && COMMAND_PATH.test(mention.path) && FILE_ENDINGS.test(word);
    return isPath && !WRITES.test(words[at - 1] ?? "") ? [mention] : [];
  });
}

/** Quotation marks around something long enough to be a quotation and no more than one. */
const QUOTES = /"([^"`\n]{12,400})"|“([^”`\n]{12,400})”|«([^»`\n]{12,400})»/g;

export function quotesIn(prose: string): string[] {
  return [...prose.matchAll(QUOTES)].map(([, straight, curly, angled]) => (straight ?? curly ?? angled ?? "").trim());
}
