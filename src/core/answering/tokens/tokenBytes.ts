/**
 * What the tokens of a model stand for, in bytes.
 *
 * Two ways to write them down are in use. Byte-level vocabularies (GPT-2 and most since) show each byte as a character
 * that can be seen, so that a space is `Ġ`. SentencePiece ones show text as it is, with `▁` for a space.
 */

import type { ModelTokens } from "../../modelPorts";

/** As `tokenizer.ggml.token_type` numbers them. */
const CONTROL = 3;
const USER_DEFINED = 4;
const BYTE = 6;

const SPACE_IN_BYTES = "Ġ";
const SPACE_IN_PIECES = "▁";

/** Of tokens with a space in front, so that other writings are not taken for one of the two. */
const LEAST_SHARE = 0.05;

const encoder = new TextEncoder();

/** @returns what the token of that number stands for; undefined for one that text never becomes. */
export type BytesOf = (index: number) => Uint8Array | undefined;

/** @returns undefined for a vocabulary that is written down in a way we do not know. */
export function tokenReader({ tokens, types }: ModelTokens): BytesOf | undefined {
  const beginning = (space: string) => tokens.filter((token) => token.startsWith(space)).length;
  const [inBytes, inPieces] = [beginning(SPACE_IN_BYTES), beginning(SPACE_IN_PIECES)];
  if (Math.max(inBytes, inPieces) < tokens.length * LEAST_SHARE) {
    return undefined;
  }
  const bytesOf = inBytes > inPieces ? bytesOfCharacters : bytesOfPiece;
  return (index) => {
    const [token = "", type] = [tokens[index], types[index]];
    if (type === CONTROL || type === BYTE) {
      return undefined;
    }
    return type === USER_DEFINED ? encoder.encode(token) : bytesOf(token);
  };
}

/** A space that is not written `▁` is in no text, once its spaces are. */
function bytesOfPiece(piece: string): Uint8Array | undefined {
  return piece.includes(" ") ? undefined : encoder.encode(piece.replaceAll(SPACE_IN_PIECES, " "));
}

/** Bytes without a shape of their own are shown by the characters from U+0100 on. */
const BYTE_OF_CHARACTER = new Map<string, number>();
for (let byte = 0, shapeless = 0x1_00; byte < 0x1_00; byte += 1) {
  const isSeen = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  BYTE_OF_CHARACTER.set(String.fromCodePoint(isSeen ? byte : shapeless), byte);
  shapeless += isSeen ? 0 : 1;
}

function bytesOfCharacters(token: string): Uint8Array | undefined {
  const bytes = Array.from(token, (character) => BYTE_OF_CHARACTER.get(character));
  return bytes.includes(undefined) ? undefined : Uint8Array.from(bytes as number[]);
}
