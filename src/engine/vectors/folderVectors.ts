/**
 * The vectors of one folder: filled in behind the scenes, and lent to searches.
 *
 * The set of the wanted model serves once every chunk has had its vector; until then an older complete set does, if its
 * model is still there, and nothing replaces that before somebody was told the cost and agreed. A set that was begun is gone
 * on with after a restart: beginning is what was agreed to. Whoever fills holds a lock of its own, so saves go on meanwhile.
 * A failure is noted, shown and tried again after a while; searching by words never depends on any of this, and does alone
 * where the vectors prove to be damaged.
 */

import { setTimeout as delay } from "node:timers/promises";
import { vectorSetId } from "../../adapters/store/vectorSets";
import { acquireWriterLock, VECTORS_LOCK_FILE, type WriterLock } from "../../adapters/store/writerLock";
import { estimateFillMs } from "../../core/embedding/estimateFill";
import { fillOrder } from "../../core/embedding/fillOrder";
import { type FileToFill, type FillDeps, fillVectors, missingKeys } from "../../core/embedding/fillVectors";
import { sweepUnused } from "../../core/embedding/sweepVectors";
import type { Embedder, EmbeddingIdentity } from "../../core/modelPorts";
import type { ChunkHit, Clock, VectorStore } from "../../core/ports";
import { type EngineErrorDetail, isAbort, toErrorDetail } from "../../domain/errors";
import type { VectorStatus } from "../../domain/indexStatus";
import { isDamage } from "../folder/indexWriter";
import type { OpenIndex } from "../folder/openIndex";
import type { Embeddings } from "./embeddings";
import { type OpenVectorSet, OpenVectorSets } from "./openVectorSets";
import { type ServingVectors, VectorReader } from "./vectorReader";

const LOCK_RETRY_MS = 500;

/** After a failure; doubled each time, up to the last. */
const FIRST_RETRY_MS = 15_000;
const LAST_RETRY_MS = 10 * 60_000;

export interface FolderVectorsDeps {
  readonly indexDir: string;
  readonly embeddings: Embeddings;
  /** Lends the index. @throws {EngineError} `index-missing` where there is none. */
  readonly read: <T>(use: (index: OpenIndex) => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly onChange: (isNewState: boolean) => void;
  /** Vectors proved to be damaged, and were set aside where nobody was filling them in: they have to be made anew. */
  readonly onDamage: () => void;
  readonly log: (level: "info" | "warn", message: string) => void;
}

export interface EmbedSummary {
  /** Undefined where no model makes vectors. */
  readonly model: string | undefined;
  /** Different texts of the folder's chunks. */
  readonly texts: number;
  /** Of them, those embedded by this run. */
  readonly embedded: number;
}

/** What a status says of vectors. */
export interface DescribedVectors {
  readonly status: VectorStatus;
  /** Of the vectors that searches use. */
  readonly serving: EmbeddingIdentity | undefined;
}

const OFF: VectorStatus = { state: "off", model: undefined, done: 0, total: 0, leftMs: undefined, problem: undefined };

export class FolderVectors {
  readonly #deps: FolderVectorsDeps;
  readonly #life = new AbortController();
  readonly #sets: OpenVectorSets;
  readonly #reader: VectorReader;
  /** Texts that the model makes no vector of, by set. */
  readonly #hopeless = new Map<string, Set<string>>();
  #status = OFF;
  #filling: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  #wantsAgain = false;
  /** Vectors of another model may be replaced. */
  #isAgreed = false;
  /** The set that this would be for, as the status says. */
  #askedAbout: string | undefined;
  #isReordered = false;
  #openPaths: readonly string[] = [];
  #retryMs = FIRST_RETRY_MS;

  constructor(deps: FolderVectorsDeps) {
    this.#deps = deps;
    const { indexDir, clock, onDamage, log } = deps;
    this.#sets = new OpenVectorSets({ indexDir, clock, log });
    const onSetAside = () => this.#show(OFF); // what there is now lies on disk
    this.#reader = new VectorReader({ indexDir, sets: this.#sets, onDamage, onSetAside, log });
  }

  get status(): VectorStatus {
    return this.#status;
  }

  /** Files that someone has open, the one in front first: they come first. */
  prefer(paths: readonly string[]): void {
    this.#isReordered ||= paths.some((path) => !this.#openPaths.includes(path));
    this.#openPaths = paths;
  }

  /**
   * Fills in what is missing behind the caller's back; while that goes on, once more afterwards.
   *
   * @param isAgreed true if somebody knows what it costs to replace the vectors of another model, and wants it.
   */
  fillSoon(isAgreed = false): void {
    if (this.#life.signal.aborted) {
      return;
    }
    this.#isAgreed ||= isAgreed;
    if (this.#filling !== undefined) {
      this.#wantsAgain = true;
      return;
    }
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#life.signal]);
    const ended = this.#fillUntilDone(signal).finally(() => {
      this.#filling = undefined;
    });
    this.#filling = { stop, ended };
  }

  /** Ends filling and keeps what was embedded. */
  async pause(): Promise<void> {
    this.#wantsAgain = false;
    const filling = this.#filling;
    filling?.stop.abort();
    await filling?.ended;
    if (this.#status.state === "filling" || this.#status.state === "waiting") {
      this.#show({ ...this.#status, state: "paused", leftMs: undefined });
    }
  }

  /**
   * Fills in what is missing, and answers when nothing is. Whoever calls it wants it, whatever it replaces.
   *
   * @throws {EngineError} as `Embeddings.wanted`, `Embedder.embed` and `VectorStore.add`.
   * @throws {DOMException} `AbortError`; what was embedded is kept.
   */
  async fill(signal: AbortSignal): Promise<EmbedSummary> {
    await this.pause();
    this.#isAgreed = true;
    return this.#fill(AbortSignal.any([signal, this.#life.signal]));
  }

  /** What this process does, or what another one has left on disk. */
  async describe(index: OpenIndex): Promise<DescribedVectors> {
    if (this.#deps.embeddings.isOff) {
      return { status: OFF, serving: undefined };
    }
    const serving = await this.serving(index);
    const [newest] = this.#sets.list();
    if (this.#status.state !== "off" || (newest === undefined && !this.#sets.hasUseless())) {
      return { status: this.#status, serving: serving?.set.identity };
    }
    const model = newest?.identity.model;
    const store = newest && (await this.#reader.open(newest, index));
    if (store === undefined) {
      const { indexDir } = this.#deps;
      const problem = { code: "index-damaged", indexDir, problem: "its vectors cannot be read" } as const;
      return { status: { ...OFF, state: "failed", model, problem }, serving: undefined };
    }
    const done = [...index.keys.all()].filter((key) => store.keys.has(key)).length;
    const state = newest?.completedAt === undefined ? "paused" : "complete";
    return { status: { ...OFF, state, model, done, total: index.keys.size }, serving: serving?.set.identity };
  }

  /** The set to search with now; undefined where words have to do. */
  async serving(index: OpenIndex): Promise<ServingVectors | undefined> {
    return this.#deps.embeddings.isOff ? undefined : this.#reader.serving(index);
  }

  /**
   * Reads all vectors there are, and sets aside those that are damaged; the next filling makes them anew.
   *
   * @returns true if some are.
   * @throws {EngineError} where they cannot be read for another reason. @throws {DOMException} `AbortError`.
   */
  async checkUp(signal: AbortSignal): Promise<boolean> {
    const isFilling = this.#filling !== undefined;
    await this.pause(); // gives the lock up
    try {
      return await this.#reader.checkUp(signal);
    } finally {
      if (isFilling) {
        this.fillSoon();
      }
    }
  }

  async dispose(): Promise<void> {
    this.#life.abort();
    await this.#filling?.ended;
    await this.#reader.idle();
    await this.#sets.close();
  }

  async #fillUntilDone(signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#wantsAgain = false;
      try {
        await this.#fill(signal);
        this.#retryMs = FIRST_RETRY_MS;
      } catch (error) {
        if (signal.aborted || isAbort(error)) {
          return;
        }
        this.#deps.log("warn", `Vectors: ${JSON.stringify(toErrorDetail(error))}`);
        await delay(this.#retryMs, undefined, { signal, ref: false }).catch(() => undefined); // stopped while it waits
        this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
        this.#wantsAgain = true;
      }
      if (!this.#wantsAgain || signal.aborted) {
        return;
      }
    }
  }

  async #fill(signal: AbortSignal): Promise<EmbedSummary> {
    let lock: WriterLock | undefined;
    try {
      const known = this.#sets.list().map(({ identity }) => identity);
      const embedder = await this.#deps.embeddings.wanted(signal, this.#sets.complete()?.identity, known);
      if (embedder === undefined) {
        this.#show(OFF);
        return { model: undefined, texts: 0, embedded: 0 };
      }
      if (await this.#hasToAsk(embedder, signal)) {
        return { model: embedder.identity.model, texts: 0, embedded: 0 };
      }
      lock = await this.#waitForLock(embedder, signal);
      return await this.#fillSound(embedder, signal);
    } catch (error) {
      if (!isAbort(error)) {
        this.#deps.embeddings.forgetInstalled();
        this.#showFailure(toErrorDetail(error));
      }
      throw error;
    } finally {
      lock?.release();
    }
  }

  /** That no Ollama runs is nothing to tell those who have never used one. */
  #showFailure(problem: EngineErrorDetail): void {
    const isExpected = this.#deps.embeddings.isNamed || this.#sets.list().length > 0;
    this.#show(isExpected ? { ...this.#status, state: "failed", leftMs: undefined, problem } : OFF);
  }

  /** Says what replacing the vectors that serve would cost. @returns false where that is agreed to, or nothing serves. */
  async #hasToAsk(embedder: Embedder, signal: AbortSignal): Promise<boolean> {
    const { embeddings, clock, read } = this.#deps;
    const id = vectorSetId(embedder.identity);
    const old = this.#sets.complete();
    if (old === undefined || old.id === id || this.#sets.isBegun(id)) {
      return false;
    }
    if (!(await embeddings.isInstalled(old.identity, signal))) {
      return false;
    }
    if (this.#status.state === "asking" && this.#askedAbout === id) {
      return !this.#isAgreed; // what it costs was said
    }
    const files = await read((index) => this.#filesToFill(index));
    const leftMs = await estimateFillMs(
      { embedder, clock, chunksOfFiles: (ids) => this.#chunksOf(ids) },
      files,
      signal,
    );
    const total = new Set(files.flatMap(({ keys }) => keys)).size;
    this.#askedAbout = id;
    this.#show({ ...OFF, state: "asking", model: embedder.identity.model, total, leftMs });
    return !this.#isAgreed;
  }

  /** If the vectors prove to be damaged, they are mended and the filling begun anew. */
  async #fillSound(embedder: Embedder, signal: AbortSignal): Promise<EmbedSummary> {
    try {
      return await this.#fillSet(embedder, signal);
    } catch (error) {
      if (!isDamage(error)) {
        throw error;
      }
      this.#sets.suspect(vectorSetId(embedder.identity));
      return this.#fillSet(embedder, signal);
    }
  }

  async #fillSet(embedder: Embedder, signal: AbortSignal): Promise<EmbedSummary> {
    const { clock, read } = this.#deps;
    const { identity } = embedder;
    const { set, store } = await this.#sets.toFill(identity, signal);
    await store.refresh();
    const hopeless = this.#hopeless.get(set.id) ?? new Set();
    this.#hopeless.set(set.id, hopeless);
    let embedded = 0;
    let texts = 0;
    for (;;) {
      this.#isReordered = false;
      const files = await read((index) => this.#filesToFill(index));
      texts = new Set(files.flatMap(({ keys }) => keys)).size;
      const wanted = missingKeys(files, store, hopeless).size;
      const startedAt = clock();
      const showProgress = (done: number) =>
        this.#show({
          state: "filling",
          model: identity.model,
          done: texts - wanted + done,
          total: texts,
          leftMs: done === 0 ? undefined : Math.round(((clock() - startedAt) / done) * (wanted - done)),
          problem: undefined,
        });
      if (wanted === 0) {
        break;
      }
      showProgress(0);
      const before = store.keys.size;
      const report = await fillVectors(this.#fillDeps(embedder, store), files, hopeless, signal, (progress) =>
        showProgress(progress.embedded),
      );
      embedded += report.embedded;
      if (store.keys.size === before && missingKeys(files, store, hopeless).size === wanted) {
        break; // the files went while they were read; the next change brings the rest
      }
    }
    await this.#finish({ set, store }, signal);
    this.#show({ state: "complete", model: identity.model, done: texts, total: texts, leftMs: 0, problem: undefined });
    return { model: identity.model, texts, embedded };
  }

  #fillDeps(embedder: Embedder, vectors: VectorStore): FillDeps {
    const { embeddings, clock } = this.#deps;
    return {
      embedder,
      vectors,
      clock,
      chunksOfFiles: (fileIds) => this.#chunksOf(fileIds),
      whenIdle: (signal) => embeddings.traffic.whenIdle(signal),
      isOutdated: () => this.#isReordered,
      assertSameModel: (signal) => embeddings.assertInstalled(embedder.identity, signal),
    };
  }

  #chunksOf(fileIds: readonly number[]): Promise<ChunkHit[]> {
    return this.#deps.read((index) => index.store.chunksOfFiles(fileIds));
  }

  async #filesToFill(index: OpenIndex): Promise<FileToFill[]> {
    await index.keys.sync();
    return fillOrder(index.manifest.all(), this.#openPaths).map(({ fileId }) => ({
      fileId,
      keys: index.keys.ofFile(fileId),
    }));
  }

  /** The set is whole: from now on it serves. Others go, and so does what no chunk has referred to for long. */
  async #finish({ set, store }: OpenVectorSet, signal: AbortSignal): Promise<void> {
    const now = this.#deps.clock();
    const used = await this.#deps.read(async (index) => new Set(index.keys.all()));
    const { remove, unusedSince } = sweepUnused(store.keys, used, set.unusedSince, now);
    await store.remove(remove);
    await this.#sets.keepOnly({ ...set, completedAt: set.completedAt ?? now, unusedSince });
    this.#isAgreed = false;
    await store.maintain(signal);
  }

  #waitForLock({ identity }: Embedder, signal: AbortSignal): Promise<WriterLock> {
    const onWait = () => this.#show({ ...OFF, state: "waiting", model: identity.model });
    const wait = { name: VECTORS_LOCK_FILE, retryMs: LOCK_RETRY_MS, onWait, signal };
    return acquireWriterLock(this.#deps.indexDir, wait);
  }

  #show(status: VectorStatus): void {
    const isNewState = status.state !== this.#status.state;
    this.#status = status;
    if (!this.#life.signal.aborted) {
      this.#deps.onChange(isNewState);
    }
  }
}
