/** The words of inline tokens, without marks: an image's alternative text, a paragraph to be spoken. */

import type { Token } from "markdown-it";

export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === "softbreak" || token.type === "hardbreak") {
        return " ";
      }
      return token.children ? plainText(token.children) : token.content;
    })
    .join("");
}
