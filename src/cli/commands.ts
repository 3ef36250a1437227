/** What each command asks the engine for, and how its result is shown. */

import { doctorText } from "../client/doctorText";
import type { Answer } from "../domain/answer";
import { EngineError, isAbort } from "../domain/errors";
import type { IndexSummary } from "../domain/indexStatus";
import { type AskEvent, type PullEvent, requests, type SearchResponse } from "../protocol/engine";
import * as show from "./print";
import type { Session } from "./session";

export async function index(session: Session, folder: string, options: { readonly rebuild: boolean }): Promise<void> {
  const { engine, progress } = session;
  const watching = engine.onStatus((status) => {
    progress.showIndexing(status.progress);
    progress.showEmbedding(status.vectors);
  });
  try {
    const ref = session.folderRef(folder);
    const summary = await engine.request(
      requests.index,
      { folder: ref, rebuild: options.rebuild, vectors: true },
      session.signal,
    );
    if (session.isJson) {
      session.printJson(summary satisfies IndexSummary);
    } else {
      session.print(show.indexSummary(summary));
    }
  } finally {
    watching.dispose();
  }
}

/** Who types a command waits for its process to start, and can wait for a model to load. */
const PATIENCE_MS = 3_000;

export async function search(
  session: Session,
  query: string,
  options: { readonly folder: string; readonly limit: number; readonly explain: boolean },
): Promise<void> {
  const ref = session.folderRef(options.folder);
  const params = { folders: [ref], query, limit: options.limit, explain: options.explain, patienceMs: PATIENCE_MS };
  const watching = session.engine.onStatus(({ progress }) => session.progress.showIndexing(progress));
  let found: SearchResponse;
  try {
    found = await session.engine.request(requests.search, { ...params, indexFirst: true }, session.signal);
  } finally {
    watching.dispose();
    session.progress.clear();
  }
  const { tier, results, notice } = found;
  if (notice !== undefined) {
    session.note(show.searchNotice(notice));
  }
  if (session.isJson) {
    const shown = results.map(({ path, startLine, endLine, symbol, kind, language, score, text, ...more }) => ({
      path,
      startLine,
      endLine,
      symbol: symbol ?? null,
      kind,
      language,
      score,
      text,
      alsoAt: more.alsoAt ?? [],
      ...(more.explanation === undefined ? {} : { explanation: more.explanation }),
    }));
    session.printJson({ query, folder: ref.folder, tier, notice: notice ?? null, results: shown });
  } else if (results.length === 0) {
    session.print("Nothing found.");
  } else {
    session.print(results.map((result, position) => show.searchResult(result, position + 1)).join("\n"));
  }
}

export async function ask(
  session: Session,
  question: string,
  options: { readonly folder: string; readonly anyway: boolean },
): Promise<void> {
  let isStreaming = false;
  const onEvent = (event: AskEvent): void => {
    if (session.isJson) {
      return;
    }
    if (event.type === "text") {
      session.progress.clear();
      isStreaming = true;
      process.stdout.write(show.printable(event.text));
    } else if (event.type === "restart") {
      session.note("\nThe server cut the prompt, so the answer starts again with fewer sources.");
    } else {
      showStep(session, event);
    }
  };
  const watching = session.engine.onAskEvent(({ event }) => onEvent(event));
  let answer: Answer;
  try {
    answer = await session.engine.request(
      requests.ask,
      {
        turnId: "cli",
        folders: [session.folderRef(options.folder)],
        question,
        history: [],
        selection: undefined,
        unsaved: [],
        indexFirst: true,
        anyway: options.anyway,
      },
      session.signal,
    );
  } finally {
    watching.dispose();
    if (isStreaming) {
      process.stdout.write("\n"); // what was written stays readable, also after a failure
    }
  }
  if (answer.notice !== undefined) {
    session.note(show.searchNotice(answer.notice));
  }
  if (session.isJson) {
    session.printJson(answerJson(answer));
    return;
  }
  if (!isStreaming) {
    session.print(show.printable(answer.answer));
  }
  const footer = show.answerFooter(answer, false);
  for (const part of [footer, unwrittenAdvice(answer)].filter((text) => text !== "")) {
    session.print(`\n${part}`);
  }
}

/** Why no model wrote the answer; empty where one did. */
function unwrittenAdvice({ noModel, nothingSolid }: Answer): string {
  return nothingSolid ? show.NOTHING_SOLID : noModel === undefined ? "" : show.noModelAdvice(noModel);
}

function showStep(session: Session, event: Exclude<AskEvent, { readonly type: "text" | "restart" }>): void {
  switch (event.type) {
    case "indexing":
      return session.progress.showIndexing(event.progress);
    case "searching":
      return session.progress.show("Searching …");
    case "sources":
      return session.progress.show(`Found ${event.sources.length} passages; the model reads them …`);
    case "loading-model":
      return session.progress.show(`Loading ${event.model} …`);
    case "thinking":
      return session.progress.show("Thinking …");
  }
}

/** The shape that scripts rely on; absent values are null. */
function answerJson(answer: Answer): unknown {
  return {
    ...answer,
    notice: answer.notice ?? null,
    model: answer.model ?? null,
    noModel: answer.noModel ?? null,
    promptTokens: answer.promptTokens ?? null,
    estimatedPromptTokens: answer.estimatedPromptTokens ?? null,
    contextWindow: answer.contextWindow ?? null,
    citations: answer.citations.map(({ n, path, startLine, endLine, verified, state }) => ({
      n,
      path,
      startLine,
      endLine,
      verified,
      state,
    })),
  };
}

export async function status(session: Session, folder: string): Promise<void> {
  const report = await session.engine.request(requests.status, { folder: session.folderRef(folder) }, session.signal);
  if (session.isJson) {
    session.printJson({
      ...report,
      embeddingModel: report.embeddingModel ?? null,
      vectors: { ...report.vectors, model: report.vectors.model ?? null },
      updatedAt: report.updatedAt === undefined ? null : new Date(report.updatedAt).toISOString(),
    });
  } else {
    session.print(show.indexStatus(report));
  }
}

export async function doctor(session: Session, folder: string): Promise<void> {
  const watching = session.engine.onStatus((status) => session.progress.showIndexing(status.progress));
  try {
    const ref = session.folderRef(folder);
    session.progress.show("Checking the index …");
    const report = await session.engine.request(requests.doctor, { folder: ref }, session.signal);
    if (session.isJson) {
      session.printJson({ ...report, problem: report.problem ?? null, ollama: report.ollama ?? null });
    } else {
      session.print(show.printable(doctorText(report)));
    }
    if (report.problem !== undefined) {
      throw new EngineError(report.problem);
    }
  } finally {
    watching.dispose();
  }
}

export async function files(session: Session, folder: string): Promise<void> {
  const ref = session.folderRef(folder);
  const report = await session.engine.request(requests.files, { folder: ref }, session.signal);
  if (session.isJson) {
    const shown = report.files.map(({ path, state, reason, chunks }) => ({
      path,
      state,
      reason: reason ?? null,
      chunks,
    }));
    session.printJson({ folder: ref.folder, files: shown });
  } else {
    session.print(report.files.map(show.fileReport).join("\n"));
  }
}

export async function chunks(session: Session, path: string, options: { readonly folder: string }): Promise<void> {
  const ref = session.folderRef(options.folder);
  const report = await session.engine.request(requests.chunks, { folder: ref, path }, session.signal);
  if (session.isJson) {
    const shown = report.chunks.map(({ symbol, ...chunk }) => ({ ...chunk, symbol: symbol ?? null }));
    session.printJson({ path: report.path, lines: report.lines, chunks: shown });
  } else {
    const lines = report.chunks.map(
      ({ startLine, endLine, kind, symbol, enclosing }) =>
        `${show.location({ path: report.path, startLine, endLine })}  ${kind}  ${show.printable([...enclosing, symbol ?? ""].join(" › "))}`,
    );
    session.print([`${report.lines} lines in ${report.chunks.length} chunks`, ...lines].join("\n"));
  }
}

export async function models(session: Session): Promise<void> {
  const report = await session.engine.request(requests.models, {}, session.signal);
  if (session.isJson) {
    const orNull = <T>(value: T | undefined): T | null => value ?? null;
    session.printJson({
      ...report,
      memoryBytes: orNull(report.memoryBytes),
      freeDiskBytes: orNull(report.freeDiskBytes),
      problem: orNull(report.problem),
    });
  } else {
    session.print(show.modelReport(report));
  }
}

export async function pullModel(session: Session, model: string): Promise<void> {
  let latest: PullEvent | undefined;
  const watching = session.engine.onPull((event) => {
    latest = event;
    session.progress.show(show.pullProgress(event));
  });
  try {
    await session.engine.request(requests.pullModel, { model }, session.signal);
  } catch (error) {
    if (isAbort(error) && !session.isJson) {
      session.note(`Paused${latest === undefined ? "" : ` (${show.pullProgress(latest)})`}; the same command goes on.`);
    }
    throw error;
  } finally {
    watching.dispose();
  }
  tellOf(session, model, true);
}

export async function deleteModel(session: Session, model: string): Promise<void> {
  await session.engine.request(requests.deleteModel, { model }, session.signal);
  tellOf(session, model, false);
}

function tellOf(session: Session, model: string, isInstalled: boolean): void {
  if (session.isJson) {
    session.printJson({ model, isInstalled });
  } else {
    session.print(`${show.printable(model)} is ${isInstalled ? "installed" : "deleted"}.`);
  }
}
