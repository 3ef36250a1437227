/** How results read in a terminal. Everything that came from files or a model is made safe to print first. */

import { errorLine } from "../client/describeError";
import type { Answer, Explanation, NoModelReason, SearchNotice, SearchResult } from "../domain/answer";
import type { ModelFit } from "../domain/availableModel";
import type { FileReport, IndexStatus, IndexSummary, VectorStatus } from "../domain/indexStatus";
import type { LineRange } from "../domain/lines";
import { NO_MODEL } from "../protocol/defaultSettings";
import type { ModelReport, PullEvent } from "../protocol/engine";
import { duration } from "./progressLine";

/**
 * Shows control characters instead of obeying them, so that no file or model can move the cursor or hide text.
 *
 * Line feeds and tabs stay.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : "\ufffd";
  });
}

/** One line, also for names that hold line feeds. */
const oneLine = (text: string): string => printable(text.replace(/[\r\n]+/g, "␤"));

export const location = ({ path, startLine, endLine }: LineRange & { readonly path: string }): string =>
  `${oneLine(path)}:${startLine}${endLine > startLine ? `-${endLine}` : ""}`;

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;

const SIZE_UNITS = ["B", "KB", "MB", "GB"];

export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < SIZE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${SIZE_UNITS[unit]}`;
}

export function indexSummary(summary: IndexSummary): string {
  const seconds = (summary.elapsedMs / 1000).toFixed(1);
  const changes =
    summary.filesIndexed + summary.filesRemoved === 0
      ? "nothing changed"
      : `${plural(summary.filesIndexed, "file")} indexed, ${summary.filesRemoved} removed, ` +
        `${plural(summary.chunksWritten, "chunk")} written, ${size(summary.bytes)} read`;
  const known =
    summary.files === 0 ? "no text to index" : `${plural(summary.files, "file")} in ${plural(summary.chunks, "chunk")}`;
  const leftOut = summary.skipped === 0 ? "" : `, ${summary.skipped} left out (\`cloister files\` says why)`;
  return `${printable(summary.folder)}: ${known}${leftOut}\n${changes}, ${seconds} s`;
}

export function searchResult(result: SearchResult, rank: number): string {
  const name = [...result.enclosing, ...(result.symbol === undefined ? [] : [result.symbol])].map(oneLine).join(" › ");
  const head = `${rank}. ${location(result)}${name === "" ? "" : `  ${name}`}`;
  const lines = printable(result.text).split("\n");
  const first = Math.max(
    0,
    lines.findIndex((line) => line.trim() !== ""),
  );
  const shown = lines.slice(first, first + 3).map((line) => line.slice(0, 110));
  const also = (result.alsoAt ?? [])
    .map(({ startLine, endLine }) => (endLine > startLine ? `${startLine}-${endLine}` : startLine))
    .join(", ");
  const more = [
    ...(also === "" ? [] : [`also lines ${also}`]),
    ...(result.explanation === undefined ? [] : explanation(result.explanation)),
  ];
  return [head, ...[...shown, ...more].map((line) => `     ${line}`)].join("\n");
}

/** The parts of a score, largest first, and the factors for what the path is of and for the file's traits. */
function explanation({ parts, pathKinds, factor, traits }: Explanation): string[] {
  const rows = parts
    .toSorted((a, b) => b.value * b.weight - a.value * a.weight)
    .map(
      ({ feature, value, weight }) =>
        `${(value * weight).toFixed(3)} = ${value.toFixed(3)} × ${weight.toFixed(3)}  ${feature}`,
    );
  const factors = [
    ...(pathKinds.length === 0 ? [] : [{ factor, name: pathKinds.join(", ") }]),
    ...traits.map((trait) => ({ factor: trait.factor, name: trait.trait })),
  ];
  return [...rows, ...factors.map((one) => `× ${one.factor.toFixed(3)}  ${one.name}`)];
}

export function searchNotice(notice: SearchNotice): string {
  switch (notice) {
    case "pattern-invalid":
      return "This is no valid regular expression. Quote the text to find it as it is.";
    case "pattern-partial":
      return "There was no time to look at every file; these are the matches so far. A filter such as path:src narrows it.";
    case "filters-admit-none":
      return "No indexed file passes these filters. `cloister files` lists the files and how each was read.";
    case "index-partial":
      return "Files that are not indexed yet were searched by their words alone. `cloister index` goes on with them.";
    case "scan-partial":
      return "There was no time to look at every file that is not indexed yet. `cloister index` goes on with them.";
    case "index-stale":
      return "The index could not be brought up to date just now; what has changed lately may be missing.";
    case "folder-left-out":
      return "One of the folders could not be searched; the others were.";
  }
}

/** What stands below an answer: where its citations lead, and what did not check out. */
export function answerFooter(answer: Answer, hasSeveralFolders: boolean): string {
  const lines = answer.citations.map((citation) => {
    const folder = hasSeveralFolders ? `${citation.folder}/` : "";
    const note = citation.state === "moved" ? " (moved)" : citation.verified ? "" : ` (${citation.state} since)`;
    return `[${citation.n}] ${folder}${location(citation)}${note}`;
  });
  if (answer.unverified.length > 0) {
    const mentions = answer.unverified.map(({ text }) => `\`${oneLine(text)}\``).join(", ");
    lines.push("", `Not found in the sources, so do not rely on it: ${mentions}`);
  }
  const meter = contextMeter(answer);
  if (meter !== undefined) {
    lines.push("", meter);
  }
  if (answer.truncated) {
    lines.push("", "The model did not see all of the sources: the server cut the prompt.");
  }
  if (answer.cutShort) {
    lines.push("", "The model stopped before the end of its answer.");
  }
  return lines.join("\n");
}

/** @example `gemma4:e4b: 3,210 of 8,192 tokens, 8 of 20 passages read` */
function contextMeter(answer: Answer): string | undefined {
  const { model, promptTokens, contextWindow, isWindowForGraphics, sources, turnsLeftOut } = answer;
  if (model === undefined || promptTokens === undefined || contextWindow === undefined) {
    return undefined;
  }
  const number = (value: number) => value.toLocaleString("en-US");
  const read = sources.filter(({ inPrompt }) => inPrompt).length;
  const passages = read < sources.length ? `${read} of ${plural(sources.length, "passage")}` : plural(read, "passage");
  const parts = [
    `${oneLine(model)}: ${number(promptTokens)} of ${number(contextWindow)} tokens`,
    `${passages} read`,
    ...(turnsLeftOut === 0 ? [] : [`${plural(turnsLeftOut, "earlier question")} left out`]),
    ...(isWindowForGraphics ? ["window kept small for graphics memory"] : []),
  ];
  return parts.join(", ");
}

export const NOTHING_SOLID =
  "Nothing solid was found for this question, so no model was asked; these are the nearest passages. " +
  "Ask it all the same with --anyway.";

/** Why no model wrote the answer, and how to get one that does. */
export function noModelAdvice(reason: NoModelReason): string {
  const getOne = "For written answers install Ollama (ollama.com) and a model: `ollama pull gemma4:e4b`.";
  switch (reason.why) {
    case "turned-off":
      return "No model wrote this: models are turned off (--no-ollama).";
    case "ollama-unreachable":
      return `No model wrote this: no Ollama answers at ${reason.url}. ${getOne}`;
    case "ollama-unusable":
      return `No model wrote this: the server at ${reason.url} cannot be used (${oneLine(reason.problem)}). Check its address (--ollama-url).`;
    case "no-chat-model":
      return `No model wrote this: Ollama at ${reason.url} has no model that can chat. Get one: \`ollama pull gemma4:e4b\`.`;
  }
}

export function indexStatus(status: IndexStatus): string {
  if (status.health === "none") {
    return `${status.folder}: not indexed yet. Run \`cloister index\`.`;
  }
  const age = status.updatedAt === undefined ? "never" : new Date(status.updatedAt).toISOString();
  return [
    `${status.folder}: ${status.health}`,
    `  ${plural(status.files, "file")}, ${plural(status.chunks, "chunk")}, ${status.skipped} left out`,
    `  ${size(status.bytes)} of text, ${size(status.diskBytes)} on disk in ${status.indexDir}`,
    `  search: keywords, symbols and paths${status.tier === "hybrid" ? `, and meaning (${status.embeddingModel})` : ""}`,
    ...vectorStatus(status.vectors),
    `  last change: ${age}`,
  ].join("\n");
}

function vectorStatus({ state, model, done, total, leftMs, problem }: VectorStatus): string[] {
  const progress = `${done} of ${plural(total, "text")} with ${model}`;
  const left = leftMs === undefined ? "" : `, ${duration(leftMs / 1000)} left`;
  switch (state) {
    case "off":
      return [];
    case "complete":
      return done < total ? [`  embedded: ${progress}`] : [];
    case "filling":
      return [`  embedding: ${progress}${left}`];
    case "failed":
      return [`  embedding failed: ${problem === undefined ? "" : errorLine(problem)}`];
    case "asking":
      return [`  embedding with ${model} waits for your consent: ${plural(total, "text")}${left}`];
    case "waiting":
    case "paused":
      return [`  embedded so far: ${progress}`];
  }
}

export function fileReport(file: FileReport): string {
  return file.state === "indexed"
    ? `indexed  ${oneLine(file.path)} (${plural(file.chunks, "chunk")})`
    : `skipped  ${oneLine(file.path)} (${file.reason})`;
}

export function modelReport(report: ModelReport): string {
  const { url, models, problem, memoryBytes, freeDiskBytes } = report;
  const machine = memoryBytes === undefined ? "" : `This machine has ${size(memoryBytes)} of memory`;
  const disk = freeDiskBytes === undefined ? "" : `, and ${size(freeDiskBytes)} free for models`;
  const installed =
    problem === undefined
      ? models.length === 0
        ? `Ollama at ${url} has no models yet.`
        : [`Installed in Ollama at ${url}:`, ...models.map(installedModel), "", CHOOSING].join("\n")
      : errorLine(problem);
  return [machine === "" ? "" : `${machine}${disk}.`, installed, toInstall(report)]
    .filter((part) => part !== "")
    .join("\n\n");
}

const CHOOSING = `To use another one: \`--model NAME\` answers, \`--embedding-model NAME\` searches by meaning (${NO_MODEL}: by words alone).`;

const FIT_WORDS: Readonly<Record<ModelFit, string>> = {
  fits: "fits this machine",
  tight: "fits with little else open",
  "too-large": "too large for this machine",
};

function installedModel(model: ModelReport["models"][number]): string {
  const canDo = model.canChat ? "can answer" : model.canEmbed ? "can search by meaning" : "cannot answer";
  const use = model.isRemote
    ? "not used: runs elsewhere"
    : model.isEmbedder
      ? "searches by meaning now"
      : model.isChosen
        ? "answers now"
        : canDo;
  const fit = model.fit === undefined || model.fit === "fits" ? [] : [FIT_WORDS[model.fit]];
  const words = [oneLine(model.name), size(model.sizeBytes), oneLine(model.parameterSize), use, ...fit];
  return `${model.isChosen || model.isEmbedder ? "*" : " "} ${words.filter((word) => word !== "").join("  ")}`;
}

const ROLE_WORDS = { chat: "answers", embedding: "searches by meaning" } as const;

/** What is too large is left out: one more thing to read, and nothing to do about it. */
function toInstall({ available, freeDiskBytes }: ModelReport): string {
  const wanted = available.filter(({ fit }) => fit !== "too-large");
  if (wanted.length === 0) {
    return "";
  }
  const lines = wanted.map(({ name, role, downloadBytes, fit, licence }) => {
    const room = freeDiskBytes !== undefined && downloadBytes > freeDiskBytes ? "no room on the disk" : "";
    const words = [name, size(downloadBytes), ROLE_WORDS[role], fit === undefined ? "" : FIT_WORDS[fit], licence, room];
    return `  ${words.filter((word) => word !== undefined && word !== "").join("  ")}`;
  });
  return ["To install, with `cloister models pull NAME`:", ...lines].join("\n");
}

/** @example `gemma4:e4b: 1.2 of 9.6 GB, 12 %` */
export function pullProgress({ model, completedBytes, totalBytes }: PullEvent): string {
  const percent = totalBytes === 0 ? 0 : Math.floor((100 * completedBytes) / totalBytes);
  return `${oneLine(model)}: ${size(completedBytes)} of ${size(totalBytes)}, ${percent} %`;
}
