/**
 * How surfaces reach the engine: started when first needed, started again after a crash, spoken to by typed calls.
 */

import type { RequestType } from "vscode-jsonrpc/node";
import { EngineError, type EngineErrorDetail, toErrorDetail } from "../domain/errors";
import type { IndexStatus } from "../domain/indexStatus";
import type { SentRequest } from "../domain/sentRequest";
import { type AskEvent, type EngineSettings, notifications, type PullEvent, requests } from "../protocol/engine";
import { CrashPolicy } from "./crashPolicy";
import { EngineProcess } from "./engineProcess";

export type EngineState = "stopped" | "starting" | "running" | "restarting" | "failed";

export interface LogEntry {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

export interface TurnEvent {
  readonly turnId: string;
  readonly event: AskEvent;
}

interface Subscription {
  dispose(): void;
}

export interface EngineClient {
  /**
   * Starts the engine if it does not run.
   *
   * @throws {EngineError} what the engine reported; `engine-stopped` when it ended meanwhile or crashes again and again.
   * @throws {DOMException} `AbortError` when `signal` fires.
   */
  request<P, R>(type: RequestType<P, R, EngineErrorDetail>, params: P, signal?: AbortSignal): Promise<R>;
  onStatus(listener: (status: IndexStatus) => void): Subscription;
  onAskEvent(listener: (event: TurnEvent) => void): Subscription;
  onLog(listener: (entry: LogEntry) => void): Subscription;
  onPull(listener: (event: PullEvent) => void): Subscription;
  onSentRequest(listener: (request: SentRequest) => void): Subscription;
  /** `running` after `restarting` means that folders have to be followed anew. */
  onStateChange(listener: (state: EngineState, cause: EngineErrorDetail | undefined) => void): Subscription;
  /** Applied now and after each restart. */
  configure(settings: EngineSettings): void;
  /** Also after the client gave up on an engine that kept crashing. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

export interface EngineClientOptions {
  /** Absolute path of the bundled engine. */
  readonly engineScript: string;
  readonly settings: EngineSettings;
  /** True where Ctrl-C is for the client alone, which then ends the engine; false by default. */
  readonly isApart?: boolean;
}

export function createEngineClient(options: EngineClientOptions): EngineClient {
  return new RestartingEngineClient(options);
}

class Listeners<Args extends unknown[]> {
  readonly #listeners = new Set<(...args: Args) => void>();

  add(listener: (...args: Args) => void): Subscription {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  emit(...args: Args): void {
    for (const listener of this.#listeners) {
      listener(...args);
    }
  }
}

/** Where a folder needs that much memory, starting anew does not help. */
const OUTGROWN_INTERVAL_MS = 30 * 60_000;

class RestartingEngineClient implements EngineClient {
  readonly #engineScript: string;
  readonly #isApart: boolean;
  #settings: EngineSettings;
  readonly #crashes = new CrashPolicy();
  readonly #status = new Listeners<[IndexStatus]>();
  readonly #askEvents = new Listeners<[TurnEvent]>();
  readonly #log = new Listeners<[LogEntry]>();
  readonly #pulls = new Listeners<[PullEvent]>();
  readonly #sentRequests = new Listeners<[SentRequest]>();
  readonly #states = new Listeners<[EngineState, EngineErrorDetail | undefined]>();
  #starting: Promise<EngineProcess> | undefined;
  #process: EngineProcess | undefined;
  /** Answers what it was asked before it was replaced. */
  #retiring: EngineProcess | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  /** Set once the engine has crashed too often; cleared by `restart`. */
  #failure: EngineErrorDetail | undefined;
  #outgrownAt = Number.NEGATIVE_INFINITY;
  #isDisposed = false;

  constructor({ engineScript, settings, isApart = false }: EngineClientOptions) {
    this.#engineScript = engineScript;
    this.#isApart = isApart;
    this.#settings = settings;
  }

  async request<P, R>(type: RequestType<P, R, EngineErrorDetail>, params: P, signal?: AbortSignal): Promise<R> {
    signal?.throwIfAborted();
    const engine = await this.#running();
    return engine.request(type, params, signal);
  }

  onStatus = (listener: (status: IndexStatus) => void) => this.#status.add(listener);
  onAskEvent = (listener: (event: TurnEvent) => void) => this.#askEvents.add(listener);
  onLog = (listener: (entry: LogEntry) => void) => this.#log.add(listener);
  onPull = (listener: (event: PullEvent) => void) => this.#pulls.add(listener);
  onSentRequest = (listener: (request: SentRequest) => void) => this.#sentRequests.add(listener);
  onStateChange = (listener: (state: EngineState, cause: EngineErrorDetail | undefined) => void) =>
    this.#states.add(listener);

  configure(settings: EngineSettings): void {
    this.#settings = settings;
    this.#process?.request(requests.configure, { settings }).catch((error: unknown) => this.#report(error));
  }

  async restart(): Promise<void> {
    this.#crashes.reset();
    this.#failure = undefined;
    await this.#end();
    await this.#running();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.all([this.#end(), this.#retiring?.end()]);
    this.#states.emit("stopped", undefined);
  }

  #running(): Promise<EngineProcess> {
    if (this.#isDisposed) {
      return Promise.reject(new EngineError({ code: "engine-stopped", cause: "the window is closing" }));
    }
    if (this.#failure) {
      return Promise.reject(new EngineError(this.#failure));
    }
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<EngineProcess> {
    clearTimeout(this.#restartTimer);
    this.#states.emit("starting", undefined);
    const engine: EngineProcess = new EngineProcess({
      engineScript: this.#engineScript,
      isApart: this.#isApart,
      onOutput: (line) => this.#log.emit({ level: "warn", message: line }),
      onExit: (cause) => this.#onExit(engine, cause),
    });
    engine.connection.onNotification(notifications.status, (status) => this.#status.emit(status));
    engine.connection.onNotification(notifications.ask, (event) => this.#askEvents.emit(event));
    engine.connection.onNotification(notifications.pull, (event) => this.#pulls.emit(event));
    engine.connection.onNotification(notifications.sentRequest, (request) => this.#sentRequests.emit(request));
    engine.connection.onNotification(notifications.outgrown, ({ bytes }) => this.#onOutgrown(engine, bytes));
    engine.connection.onNotification(notifications.log, (entry) => this.#log.emit(entry));
    this.#process = engine;
    try {
      await engine.initialize(this.#settings);
    } catch (error) {
      await engine.end();
      throw error;
    }
    this.#states.emit("running", undefined);
    return engine;
  }

  #onExit(engine: EngineProcess, cause: string | undefined): void {
    if (this.#process !== engine) {
      return;
    }
    this.#process = undefined;
    this.#starting = undefined;
    if (cause === undefined || this.#isDisposed) {
      return;
    }
    this.#log.emit({ level: "error", message: `The engine ended unexpectedly (${cause}).` });
    const delayMs = this.#crashes.onCrash(Date.now());
    if (delayMs === undefined) {
      this.#failure = { code: "engine-stopped", cause: `it ended three times in ten minutes, the last time ${cause}` };
      this.#states.emit("failed", this.#failure);
      return;
    }
    this.#states.emit("restarting", { code: "engine-stopped", cause });
    this.#restartTimer = setTimeout(() => {
      this.#running().catch((error: unknown) => this.#report(error));
    }, delayMs);
  }

  /** What comes meanwhile goes to the new engine. */
  #onOutgrown(engine: EngineProcess, bytes: number): void {
    const now = Date.now();
    if (this.#process !== engine || now - this.#outgrownAt < OUTGROWN_INTERVAL_MS) {
      return;
    }
    this.#outgrownAt = now;
    this.#log.emit({ level: "info", message: `The engine holds ${Math.round(bytes / 1e6)} MB and is started anew.` });
    this.#process = undefined;
    this.#starting = undefined;
    this.#states.emit("restarting", undefined);
    this.#retiring = engine;
    engine.retire().catch((error: unknown) => this.#report(error));
    this.#running().catch((error: unknown) => this.#report(error));
  }

  async #end(): Promise<void> {
    clearTimeout(this.#restartTimer);
    const engine = this.#process;
    this.#process = undefined;
    this.#starting = undefined;
    await engine?.end();
  }

  #report(error: unknown): void {
    this.#log.emit({ level: "error", message: JSON.stringify(toErrorDetail(error)) });
  }
}
