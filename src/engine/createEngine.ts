/**
 * Composition root of the engine: here and in what it makes in this folder adapters meet the core.
 *
 * Called by the engine process, the benchmarks and the integration tests; nothing else constructs an adapter.
 */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createWorkerFileScanner, type WorkerFileScanner } from "../adapters/files/workerFileScanner";
import { createGuardedFetch, type FetchLimits } from "../adapters/ollama/guardedFetch";
import { createOllamaClient } from "../adapters/ollama/ollamaClient";
import { createOllamaEmbedding } from "../adapters/ollama/ollamaEmbedding";
import { createOllamaLibrary, DOWNLOAD_LIMITS } from "../adapters/ollama/ollamaLibrary";
import { createOllamaVocabulary, VOCABULARY_LIMITS } from "../adapters/ollama/ollamaVocabulary";
import { createWorkerFilePreparer, type WorkerFilePreparer } from "../adapters/parsing/workerFilePreparer";
import { defaultIndexRoot } from "../adapters/store/indexDirectory";
import { freshenAll } from "../core/answering/freshen";
import { readerOf } from "../core/answering/gatherSources";
import { locateText } from "../core/answering/locate";
import type { ChatModel } from "../core/answering/model/resolveModel";
import type { TokenCounting } from "../core/answering/tokens/tokenCounting";
import type { ChatServer, EmbeddingServer, ModelLibrary, PullProgress, VocabularyServer } from "../core/modelPorts";
import type { Clock } from "../core/ports";
import { exampleSubjects } from "../core/retrieval/exampleSubjects";
import type { Answer } from "../domain/answer";
import type { DoctorReport } from "../domain/doctorReport";
import { EngineError, isAbort } from "../domain/errors";
import type { FileReport, IndexStatus, IndexSummary } from "../domain/indexStatus";
import type { SentRequest } from "../domain/sentRequest";
import { NO_MODEL } from "../protocol/defaultSettings";
import type {
  AskEvent,
  AskParams,
  ChunkReport,
  EngineSettings,
  ExampleSubjects,
  FolderRef,
  LocateParams,
  LocateResult,
  ModelReport,
  SearchParams,
  SearchResponse,
  SummariseParams,
} from "../protocol/engine";
import { ask } from "./ask";
import { bringUpToDate, noticeOfSearch } from "./bringUpToDate";
import { makeDoctorReport } from "./doctor";
import type { FolderSession } from "./folder/folderSession";
import { FolderSessions } from "./folder/folderSessions";
import { GraphicsWindows } from "./models/graphicsWindows";
import { LearntCounts } from "./models/learntCounts";
import { modelMachine } from "./models/modelMachine";
import { pullModel } from "./models/pullModel";
import { reportModels } from "./models/reportModels";
import { countingOf } from "./models/tokenCountings";
import { Vocabularies } from "./models/vocabularies";
import { readTextOf, searchSessions } from "./searchSessions";
import { summarise } from "./summarise";
import { Embeddings } from "./vectors/embeddings";
import type { EmbedSummary } from "./vectors/folderVectors";
import { ModelTraffic } from "./vectors/modelTraffic";

export interface EngineOptions {
  /** Holds the bundled worker and the grammars. */
  readonly distDir: string;
  readonly settings: EngineSettings;
  readonly clock: Clock;
  readonly onStatus: (status: IndexStatus) => void;
  readonly onRequest: (request: SentRequest) => void;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

/** The requests of `protocol/engine.ts`, which documents them. */
export interface Engine {
  configure(settings: EngineSettings): Promise<void>;
  follow(folder: FolderRef, openPaths: readonly string[]): Promise<IndexStatus>;
  unfollow(folder: string): Promise<void>;
  index(
    folder: FolderRef,
    options: { readonly rebuild: boolean; readonly vectors?: boolean },
    signal: AbortSignal,
  ): Promise<IndexSummary>;
  update(folder: string, paths: readonly string[], signal: AbortSignal): Promise<IndexSummary>;
  prefer(folder: string, paths: readonly string[]): Promise<void>;
  embed(folder: string): Promise<void>;
  pause(folder: string): Promise<void>;
  resume(folder: string): Promise<void>;
  status(folder: FolderRef): Promise<IndexStatus>;
  files(folder: FolderRef): Promise<{ files: FileReport[] }>;
  chunks(
    folder: FolderRef,
    path: string,
    signal: AbortSignal,
  ): Promise<{ path: string; lines: number; chunks: ChunkReport[] }>;
  doctor(folder: FolderRef, signal: AbortSignal): Promise<DoctorReport>;
  search(params: SearchParams, signal: AbortSignal): Promise<SearchResponse>;
  examples(folder: FolderRef): Promise<ExampleSubjects>;
  ask(params: AskParams, onEvent: (event: AskEvent) => void, signal: AbortSignal): Promise<Answer>;
  summarise(params: SummariseParams, signal: AbortSignal): Promise<string | undefined>;
  locate(params: LocateParams): Promise<LocateResult>;
  models(signal: AbortSignal): Promise<ModelReport>;
  pullModel(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  deleteModel(model: string, signal: AbortSignal): Promise<void>;
  /** True while something goes on, whether or not somebody waits for it. */
  isAtWork(): boolean;
  dispose(): Promise<void>;
}

export function createEngine(options: EngineOptions): Engine {
  return new LocalEngine(options);
}

/** The engine's worker threads leave a core to the editor. */
export const preparerThreads = (): number => Math.max(1, Math.min(8, availableParallelism() - 1));

/** What a person who types a query does not notice; a model that is loaded needs less. */
const DEFAULT_PATIENCE_MS = 300;

/** 32 vectors of 8,192 numbers as text. */
const MAX_VECTOR_BYTES = 8 * 1024 * 1024;

class LocalEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #preparer: WorkerFilePreparer;
  readonly #scanner: WorkerFileScanner;
  readonly #sessions: FolderSessions;
  readonly #learntCounts: LearntCounts;
  readonly #vocabularies: Vocabularies;
  readonly #graphics: GraphicsWindows;
  readonly #embeddings: Embeddings;
  readonly #traffic = new ModelTraffic();
  #settings: EngineSettings;
  #chatServer: ChatServer | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#settings = options.settings;
    const root = options.settings.indexRoot ?? defaultIndexRoot();
    this.#learntCounts = new LearntCounts(join(root, "token-counts.json"));
    this.#graphics = new GraphicsWindows(join(root, "graphics-windows.json"), options.clock);
    this.#vocabularies = new Vocabularies(join(root, "vocabularies"), () => this.#vocabularyServer());
    this.#preparer = createWorkerFilePreparer({
      workerScript: join(options.distDir, "prepareWorker.js"),
      grammarDir: join(options.distDir, "grammars"),
      threads: preparerThreads(),
      onProblem: (problem) => options.log("warn", problem),
    });
    this.#scanner = createWorkerFileScanner({
      workerScript: join(options.distDir, "scanWorker.js"),
      onProblem: (problem) => options.log("warn", problem),
    });
    this.#embeddings = new Embeddings({
      server: () =>
        this.#searchesByMeaning() ? { models: this.#server(), embedding: this.#embeddingServer() } : undefined,
      wanted: () => this.#settings.embeddingModel,
      traffic: this.#traffic,
      clock: options.clock,
    });
    this.#sessions = new FolderSessions({
      indexRoot: () => this.#settings.indexRoot,
      preparer: this.#preparer,
      scanner: this.#scanner,
      embeddings: this.#embeddings,
      clock: options.clock,
      onStatus: options.onStatus,
      log: options.log,
    });
  }

  async configure(settings: EngineSettings): Promise<void> {
    const { indexRoot } = this.#settings;
    this.#settings = settings;
    this.#chatServer = undefined;
    this.#embeddings.forgetInstalled();
    if (settings.indexRoot !== indexRoot) {
      await this.#sessions.close();
    }
    for (const session of this.#sessions.open()) {
      session.reconsiderVectors();
    }
  }

  async follow(folder: FolderRef, openPaths: readonly string[]): Promise<IndexStatus> {
    return (await this.#sessions.of(folder)).follow(openPaths);
  }

  async unfollow(folder: string): Promise<void> {
    await this.#sessions.end(folder);
  }

  async index(
    folder: FolderRef,
    { rebuild, vectors = false }: { readonly rebuild: boolean; readonly vectors?: boolean },
    signal: AbortSignal,
  ): Promise<IndexSummary> {
    const session = await this.#sessions.of(folder);
    const isUpdate = session.isUnwatched() && !rebuild;
    const summary = await session.index(rebuild, signal);
    if (isUpdate && summary.chunksWritten + summary.filesRemoved > 0) {
      await session.merge(signal);
    }
    if (!vectors) {
      return summary;
    }
    const startedAt = this.#options.clock();
    const { model, texts, embedded } = await this.#fillIn(session, signal);
    const elapsedMs = summary.elapsedMs + this.#options.clock() - startedAt;
    return model === undefined ? summary : { ...summary, embedded, reused: texts - embedded, elapsedMs };
  }

  /** Without a model that was asked for by name, an Ollama that cannot be used is no failure of indexing. */
  async #fillIn(session: FolderSession, signal: AbortSignal): Promise<EmbedSummary> {
    try {
      return await session.vectors.fill(signal);
    } catch (error) {
      if (isAbort(error) || this.#settings.embeddingModel !== undefined || !(error instanceof EngineError)) {
        throw error;
      }
      this.#options.log("info", `${session.folder}: no vectors: ${JSON.stringify(error.detail)}`);
      return { model: undefined, texts: 0, embedded: 0 };
    }
  }

  async update(folder: string, paths: readonly string[], signal: AbortSignal): Promise<IndexSummary> {
    return (await this.#sessions.of({ folder, settings: undefined })).update(paths, signal);
  }

  async prefer(folder: string, paths: readonly string[]): Promise<void> {
    (await this.#sessions.of({ folder, settings: undefined })).prefer(paths);
  }

  async embed(folder: string): Promise<void> {
    (await this.#sessions.of({ folder, settings: undefined })).vectors.fillSoon(true);
  }

  async pause(folder: string): Promise<void> {
    (await this.#sessions.of({ folder, settings: undefined })).pause();
  }

  async resume(folder: string): Promise<void> {
    (await this.#sessions.of({ folder, settings: undefined })).resume();
  }

  async status(folder: FolderRef): Promise<IndexStatus> {
    return (await this.#sessions.of(folder)).status();
  }

  async files(folder: FolderRef): Promise<{ files: FileReport[] }> {
    return { files: await (await this.#sessions.of(folder)).listFiles() };
  }

  async chunks(folder: FolderRef, path: string, signal: AbortSignal) {
    return (await this.#sessions.of(folder)).cut(path, signal);
  }

  async doctor(folder: FolderRef, signal: AbortSignal): Promise<DoctorReport> {
    const checkup = await (await this.#sessions.of(folder)).checkUp(signal);
    return makeDoctorReport(checkup, this.#settings.noOllama ? undefined : await this.models(signal));
  }

  async search(params: SearchParams, signal: AbortSignal): Promise<SearchResponse> {
    const { folders, query, limit, explain, indexFirst, patienceMs = DEFAULT_PATIENCE_MS } = params;
    if (query.trim() === "") {
      throw new EngineError({ code: "question-empty" });
    }
    const { sessions, areAll } = await this.#sessions.searchable(folders, indexFirst ?? false);
    const isCurrent = !indexFirst || (await bringUpToDate(sessions, () => undefined, signal));
    const deps = { sessions, embeddings: this.#embeddings, patienceMs };
    const { tier, results, notice } = await searchSessions(deps, query, limit, signal, explain);
    return {
      query,
      tier,
      results: await freshenAll(results, readerOf(readTextOf(sessions), [])),
      notice: noticeOfSearch(notice, { areAll, isCurrent }),
    };
  }

  async examples(folder: FolderRef): Promise<ExampleSubjects> {
    const session = await this.#sessions.of(folder);
    return session.read(async ({ manifest }) => exampleSubjects(manifest.all()));
  }

  async ask(params: AskParams, onEvent: (event: AskEvent) => void, signal: AbortSignal): Promise<Answer> {
    const searched = await this.#sessions.searchable(params.folders, params.indexFirst);
    const settings = this.#settings;
    const server = settings.noOllama ? undefined : this.#server();
    const { clock } = this.#options;
    const embeddings = this.#embeddings;
    const leave = this.#traffic.enter(); // filling in vectors waits until the answer is there
    try {
      return await ask(
        { ...searched, server, embeddings, settings, countingOf: this.#countingOf, graphics: this.#graphics, clock },
        params,
        onEvent,
        signal,
      );
    } finally {
      leave();
    }
  }

  summarise(params: SummariseParams, signal: AbortSignal): Promise<string | undefined> {
    const settings = this.#settings;
    const server = settings.noOllama ? undefined : this.#server();
    return summarise({ server, settings, countingOf: this.#countingOf, graphics: this.#graphics }, params, signal);
  }

  async locate({ folder, path, startLine, endLine, text, unsaved }: LocateParams): Promise<LocateResult> {
    const session = await this.#sessions.of({ folder, settings: undefined });
    const current = unsaved === undefined ? await session.files.readText(path) : unsaved.text;
    return locateText(current, { startLine, endLine, text });
  }

  models(signal: AbortSignal): Promise<ModelReport> {
    const named = { chat: this.#settings.chatModel, embedding: this.#settings.embeddingModel };
    return reportModels(this.#server(), named, modelMachine(this.#settings), signal);
  }

  async pullModel(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void> {
    const freeDiskBytes = () => modelMachine(this.#settings).freeDiskBytes;
    await pullModel({ library: this.#library(), freeDiskBytes }, model, onProgress, signal);
    this.#embeddings.forgetInstalled();
    for (const session of this.#sessions.open()) {
      session.reconsiderVectors(); // it may be the first one that makes vectors
    }
  }

  async deleteModel(model: string, signal: AbortSignal): Promise<void> {
    await this.#library().remove(model, signal);
    this.#embeddings.forgetInstalled();
    for (const session of this.#sessions.open()) {
      session.reconsiderVectors(); // it may have made the vectors
    }
  }

  isAtWork(): boolean {
    return this.#sessions.open().some((session) => session.isAtWork());
  }

  async dispose(): Promise<void> {
    this.#vocabularies.dispose();
    await this.#sessions.close();
    await this.#preparer.dispose();
    await this.#scanner.dispose();
  }

  readonly #countingOf = (model: ChatModel): TokenCounting =>
    countingOf(model, this.#vocabularies.of(model), this.#learntCounts);

  /** One for as long as the settings last, since it remembers what a model's digest can do. */
  #server(): ChatServer {
    this.#chatServer ??= createOllamaClient({ url: this.#settings.ollamaUrl, send: this.#fetch() });
    return this.#chatServer;
  }

  #searchesByMeaning(): boolean {
    return !this.#settings.noOllama && this.#settings.embeddingModel !== NO_MODEL;
  }

  #library(): ModelLibrary {
    return createOllamaLibrary({ url: this.#settings.ollamaUrl, send: this.#fetch(DOWNLOAD_LIMITS) });
  }

  #fetch(limits: Partial<FetchLimits> = {}): ReturnType<typeof createGuardedFetch> {
    const { ollamaUrl, allowRemoteOllama } = this.#settings;
    return createGuardedFetch({
      baseUrl: ollamaUrl,
      allowRemote: allowRemoteOllama,
      log: this.#options.onRequest,
      limits,
    });
  }

  /** Answers of many vectors are longer than anything else that a server sends, and take a slow machine long. */
  #embeddingServer(): EmbeddingServer {
    const limits = { maxLineBytes: MAX_VECTOR_BYTES, maxBytes: MAX_VECTOR_BYTES };
    return createOllamaEmbedding({ url: this.#settings.ollamaUrl, send: this.#fetch(limits) });
  }

  #vocabularyServer(): VocabularyServer {
    return createOllamaVocabulary({ url: this.#settings.ollamaUrl, send: this.#fetch(VOCABULARY_LIMITS) });
  }
}
