/**
 * Request handlers: the wire on one side, the engine on the other.
 *
 * Every error leaves as `EngineErrorDetail`; an error that is not one of ours is a bug, so its stack goes to the log.
 */

import {
  type CancellationToken,
  ErrorCodes,
  type MessageConnection,
  type RequestType,
  ResponseError,
} from "vscode-jsonrpc/node";
import { EngineError, type EngineErrorDetail, isAbort, toErrorDetail } from "../domain/errors";
import { notifications, PROTOCOL_VERSION, REQUEST_CANCELLED, requests } from "../protocol/engine";
import { createEngine, type Engine, preparerThreads } from "./createEngine";
import { MemoryGuard } from "./memoryGuard";
import { ENGINE_VERSION } from "./version";

export interface ServedEngine {
  onShutdown(listener: () => void): void;
  dispose(): Promise<void>;
}

type Log = (level: "info" | "warn" | "error", message: string) => void;

type On = <P extends object, R>(
  type: RequestType<P, R, EngineErrorDetail>,
  handle: (params: P, signal: AbortSignal) => Promise<R> | R,
) => void;

export function serveEngine(connection: MessageConnection, options: { readonly distDir: string }): ServedEngine {
  const log: Log = (level, message) => void connection.sendNotification(notifications.log, { level, message });
  const guard = new MemoryGuard({
    threads: preparerThreads(),
    residentBytes: () => process.memoryUsage.rss(),
    isAtWork: () => engine?.isAtWork() ?? false,
    onOutgrown: (bytes) => void connection.sendNotification(notifications.outgrown, { bytes }),
    giveBack: () => globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" }),
  });
  const on = registrar(connection, guard, log);
  let engine: Engine | undefined;
  let shutdown = (): void => undefined;

  on(requests.initialize, ({ settings }) => {
    engine ??= createEngine({
      distDir: options.distDir,
      settings,
      clock: Date.now,
      onRequest: (request) => void connection.sendNotification(notifications.sentRequest, request),
      onStatus: (status) => {
        void connection.sendNotification(notifications.status, status);
        guard.look();
      },
      log,
    });
    return { protocolVersion: PROTOCOL_VERSION, engineVersion: ENGINE_VERSION, pid: process.pid };
  });
  on(requests.shutdown, () => {
    setImmediate(shutdown); // after the reply has left
    return null;
  });
  const running = (): Engine => {
    if (engine === undefined) {
      throw new EngineError({ code: "internal", message: "the engine was used before `initialize`" });
    }
    return engine;
  };
  serveIndexing(on, running);
  serveAnswering(on, running, connection);
  serveModels(on, running, connection);

  return {
    onShutdown: (listener) => {
      shutdown = listener;
    },
    dispose: async () => {
      guard.stop();
      await engine?.dispose();
    },
  };
}

/** Registers a handler that can be cancelled and whose errors leave as data. */
function registrar(connection: MessageConnection, guard: MemoryGuard, log: Log): On {
  return <P extends object, R>(
    type: RequestType<P, R, EngineErrorDetail>,
    handle: (params: P, signal: AbortSignal) => Promise<R> | R,
  ) => {
    connection.onRequest(type.method, async (params: P, token: CancellationToken) => {
      const controller = new AbortController();
      guard.requestBegins();
      const cancelling = token.onCancellationRequested(() => controller.abort());
      try {
        return await handle(params, controller.signal);
      } catch (error) {
        throw toResponseError(error, log);
      } finally {
        cancelling.dispose();
        guard.requestEnds();
      }
    });
  };
}

/** JSON has no undefined: a request without a result answers null. */
const done = async (work: Promise<void>): Promise<null> => {
  await work;
  return null;
};

function serveIndexing(on: On, engine: () => Engine): void {
  on(requests.configure, ({ settings }) => done(engine().configure(settings)));
  on(requests.follow, ({ folder, openPaths = [] }) => engine().follow(folder, openPaths));
  on(requests.unfollow, ({ folder }) => done(engine().unfollow(folder)));
  on(requests.index, ({ folder, ...options }, signal) => engine().index(folder, options, signal));
  on(requests.update, ({ folder, paths }, signal) => engine().update(folder, paths, signal));
  on(requests.prefer, ({ folder, paths }) => done(engine().prefer(folder, paths)));
  on(requests.embed, ({ folder }) => done(engine().embed(folder)));
  on(requests.pause, ({ folder }) => done(engine().pause(folder)));
  on(requests.resume, ({ folder }) => done(engine().resume(folder)));
  on(requests.status, ({ folder }) => engine().status(folder));
  on(requests.files, ({ folder }) => engine().files(folder));
  on(requests.doctor, ({ folder }, signal) => engine().doctor(folder, signal));
  on(requests.chunks, ({ folder, path }, signal) => engine().chunks(folder, path, signal));
}

function serveAnswering(on: On, engine: () => Engine, connection: MessageConnection): void {
  on(requests.search, (params, signal) => engine().search(params, signal));
  on(requests.examples, ({ folder }) => engine().examples(folder));
  on(requests.ask, (params, signal) => {
    const { turnId } = params;
    return engine().ask(
      params,
      (event) => void connection.sendNotification(notifications.ask, { turnId, event }),
      signal,
    );
  });
  on(requests.summarise, async (params, signal) => (await engine().summarise(params, signal)) ?? null);
  on(requests.locate, (params) => engine().locate(params));
}

function serveModels(on: On, engine: () => Engine, connection: MessageConnection): void {
  on(requests.models, (_, signal) => engine().models(signal));
  on(requests.pullModel, ({ model }, signal) =>
    done(
      engine().pullModel(
        model,
        (progress) => void connection.sendNotification(notifications.pull, { model, ...progress }),
        signal,
      ),
    ),
  );
  on(requests.deleteModel, ({ model }, signal) => done(engine().deleteModel(model, signal)));
}

function toResponseError(error: unknown, log: (level: "error", message: string) => void): ResponseError<unknown> {
  if (isAbort(error)) {
    return new ResponseError(REQUEST_CANCELLED, "cancelled");
  }
  const detail = toErrorDetail(error);
  if (detail.code === "internal") {
    log("error", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  return new ResponseError(ErrorCodes.InternalError, detail.code, detail);
}
