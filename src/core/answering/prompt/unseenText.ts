/**
 * Takes out of a text what a person would not see and what a chat template would not read as text.
 *
 * Indexed files are anybody's writing. Instructions can hide in characters that no editor shows (tags, zero-width and
 * direction marks), and a file that spells a template's own marks (`<|im_end|>`) would end its message and begin
 * another: Ollama renders messages and template into one string before it reads the marks.
 */

/**
 * Format characters (soft hyphen, joiners, direction marks, tags, invisible operators) and controls other than tab and
 * line end; the few that Arabic and Syriac do show stay. Emoji built with joiners fall into their parts, which says the same to a model.
 */
const FORMAT_AND_CONTROLS =
  /(?![\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2])[\p{Cf}\u0000-\u0008\u000B-\u001F\u007F-\u009F]/gu;

/** Letters and marks without a shape: fillers, variation selectors, the grapheme joiner, the rest of the tag block. */
const SHAPELESS =
  /\u034F|[\u115F\u1160\u3164\uFFA0\uFFF0-\uFFF8]|[\u17B4\u17B5]|[\u180B-\u180F]|[\uFE00-\uFE0F]|[\u{E0000}-\u{E0FFF}]/gu;

/** Marks of the templates of common model families; each is broken before its last character. */
const TEMPLATE_MARKS =
  /<[|｜][^\s|｜<>]{1,40}[|｜](?=>)|<\/?(?:start_of_turn|end_of_turn|start_of_image|bos|eos|s|unk|pad|think|tool_call|tool_response)(?=>)|\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)(?=\])|<<\/?SYS>(?=>)/gi;

/** The text as a person sees it, safe to stand in a prompt. */
export function seenText(text: string): string {
  return text.replace(FORMAT_AND_CONTROLS, "").replace(SHAPELESS, "").replace(TEMPLATE_MARKS, "$& ");
}

/** The same on one line: for paths and names. */
export function seenLine(text: string): string {
  return seenText(text.replace(/\s+/g, " ")).trim();
}
