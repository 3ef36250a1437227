/** The answer without a model: the best passages as they are, cited. That no model wrote it, the surface says in the user's language. */

import type { Citation, Source } from "../../domain/answer";

const NOTHING_FOUND = "Nothing in the indexed files matches this question.";

/** Lines of one passage that are shown; the citation opens the rest. */
const MAX_LINES = 40;

/** What is said when the search found nothing: no model is asked, since it could only invent. */
export const nothingFoundAnswer = (): string => NOTHING_FOUND;

/**
 * @param sources to show, best first.
 * @param citations of the same sources, as they were checked; a passage that is no longer in its file says so.
 */
export function passagesAnswer(sources: readonly Source[], citations: readonly Citation[]): string {
  const states = new Map(citations.map((citation) => [citation.n, citation]));
  return sources.map((source) => passage(source, states.get(source.n))).join("\n\n");
}

function passage(source: Source, citation: Citation | undefined): string {
  const { startLine, endLine } = citation ?? source;
  const lines = source.text.replace(/\n+$/, "").split("\n");
  const shown = lines.slice(0, MAX_LINES);
  const note = STATE_NOTES[citation?.state ?? "current"];
  const more = lines.length > MAX_LINES ? [`… ${lines.length - MAX_LINES} more lines.`] : [];
  const lineRange = endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
  const heading = `[${source.n}] ${inlineCode(`${source.path}:${lineRange}`)}${note}`;
  return [heading, fenced(shown.join("\n"), source.language), ...more].join("\n\n");
}

const STATE_NOTES: Readonly<Record<Citation["state"], string>> = {
  current: "",
  moved: "",
  changed: " (the file has changed since it was indexed)",
  gone: " (the file is no longer there)",
};

/** A code block whose fence is longer than any in the text. */
function fenced(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language.replace(/[^a-z0-9+#-]/gi, "")}\n${text}\n${fence}`;
}

function inlineCode(text: string): string {
  const line = text.replace(/\s+/g, " ");
  const ticks = "`".repeat(longestRun(line) + 1);
  const padding = /^`|`$/.test(line) ? " " : "";
  return `${ticks}${padding}${line}${padding}${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
