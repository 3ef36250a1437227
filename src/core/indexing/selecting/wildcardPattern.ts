/**
 * One wildcard pattern of an ignore file, matched in time proportional to pattern × name.
 *
 * The usual matchers backtrack or build a regular expression, and take years for `**` + `/a/` written ten times. This one
 * walks over the name once and keeps the set of places in the pattern that it can be at. The meaning is git's own
 * (`wildmatch.c`), oddities included: a person expects the same answer as from git. Both sides are strings of bytes, one
 * character each, because to git `?` is one byte.
 *
 * `*` does not pass a `/`; `**` between slashes (or at an end of the pattern) does.
 */

export interface WildcardPattern {
  /** Places in the pattern; the cost of one match is at most this times the length of the name. */
  readonly size: number;
  matches(name: string): boolean;
}

export interface WildcardOptions {
  /** False for a pattern that is compared with one name only, where `**` means `*`. */
  readonly isPath: boolean;
  /** Fold ASCII case, as git does on case-insensitive file systems. */
  readonly ignoreCase: boolean;
}

type Token =
  | { readonly kind: "character"; readonly code: number }
  /** `?` */
  | { readonly kind: "any" }
  | { readonly kind: "class"; readonly members: Uint8Array }
  /** `*` */
  | { readonly kind: "star" }
  /** `**` */
  | { readonly kind: "deepStar" }
  /** The way into a `**` before a slash: nothing at all, or on to the `deepFolders` that follows. */
  | { readonly kind: "maybeFolders" }
  /** Any folders, up to and with a slash. */
  | { readonly kind: "deepFolders" };

const SLASH = 0x2f;

/** @returns undefined for a malformed pattern, which matches nothing. */
export function compileWildcard(pattern: string, options: WildcardOptions): WildcardPattern | undefined {
  const tokens = tokenize(pattern, options);
  return tokens === undefined
    ? undefined
    : { size: tokens.length + 1, matches: (name) => run(tokens, options.ignoreCase ? lowerAscii(name) : name) };
}

/** `A` to `Z` only, and never a change of length: what git folds. */
export function lowerAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}

// ---------------------------------------------------------------- matching

/** Reused by every match, which never overlap: nothing here waits. */
let here: number[] = [];
let next: number[] = [];
/** For each place, the step that last reached it. */
let reached = new Float64Array(512);
let step = 0;

function run(tokens: readonly Token[], name: string): boolean {
  if (reached.length <= tokens.length) {
    reached = new Float64Array(tokens.length * 2);
  }
  here.length = 0;
  step += 1;
  reach(tokens, 0, here);
  for (let at = 0; at < name.length && here.length > 0; at += 1) {
    advance(tokens, name.charCodeAt(at));
  }
  return here.includes(tokens.length);
}

function advance(tokens: readonly Token[], code: number): void {
  next.length = 0;
  step += 1;
  for (const place of here) {
    const token = tokens[place];
    if (token !== undefined) {
      advanceFrom(tokens, place, token, code);
    }
  }
  [here, next] = [next, here];
}

function advanceFrom(tokens: readonly Token[], place: number, token: Token, code: number): void {
  switch (token.kind) {
    case "character":
      return code === token.code ? reach(tokens, place + 1, next) : undefined;
    case "any":
      return code !== SLASH ? reach(tokens, place + 1, next) : undefined;
    case "class":
      return token.members[code] === 1 ? reach(tokens, place + 1, next) : undefined;
    case "star":
      return code !== SLASH ? reach(tokens, place, next) : undefined;
    case "deepStar":
      return reach(tokens, place, next);
    case "maybeFolders":
      return;
    case "deepFolders":
      reach(tokens, place, next);
      return code === SLASH ? reach(tokens, place + 1, next) : undefined;
  }
}

/** Adds a place, and those that can be had from it for nothing. */
function reach(tokens: readonly Token[], place: number, places: number[]): void {
  for (let at = place; reached[at] !== step; at += 1) {
    reached[at] = step;
    places.push(at);
    const kind = tokens[at]?.kind;
    if (kind === "maybeFolders") {
      reach(tokens, at + 2, places);
    } else if (kind !== "star" && kind !== "deepStar") {
      return;
    }
  }
}

// ---------------------------------------------------------------- reading a pattern

function tokenize(pattern: string, options: WildcardOptions): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; ) {
    const character = pattern[at];
    if (character === "[") {
      const set = readClass(pattern, at + 1, options.ignoreCase);
      if (set === undefined) {
        return undefined;
      }
      tokens.push({ kind: "class", members: set.members });
      at = set.end;
    } else if (character === "*") {
      at = readStars(pattern, at, options.isPath, tokens);
    } else if (character === "?") {
      tokens.push({ kind: "any" });
      at += 1;
    } else {
      at += character === "\\" ? 1 : 0;
      if (at === pattern.length) {
        return undefined;
      }
      tokens.push({ kind: "character", code: literalCode(pattern, at, options.ignoreCase) });
      at += 1;
    }
  }
  return tokens;
}

function literalCode(pattern: string, at: number, ignoreCase: boolean): number {
  const character = pattern.charAt(at);
  return (ignoreCase ? lowerAscii(character) : character).charCodeAt(0);
}

/** @returns where the pattern goes on. */
function readStars(pattern: string, start: number, isPath: boolean, tokens: Token[]): number {
  let end = start;
  while (pattern[end] === "*") {
    end += 1;
  }
  const opensSegment = start === 0 || pattern[start - 1] === "/";
  const closesSegment = end === pattern.length || pattern[end] === "/" || pattern.startsWith("\\/", end);
  if (!isPath || end - start < 2 || !opensSegment || !closesSegment) {
    tokens.push({ kind: "star" });
    return end;
  }
  if (pattern[end] === "/") {
    tokens.push({ kind: "maybeFolders" }, { kind: "deepFolders" });
    return end + 1;
  }
  tokens.push({ kind: "deepStar" });
  return end;
}

const NAMED_CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[A-Za-z0-9]/],
  ["alpha", /[A-Za-z]/],
  ["blank", /[ \t]/],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what the class holds
  ["cntrl", /[\x00-\x1f\x7f]/],
  ["digit", /[0-9]/],
  ["graph", /[!-~]/],
  ["lower", /[a-z]/],
  ["print", /[ -~]/],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /[ \t\n\v\f\r]/],
  ["upper", /[A-Z]/],
  ["xdigit", /[A-Fa-f0-9]/],
]);

/** Reads `[…]` from behind its bracket. @returns undefined if it is malformed. */
function readClass(
  pattern: string,
  start: number,
  ignoreCase: boolean,
): { readonly members: Uint8Array; readonly end: number } | undefined {
  const isNegated = pattern[start] === "!" || pattern[start] === "^";
  const members = new Uint8Array(256);
  let previous: number | undefined;
  let at = isNegated ? start + 1 : start;
  // A bracket that closes right after it opened is a member.
  for (let isFirst = true; isFirst || pattern[at] !== "]"; isFirst = false) {
    const member = readMember(pattern, at, previous, members, ignoreCase);
    if (member === undefined) {
      return undefined;
    }
    previous = member.previous;
    at = member.end;
  }
  if (isNegated) {
    members.forEach((is, code) => {
      members[code] = 1 - is;
    });
  }
  members[SLASH] = 0;
  return { members, end: at + 1 };
}

/** One member of a class: a named class, a range, or a character. `previous` is what a following range starts with. */
function readMember(
  pattern: string,
  at: number,
  previous: number | undefined,
  members: Uint8Array,
  ignoreCase: boolean,
): { readonly previous: number | undefined; readonly end: number } | undefined {
  if (pattern.startsWith("[:", at)) {
    const close = pattern.indexOf("]", at + 2);
    if (close === -1) {
      return undefined;
    }
    if (pattern[close - 1] === ":" && close - 1 >= at + 2) {
      return addNamedClass(pattern.slice(at + 2, close - 1), members, ignoreCase)
        ? { previous: undefined, end: close + 1 }
        : undefined;
    }
  }
  const isRange = pattern[at] === "-" && previous !== undefined && at + 1 < pattern.length && pattern[at + 1] !== "]";
  const place = isRange ? at + 1 : at;
  const literal = pattern[place] === "\\" ? place + 1 : place;
  if (literal >= pattern.length) {
    return undefined;
  }
  const code = pattern.charCodeAt(literal);
  addRange(members, isRange ? (previous as number) : code, code, isRange && ignoreCase);
  return { previous: isRange ? undefined : code, end: literal + 1 };
}

/** @returns false for a name that is no class. */
function addNamedClass(name: string, members: Uint8Array, ignoreCase: boolean): boolean {
  const test = NAMED_CLASSES.get(name);
  if (test === undefined) {
    return false;
  }
  for (let code = 0; code < members.length; code += 1) {
    const character = String.fromCharCode(code);
    // Names are folded to lower case before they are compared, so only `upper` needs to know.
    if (test.test(character) || (ignoreCase && name === "upper" && /[a-z]/.test(character))) {
      members[code] = 1;
    }
  }
  return true;
}

/** When case is folded, a range of capitals also takes the small letters, as in git; a single capital takes nothing. */
function addRange(members: Uint8Array, first: number, last: number, ignoreCase: boolean): void {
  for (let code = first; code <= last; code += 1) {
    members[code] = 1;
    if (ignoreCase && code >= 0x41 && code <= 0x5a) {
      members[code + 0x20] = 1;
    }
  }
}
