/**
 * One life of the engine process: fork, handshake, typed requests, end.
 *
 * The channel is Node's IPC, so the engine's stdout and stderr stay free; what it prints there goes to the log.
 */

import { type ChildProcess, fork } from "node:child_process";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  type RequestType,
  ResponseError,
} from "vscode-jsonrpc/node";
import { EngineError, type EngineErrorDetail } from "../domain/errors";
import { type EngineSettings, PROTOCOL_VERSION, REQUEST_CANCELLED, requests } from "../protocol/engine";

export interface EngineProcessOptions {
  /** Absolute path of the bundled engine. */
  readonly engineScript: string;
  /** True keeps the Ctrl-C of a terminal from the engine, which would die of it while it starts; on Windows it lives. */
  readonly isApart: boolean;
  readonly onOutput: (line: string) => void;
  /** @param cause undefined when the process ended because it was asked to. */
  readonly onExit: (cause: string | undefined) => void;
}

/** Megabytes; larger ones make the engine hardly faster, and 300 MB larger while it indexes. */
const MAX_SEMI_SPACE_MB = 4;

/**
 * What has glibc give freed memory back; other systems ignore it. With one arena for each thread that of LanceDB's threads
 * stays with the process, a fifth more at its peak. The threshold is glibc's own, which it raises by itself unless it is set:
 * another tenth.
 */
const MEMORY_ENVIRONMENT = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" };

/** How long an engine may take to end by itself before it is killed. */
const SHUTDOWN_GRACE_MS = 3_000;

export class EngineProcess {
  readonly connection: MessageConnection;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #pending = new Set<Promise<unknown>>();
  #isEnding = false;
  #exitCause: string | undefined;

  constructor(options: EngineProcessOptions) {
    this.#child = fork(options.engineScript, [], {
      execArgv: ["--disable-warning=ExperimentalWarning", "--expose-gc", `--max-semi-space-size=${MAX_SEMI_SPACE_MB}`],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "json",
      detached: options.isApart && process.platform !== "win32",
      env: { ...MEMORY_ENVIRONMENT, ...process.env },
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => options.onOutput(text.trimEnd()));
    }
    this.connection = createMessageConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child));
    this.#exited = new Promise((resolve) => {
      const end = (cause: string) => {
        if (this.#exitCause !== undefined) {
          return;
        }
        this.#exitCause = cause;
        this.connection.dispose();
        resolve();
        options.onExit(this.#isEnding ? undefined : cause);
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => end(signal ? `killed by ${signal}` : `exit status ${code}`));
    });
    this.connection.listen();
  }

  /** @throws {EngineError} `protocol-mismatch`, `engine-stopped`. */
  async initialize(settings: EngineSettings): Promise<void> {
    const { protocolVersion } = await this.request(requests.initialize, {
      protocolVersion: PROTOCOL_VERSION,
      settings,
    });
    if (protocolVersion !== PROTOCOL_VERSION) {
      throw new EngineError({ code: "protocol-mismatch", client: PROTOCOL_VERSION, engine: protocolVersion });
    }
  }

  /**
   * @throws {EngineError} what the engine reported, or `engine-stopped`.
   * @throws {DOMException} `AbortError` as soon as `signal` fires, where the engine stops behind it; and when the
   *   engine itself cancelled the work, as a pause does.
   */
  request<P, R>(type: RequestType<P, R, EngineErrorDetail>, params: P, signal?: AbortSignal): Promise<R> {
    const answer = this.#send(type, params, signal);
    this.#pending.add(answer);
    return answer.finally(() => this.#pending.delete(answer));
  }

  async #send<P, R>(type: RequestType<P, R, EngineErrorDetail>, params: P, signal?: AbortSignal): Promise<R> {
    signal?.throwIfAborted();
    const cancellation = new CancellationTokenSource();
    const stopped = Promise.withResolvers<never>();
    const stop = () => {
      cancellation.cancel();
      stopped.reject(signal?.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([
        this.connection.sendRequest<R>(type.method, params, cancellation.token),
        stopped.promise,
      ]);
    } catch (error) {
      signal?.throwIfAborted();
      throw isCancelled(error) ? new DOMException("cancelled by the engine", "AbortError") : this.#toEngineError(error);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Ends the engine once it has answered what it was asked. */
  async retire(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await this.end();
  }

  /** Asks the engine to end, and kills it when it does not. */
  async end(): Promise<void> {
    if (this.#isEnding || this.#exitCause !== undefined) {
      return this.#exited;
    }
    this.#isEnding = true;
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), SHUTDOWN_GRACE_MS);
    try {
      await this.connection.sendRequest(requests.shutdown, {});
    } catch {
      this.#child.kill("SIGKILL"); // it died while it was asked to end; nothing is lost
    }
    await this.#exited;
    clearTimeout(kill);
  }

  #toEngineError(error: unknown): EngineError {
    if (error instanceof ResponseError && error.data !== undefined) {
      return new EngineError(error.data as EngineErrorDetail, { cause: error });
    }
    if (this.#exitCause !== undefined || !this.#child.connected) {
      return new EngineError(
        { code: "engine-stopped", cause: this.#exitCause ?? "its channel closed" },
        { cause: error },
      );
    }
    return new EngineError(
      { code: "internal", message: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof ResponseError && error.code === REQUEST_CANCELLED;
}
