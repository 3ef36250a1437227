/**
 * From the bytes of a file to its text, or to why it is none.
 *
 * What a file is comes from its bytes and never from its name. Strict UTF-8 is tried first, because text in another
 * encoding practically never passes it. The two problems differ in what a person can do about them:
 *
 * - `binary`: this was never text (NUL bytes near the beginning, or many control characters). Nothing to do.
 * - `undecodable`: this looks like text, in an encoding that is not read here: UTF-32, broken UTF-16, or letters that are
 *   mostly outside ASCII without being UTF-8 (GBK, Windows-1251 …). Saving the file as UTF-8 mends it.
 *
 * A file that is UTF-8 but for a few bytes stays UTF-8, with U+FFFD in place of those bytes, as editors show it.
 */

export type TextEncoding = "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be" | "latin-1";

/** `text` has `\n` line ends only, no BOM and no lone surrogate. */
export type DecodedText =
  | { readonly text: string; readonly encoding: TextEncoding }
  | { readonly problem: "binary" | "undecodable" };

/** A share of control characters above this means that the bytes were never text. Random bytes have 0.1. */
const MAX_CONTROL_SHARE = 0.02;

/**
 * A NUL among the first bytes means binary, as git has it. Further on it may be a literal that somebody typed: text that
 * is strict UTF-8 all the same stays text.
 */
const NUL_FREE_BYTES = 8_000;

/** Characters looked at for control characters, where the bytes decode well. */
const CONTROL_SAMPLE_LENGTH = 16_384;

/** Western text has at most about 0.15 bytes outside ASCII; Cyrillic, Greek and Chinese encodings have 0.5 and more. */
const MAX_LATIN1_HIGH_SHARE = 0.3;

/** So few bytes outside ASCII say nothing about the encoding: "été" is Latin-1. */
const MIN_FOREIGN_BYTES = 8;

/** U+FFFD per character, above which a file with a BOM is not in the encoding that the BOM promises. */
const MAX_REPLACED_SHARE = 0.01;

/** Bytes looked at to recognise UTF-16 without a BOM. */
const UTF16_SAMPLE_BYTES = 4096;

/** Fewer code units say too little about an encoding. */
const UTF16_MIN_UNITS = 8;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const lenientUtf8 = new TextDecoder("utf-8");
const windows1252 = new TextDecoder("windows-1252");
const strictUtf16 = {
  "utf-16le": new TextDecoder("utf-16le", { fatal: true }),
  "utf-16be": new TextDecoder("utf-16be", { fatal: true }),
};
const lenientUtf16 = { "utf-16le": new TextDecoder("utf-16le"), "utf-16be": new TextDecoder("utf-16be") };

const UTF8_BOM = [0xef, 0xbb, 0xbf];
const UTF16LE_BOM = [0xff, 0xfe];
const UTF16BE_BOM = [0xfe, 0xff];
const UTF32LE_BOM = [0xff, 0xfe, 0x00, 0x00];
const UTF32BE_BOM = [0x00, 0x00, 0xfe, 0xff];

type Decoder = InstanceType<typeof TextDecoder>;

/** Decodes a file. Speed matters: this runs over every byte of a folder. */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (startsWith(bytes, UTF32LE_BOM) || startsWith(bytes, UTF32BE_BOM)) {
    return { problem: "undecodable" };
  }
  if (startsWith(bytes, UTF16LE_BOM)) {
    return decodeUtf16(bytes, "utf-16le");
  }
  if (startsWith(bytes, UTF16BE_BOM)) {
    return decodeUtf16(bytes, "utf-16be");
  }
  if (bytes.includes(0)) {
    const order = guessUtf16(bytes);
    return order === undefined ? decodeTextWithNuls(bytes) : decodeUtf16(bytes, order);
  }
  return startsWith(bytes, UTF8_BOM) ? decodeUtf8WithBom(bytes) : decodeEightBit(bytes);
}

/** NUL becomes U+FFFD, as editors show it. */
function decodeTextWithNuls(bytes: Uint8Array): DecodedText {
  const text = bytes.subarray(0, NUL_FREE_BYTES).includes(0) ? undefined : tryStrictly(strictUtf8, bytes);
  return text === undefined ? { problem: "binary" } : asText(text.replaceAll("\0", "\ufffd"), "utf-8");
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}

function decodeUtf8WithBom(bytes: Uint8Array): DecodedText {
  const text = tryStrictly(strictUtf8, bytes) ?? decodeMostly(lenientUtf8, bytes);
  return text === undefined ? { problem: "undecodable" } : asText(text, "utf-8-bom");
}

/** Without a BOM and without NUL: UTF-8, almost UTF-8, or Windows-1252 (of which Latin-1 is a part). */
function decodeEightBit(bytes: Uint8Array): DecodedText {
  const utf8 = tryStrictly(strictUtf8, bytes);
  if (utf8 !== undefined) {
    return asText(utf8, "utf-8");
  }
  const count = countBytes(bytes);
  if (count.control > bytes.length * MAX_CONTROL_SHARE) {
    return { problem: "binary" };
  }
  if (count.multiByte >= 4 * count.invalid) {
    return asText(lenientUtf8.decode(bytes), "utf-8");
  }
  if (count.high > Math.max(MIN_FOREIGN_BYTES, bytes.length * MAX_LATIN1_HIGH_SHARE)) {
    return { problem: "undecodable" };
  }
  return asText(windows1252.decode(bytes), "latin-1");
}

function tryStrictly(strict: Decoder, bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined; // the decoder's way to say that the bytes are not in its encoding
  }
}

/** For bytes that are not strictly in the encoding; undefined if too little of them is. */
function decodeMostly(lenient: Decoder, bytes: Uint8Array): string | undefined {
  const text = lenient.decode(bytes);
  return replacedShare(text) > MAX_REPLACED_SHARE ? undefined : text;
}

interface ByteCount {
  control: number;
  /** Bytes outside ASCII. */
  high: number;
  /** Well-formed UTF-8 sequences of two bytes or more. */
  multiByte: number;
  /** Bytes outside ASCII that are in no well-formed sequence. */
  invalid: number;
}

function countBytes(bytes: Uint8Array): ByteCount {
  const count: ByteCount = { control: 0, high: 0, multiByte: 0, invalid: 0 };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      count.control += isControl(byte) ? 1 : 0;
      at += 1;
      continue;
    }
    const length = sequenceLength(bytes, at);
    count.multiByte += length > 1 ? 1 : 0;
    count.invalid += length > 1 ? 0 : 1;
    count.high += length;
    at += length;
  }
  return count;
}

/** Length of the UTF-8 sequence that starts at `at`; 1 if it is not well formed. An encoded surrogate counts as formed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  const length =
    lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
  for (let next = at + 1; next < at + length; next += 1) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) {
      return 1;
    }
  }
  return length;
}

/** Blanks of every kind, backspace and escape occur in real text (old code, terminal recordings). */
function isControl(code: number): boolean {
  return (code < 0x20 && !(code >= 0x08 && code <= 0x0d) && code !== 0x1b) || code === 0x7f;
}

/**
 * Recognises UTF-16 without a BOM by its NUL bytes: text that is mostly ASCII has one in nearly every code unit, always
 * on the same side. Arrays of small numbers look alike, so `decodeUtf16` still refuses what holds control characters.
 */
function guessUtf16(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  const sampled = Math.min(bytes.length, UTF16_SAMPLE_BYTES) & ~1;
  if (bytes.length % 2 === 1 || sampled < 2 * UTF16_MIN_UNITS) {
    return undefined;
  }
  let evenNuls = 0;
  let oddNuls = 0;
  for (let at = 0; at < sampled; at += 2) {
    evenNuls += bytes[at] === 0 ? 1 : 0;
    oddNuls += bytes[at + 1] === 0 ? 1 : 0;
  }
  const enough = sampled * 0.35;
  if (evenNuls === 0 && oddNuls > enough) {
    return "utf-16le";
  }
  return oddNuls === 0 && evenNuls > enough ? "utf-16be" : undefined;
}

function decodeUtf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): DecodedText {
  const text = tryStrictly(strictUtf16[encoding], bytes) ?? decodeMostly(lenientUtf16[encoding], bytes);
  if (text === undefined) {
    return { problem: "undecodable" };
  }
  return text.includes("\0") ? { problem: "binary" } : asText(text, encoding);
}

/** Refuses what decodes but is no text, and makes every line end `\n`. */
function asText(text: string, encoding: TextEncoding): DecodedText {
  if (hasManyControls(text)) {
    return { problem: "binary" };
  }
  return { text: text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text, encoding };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL_CHARACTERS = /[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]/g;

function hasManyControls(text: string): boolean {
  const sample = text.slice(0, CONTROL_SAMPLE_LENGTH);
  return (sample.match(CONTROL_CHARACTERS)?.length ?? 0) > sample.length * MAX_CONTROL_SHARE;
}

function replacedShare(text: string): number {
  let replaced = 0;
  for (let at = text.indexOf("\ufffd"); at !== -1; at = text.indexOf("\ufffd", at + 1)) {
    replaced += 1;
  }
  return text.length === 0 ? 0 : replaced / text.length;
}
