/** A plain engine client for tests of surfaces: requests wait until the test answers them. */

import type { RequestType } from "vscode-jsonrpc";
import type { EngineClient, EngineState, LogEntry, TurnEvent } from "../../src/client/engineClient";
import type { EngineErrorDetail } from "../../src/domain/errors";
import type { IndexStatus } from "../../src/domain/indexStatus";
import { Listeners } from "../../src/extension/listeners";

export interface SentRequest {
  readonly method: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a fake answers requests of every type
  readonly params: any;
  readonly promise: Promise<unknown>;
  readonly answer: (result: unknown) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

/** Lets everything run that waits for what was just settled. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class FakeEngineClient implements Pick<EngineClient, "request" | "onStatus" | "onAskEvent" | "onStateChange"> {
  readonly sent: SentRequest[] = [];
  readonly #status = new Listeners<IndexStatus>();
  readonly #askEvents = new Listeners<TurnEvent>();
  readonly #states = new Listeners<[EngineState, EngineErrorDetail | undefined]>();

  request<P, R>(type: RequestType<P, R, EngineErrorDetail>, params: P, signal?: AbortSignal): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    signal?.addEventListener("abort", () => reject(signal.reason));
    this.sent.push({
      method: type.method,
      params,
      promise,
      answer: (result) => {
        resolve(result as R);
        return settle();
      },
      fail: (error) => {
        reject(error);
        return settle();
      },
    });
    return promise;
  }

  onStatus = (listener: (status: IndexStatus) => void) => this.#status.add(listener);
  onAskEvent = (listener: (event: TurnEvent) => void) => this.#askEvents.add(listener);
  onLog = (_listener: (entry: LogEntry) => void) => ({ dispose: () => undefined });
  onStateChange = (listener: (state: EngineState, cause: EngineErrorDetail | undefined) => void) =>
    this.#states.add(([state, cause]) => listener(state, cause));

  emitStatus(status: IndexStatus): void {
    this.#status.emit(status);
  }

  emitAskEvent(event: TurnEvent): void {
    this.#askEvents.emit(event);
  }

  emitState(state: EngineState, cause?: EngineErrorDetail): void {
    this.#states.emit([state, cause]);
  }

  /** The methods asked for so far, in order. */
  get methods(): string[] {
    return this.sent.map(({ method }) => method);
  }

  /** The last request of this method. */
  last(method: string): SentRequest {
    const request = this.sent.findLast((sent) => sent.method === method);
    if (!request) {
      throw new Error(`no ${method} was asked for; there were: ${this.methods.join(", ") || "none"}`);
    }
    return request;
  }
}
