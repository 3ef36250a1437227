/**
 * Cuts an identifier into the words it is made of.
 *
 * `getHTTPResponse`, `get_http_response` and `GetHttpResponse` become the same words, so that each finds the others.
 */

import { isAscii } from "../../../domain/ascii";

/** A plural acronym (`URLs`), an acronym up to the next word, a word with or without a capital, or digits. */
const ASCII_WORD = /[A-Z]{2,}s(?![A-Za-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;

/** The same for other scripts; letters without case stay together, combining marks stay with their letter. */
const UNICODE_WORD = /\p{Lu}{2,}(?![\p{Ll}])|\p{Lu}?[\p{Ll}\p{M}]+|\p{Lu}\p{M}*|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+|\p{N}+/gu;

/** @returns the words of `identifier` in order, in their own case; empty if it holds no letter and no digit. */
export function splitIdentifier(identifier: string): string[] {
  return identifier.match(isAscii(identifier) ? ASCII_WORD : UNICODE_WORD) ?? [];
}

/**
 * One spelling for all ways of writing a name: `getHTTPResponse`, `get_http_response`, `get-http-response` are equal.
 *
 * @returns letters and digits alone, in lower case.
 */
export function foldName(name: string): string {
  if (isAscii(name)) {
    return name.replace(/[^A-Za-z0-9]+/g, "").toLowerCase();
  }
  return name
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .toLowerCase();
}
