/**
 * How many tokens a text has, as long as nothing is known of the model's vocabulary.
 *
 * Deliberately on the high side: too high and a few sources less fit, too low and the server cuts the prompt without a
 * word. What the server counted beside the estimate corrects later ones (`tokenCounting.ts`).
 *
 * Costs are per run of alike characters, as byte-pair tokenizers see them. Letters that change case or mix with digits
 * (hashes, base64) form short runs and so count as many tokens, which an estimate by length alone misses badly.
 */

/** Runs: a capitalised or lower-case word, capitals, one digit, white space, one other character. */
const RUNS = /\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}+|[\p{Lo}\p{Lm}]\p{M}*|\p{N}|\s+|[^\s\p{L}\p{N}]/gu;

const ASCII_LETTERS_PER_TOKEN = 5;
const OTHER_LETTERS_PER_TOKEN = 2;
const CAPITALS_PER_TOKEN = 2.5;

/** Letters beyond this many in one run belong to no word that a tokenizer knows. */
const LONGEST_WORD = 14;
const UNKNOWN_LETTERS_PER_TOKEN = 2;

/** Some punctuation merges with its neighbours: `();`, `=>`, `://`. */
const PUNCTUATION_TOKENS = 0.85;

/** A digit is a token of its own in most vocabularies. */
const DIGIT_TOKENS = 1.05;

/** Some vocabularies hold long indentation as one token; this is for those that do not. */
const SPACES_PER_TOKEN = 2;

/** Ideographs, kana, hangul, and scripts that tokenizers know little of. */
const OTHER_SCRIPT_TOKENS = 1.1;

/** Emoji and rare symbols fall apart into bytes. */
const RARE_SYMBOL_TOKENS = 2.5;

/** @returns whole tokens, 0 for empty text. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [run] of text.matchAll(RUNS)) {
    tokens += runTokens(run);
  }
  return Math.ceil(tokens);
}

function runTokens(run: string): number {
  const first = run.codePointAt(0) ?? 0;
  if (isSpace(first)) {
    return spaceTokens(run);
  }
  if (first < 0x80) {
    return asciiTokens(run);
  }
  if (/^\p{L}/u.test(run)) {
    return /^[\p{Lo}\p{Lm}]/u.test(run) ? OTHER_SCRIPT_TOKENS : Math.ceil(run.length / OTHER_LETTERS_PER_TOKEN);
  }
  return RARE_SYMBOL_TOKENS;
}

function asciiTokens(run: string): number {
  if (/^[A-Z]{2,}$/.test(run)) {
    return Math.ceil(run.length / CAPITALS_PER_TOKEN);
  }
  if (/^[A-Za-z]/.test(run)) {
    return /^[A-Za-z]+$/.test(run) ? wordTokens(run.length) : Math.ceil(run.length / OTHER_LETTERS_PER_TOKEN);
  }
  return /^\d/.test(run) ? DIGIT_TOKENS : PUNCTUATION_TOKENS;
}

function wordTokens(letters: number): number {
  const known = Math.ceil(Math.min(letters, LONGEST_WORD) / ASCII_LETTERS_PER_TOKEN);
  return known + Math.max(0, letters - LONGEST_WORD) / UNKNOWN_LETTERS_PER_TOKEN;
}

const isSpace = (codePoint: number): boolean => /\s/.test(String.fromCodePoint(codePoint));

/** A single space belongs to the word after it; line ends, tabs and indentation are tokens of their own. */
function spaceTokens(run: string): number {
  if (run === " ") {
    return 0;
  }
  const spaces = run.split(" ").length - 1;
  return run.length - spaces + Math.ceil(spaces / SPACES_PER_TOKEN);
}
