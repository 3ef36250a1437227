/**
 * A conversation as the host holds it and as it lies on disk.
 *
 * A turn keeps its sources whole, since a citation is found again by its text; the webview gets only what it draws.
 * The schema is as strict as the types, so a damaged file is noticed when it is read and not when it is drawn.
 */

import * as v from "valibot";
import type { ConversationSummary, SearchNotice, Source } from "../../domain/answer";
import type { Selection } from "../../protocol/engine";
import type { AnswerView, Notice, SourceView, TurnState, TurnView } from "../../protocol/webview";
import { PANEL_ACTIONS } from "./panelActions";

/** Changes with every change of the schema that an older reader would misread. */
export const CHAT_FORMAT = 1;

export interface Turn {
  readonly turnId: string;
  readonly question: string;
  readonly selection: Selection | undefined;
  readonly state: TurnState;
  readonly text: string;
  readonly thinking: string;
  readonly sources: readonly Source[];
  /** What is to be known of the sources; an answer that broke off has no result that says it. */
  readonly sourcesNotice?: SearchNotice | undefined;
  readonly result: AnswerView | undefined;
  readonly notice: Notice | undefined;
  /** Stands for this turn and all before it. */
  readonly summary?: ConversationSummary | undefined;
}

export interface Chat {
  readonly format: typeof CHAT_FORMAT;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly turns: readonly Turn[];
}

/** A value that JSON leaves out when it is undefined. */
const maybe = <S extends v.GenericSchema>(schema: S) => v.optional(schema, () => undefined);

const whole = v.pipe(v.number(), v.integer());
const lines = { startLine: whole, endLine: whole };

const selectionSchema = v.object({
  ...lines,
  folder: v.string(),
  path: v.string(),
  text: v.string(),
  language: v.string(),
});

const sourceSchema = v.object({
  ...lines,
  n: whole,
  role: v.picklist(["found", "selection", "definition", "caller"]),
  inPrompt: v.boolean(),
  folder: v.string(),
  path: v.string(),
  language: v.string(),
  kind: v.picklist([
    "function",
    "method",
    "class",
    "interface",
    "type",
    "module",
    "variable",
    "section",
    "block",
    "lines",
  ]),
  symbol: maybe(v.string()),
  enclosing: v.array(v.string()),
  score: v.number(),
  text: v.string(),
});

const noModelSchema = v.variant("why", [
  v.object({ why: v.literal("turned-off") }),
  v.object({ why: v.literal("ollama-unreachable"), url: v.string() }),
  v.object({ why: v.literal("ollama-unusable"), url: v.string(), problem: v.string() }),
  v.object({ why: v.literal("no-chat-model"), url: v.string() }),
]);

const searchNoticeSchema = maybe(
  v.picklist([
    "pattern-invalid",
    "pattern-partial",
    "filters-admit-none",
    "index-partial",
    "scan-partial",
    "index-stale",
    "folder-left-out",
  ]),
);

const resultSchema = v.object({
  notice: searchNoticeSchema,
  model: maybe(v.string()),
  noModel: maybe(noModelSchema),
  nothingSolid: v.optional(v.boolean(), false),
  promptTokens: maybe(v.number()),
  contextWindow: maybe(v.number()),
  isWindowForGraphics: v.optional(v.boolean(), false),
  turnsLeftOut: v.optional(v.number(), 0),
  turnsSummarised: v.optional(v.number(), 0),
  truncated: v.boolean(),
  cutShort: v.boolean(),
  elapsedMs: v.number(),
  checked: v.optional(v.number(), 0),
  unverified: v.array(
    v.object({ kind: v.picklist(["source-number", "path", "lines", "quote", "identifier"]), text: v.string() }),
  ),
  citations: v.array(
    v.object({ n: whole, label: v.string(), state: v.picklist(["current", "moved", "changed", "gone"]) }),
  ),
});

const noticeSchema = v.object({
  message: v.string(),
  action: maybe(
    v.object({
      label: v.string(),
      action: v.picklist(PANEL_ACTIONS),
    }),
  ),
});

const turnSchema = v.object({
  turnId: v.string(),
  question: v.string(),
  selection: maybe(selectionSchema),
  state: v.picklist(["indexing", "searching", "loading-model", "thinking", "answering", "done", "stopped", "failed"]),
  text: v.string(),
  thinking: v.string(),
  sources: v.array(sourceSchema),
  sourcesNotice: searchNoticeSchema,
  result: maybe(resultSchema),
  notice: maybe(noticeSchema),
  summary: maybe(v.object({ text: v.string(), turns: whole })),
});

const chatSchema = v.object({
  format: v.literal(CHAT_FORMAT),
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  updatedAt: v.number(),
  turns: v.array(turnSchema),
}) satisfies v.GenericSchema<unknown, Chat>;

/**
 * Reads a chat from JSON. A turn that was being answered when the window closed comes back as stopped.
 *
 * @throws {Error} when it is not a chat of this format.
 */
export function parseChat(json: string): Chat {
  const chat = v.parse(chatSchema, JSON.parse(json));
  return { ...chat, turns: chat.turns.map((turn) => (isRunning(turn) ? { ...turn, state: "stopped" } : turn)) };
}

export function isRunning({ state }: Turn): boolean {
  return state !== "done" && state !== "stopped" && state !== "failed";
}

/** The largest chat that is kept, in characters of JSON. */
const LONGEST_CHAT = 4 * 1024 * 1024;
const MOST_TURNS = 200;

/** The chat as JSON, without its oldest turns where it is too large. */
export function chatToJson(chat: Chat): string {
  let turns = chat.turns.slice(-MOST_TURNS);
  let json = JSON.stringify({ ...chat, turns });
  while (json.length > LONGEST_CHAT && turns.length > 1) {
    turns = turns.slice(Math.ceil(turns.length / 4));
    json = JSON.stringify({ ...chat, turns });
  }
  return json;
}

/** Lines of a source that are shown on hovering. */
const PREVIEW_LINES = 12;
const PREVIEW_LENGTH = 2_000;

/** @param folderName the workspace folder's name where there are several. */
export function turnView(turn: Turn, folderName: (folder: string) => string | undefined): TurnView {
  const { turnId, question, selection, state, text, thinking, sources, result, notice } = turn;
  return {
    turnId,
    question,
    about: selection && placeLabel(selection, folderName),
    state,
    text,
    thinking,
    sources: sources.map((source) => sourceView(source, folderName)),
    result,
    notice,
  };
}

function sourceView(source: Source, folderName: (folder: string) => string | undefined): SourceView {
  const { text, folder, ...rest } = source;
  return {
    ...rest,
    folderName: folderName(folder),
    preview: text.slice(0, PREVIEW_LENGTH).split("\n", PREVIEW_LINES).join("\n"),
  };
}

interface Place {
  readonly folder: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** `src/a.ts:3-9`, with the folder's name before it where the window has several. */
export function placeLabel(place: Place, folderName: (folder: string) => string | undefined): string {
  const { path, startLine, endLine } = place;
  const name = folderName(place.folder);
  const range = startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`;
  return `${name === undefined ? "" : `${name}/`}${path}:${range}`;
}
