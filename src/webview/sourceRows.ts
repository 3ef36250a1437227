/**
 * The sources of a turn as the panel lists them.
 *
 * Once an answer is done its citations were checked against the files: what moved is shown with its new lines, and what
 * changed or is gone says so.
 */

import type { CitationState, SourceRole } from "../domain/answer";
import type { TurnView } from "../protocol/webview";
import type { Translate } from "./translate";

export interface SourceRow {
  readonly n: number;
  /** `plan.ts` */
  readonly fileName: string;
  /** `src/core`; empty at the top of the folder. */
  readonly directory: string;
  /** The workspace folder's name where there are several. */
  readonly folderName: string | undefined;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string | undefined;
  readonly role: SourceRole;
  /** False for a source that was found and that the model did not get to see. */
  readonly wasRead: boolean;
  readonly preview: string;
  /** Undefined until the answer is done, and for a source that it does not cite. */
  readonly state: CitationState | undefined;
}

export function sourceRows({ sources, result }: Pick<TurnView, "sources" | "result">): SourceRow[] {
  const citations = new Map(result?.citations.map((citation) => [citation.n, citation]));
  return sources.map((source) => {
    const citation = citations.get(source.n);
    const slash = source.path.lastIndexOf("/");
    return {
      n: source.n,
      fileName: visibleName(source.path.slice(slash + 1)),
      directory: visibleName(source.path.slice(0, Math.max(slash, 0))),
      folderName: source.folderName,
      ...(linesOfLabel(citation?.label) ?? { startLine: source.startLine, endLine: source.endLine }),
      symbol: source.symbol,
      role: source.role,
      wasRead: source.inPrompt || result?.noModel !== undefined || result?.nothingSolid === true,
      preview: source.preview,
      state: citation?.state,
    };
  });
}

/** `Source 1: plan.ts lines 41 to 78`, for people who listen. */
export function sourceLabel(t: Translate, { n, fileName, startLine, endLine, folderName }: SourceRow): string {
  const label =
    startLine === endLine
      ? t.text("sources.label", n, fileName, startLine)
      : t.text("sources.label.lines", n, fileName, startLine, endLine);
  return folderName === undefined ? label : `${label}, ${t.text("sources.in", folderName)}`;
}

/** `41–78`, or `41` alone. */
export function linesLabel(t: Translate, { startLine, endLine }: SourceRow): string {
  return startLine === endLine ? String(startLine) : t.text("sources.lines", startLine, endLine);
}

/** A citation names its lines at the end: `src/plan.ts:41-78`. */
function linesOfLabel(label: string | undefined): { startLine: number; endLine: number } | undefined {
  const [, start, end] = /:(\d+)(?:[-–](\d+))?$/.exec(label ?? "") ?? [];
  return start === undefined ? undefined : { startLine: Number(start), endLine: Number(end ?? start) };
}

/** File names may hold anything; controls and what turns text around are shown as their code. */
function visibleName(name: string): string {
  return name.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
