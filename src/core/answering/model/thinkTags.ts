/**
 * Tells thinking from answer where the server does not: older ones stream `<think>…</think>` as part of the answer.
 *
 * Only a tag at the very beginning counts; an answer may well speak about `<think>` later. Templates that open the
 * thoughts themselves leave only their end to be seen, which then stands on a line of its own.
 */

export interface TextPart {
  readonly type: "thinking" | "text";
  readonly text: string;
}

const OPENING = "<think>";
const CLOSING = "</think>";

export interface ThinkSplitter {
  /** @returns what of the stream is decided by now; a part of a tag is held back. */
  push(text: string): TextPart[];
  /** What was held back, at the end of the stream. */
  end(): TextPart[];
}

export function createThinkSplitter(): ThinkSplitter {
  let state: "start" | "thinking" | "after" | "text" = "start";
  let held = "";

  const step = (): TextPart[] => {
    switch (state) {
      case "start":
        return atStart();
      case "thinking":
        return whileThinking();
      case "after":
        return afterThinking();
      case "text":
        return take("text", held.length);
    }
  };
  const take = (type: TextPart["type"], length: number): TextPart[] => {
    const text = held.slice(0, length);
    held = held.slice(length);
    return text === "" ? [] : [{ type, text }];
  };
  const atStart = (): TextPart[] => {
    const begun = held.trimStart();
    if (begun.startsWith(OPENING)) {
      state = "thinking";
      held = begun.slice(OPENING.length);
      return step();
    }
    if (OPENING.startsWith(begun)) {
      return [];
    }
    state = "text";
    return step();
  };
  const whileThinking = (): TextPart[] => {
    const end = held.indexOf(CLOSING);
    if (end === -1) {
      return take("thinking", held.length - heldBack(held));
    }
    const thought = take("thinking", end);
    held = held.slice(CLOSING.length);
    state = "after";
    return [...thought, ...step()];
  };
  /** White space between the thinking and the answer belongs to neither. */
  const afterThinking = (): TextPart[] => {
    held = held.trimStart();
    if (held === "") {
      return [];
    }
    state = "text";
    return step();
  };

  return {
    push: (text) => {
      held += text;
      return step();
    },
    end: () => take(state === "thinking" ? "thinking" : "text", held.length),
  };
}

const CLOSING_LINE = /(?:^|\n)[ \t]*<\/think>[ \t]*\n\s*/;

/** Opens and ends blocks of code, in which the tag is only spoken of. */
const FENCE = /^\s*(?:```|~~~)/gm;

/**
 * Parts an answer that began with thoughts although nothing had said so.
 *
 * @returns undefined for any other.
 */
export function partUnopened(answer: string): { readonly thinking: string; readonly text: string } | undefined {
  const line = CLOSING_LINE.exec(answer);
  if (line === null) {
    return undefined;
  }
  const thinking = answer.slice(0, line.index);
  const isInCode = (thinking.match(FENCE)?.length ?? 0) % 2 === 1;
  return isInCode ? undefined : { thinking, text: answer.slice(line.index + line[0].length) };
}

/** Length of the longest end of `text` that may begin the closing tag. */
function heldBack(text: string): number {
  for (let length = Math.min(CLOSING.length - 1, text.length); length > 0; length -= 1) {
    if (CLOSING.startsWith(text.slice(-length))) {
      return length;
    }
  }
  return 0;
}
