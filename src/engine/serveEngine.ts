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
import { createEngine, type Engine } from "./createEngine";
import { ENGINE_VERSION } from "./version";

export interface ServedEngine {
  onShutdown(listener: () => void): void;
  dispose(): Promise<void>;
}

export function serveEngine(connection: MessageConnection, options: { readonly distDir: string }): ServedEngine {
  const log = (level: "info" | "warn" | "error", message: string) =>
    void connection.sendNotification(notifications.log, { level, message });
  let engine: Engine | undefined;
  let shutdown = (): void => undefined;

  const running = (): Engine => {
    if (engine === undefined) {
      throw new EngineError({ code: "internal", message: "the engine was used before `initialize`" });
    }
    return engine;
  };

  const on = <P extends object, R>(
    type: RequestType<P, R, EngineErrorDetail>,
    handle: (params: P, signal: AbortSignal) => Promise<R> | R,
  ) => {
    connection.onRequest(type.method, async (params: P, token: CancellationToken) => {
      const controller = new AbortController();
      const cancelling = token.onCancellationRequested(() => controller.abort());
      try {
        return await handle(params, controller.signal);
      } catch (error) {
        throw toResponseError(error, log);
      } finally {
        cancelling.dispose();
      }
    });
  };

  on(requests.initialize, ({ settings }) => {
    engine ??= createEngine({
      distDir: options.distDir,
      settings,
      clock: Date.now,
      onStatus: (status) => void connection.sendNotification(notifications.status, status),
      log,
    });
    return { protocolVersion: PROTOCOL_VERSION, engineVersion: ENGINE_VERSION, pid: process.pid };
  });
  on(requests.configure, async ({ settings }) => {
    await running().configure(settings);
    return null;
  });
  on(requests.follow, ({ folder }) => running().follow(folder));
  on(requests.unfollow, async ({ folder }) => {
    await running().unfollow(folder);
    return null;
  });
  on(requests.index, ({ folder, rebuild }, signal) => running().index(folder, rebuild, signal));
  on(requests.update, ({ folder, paths }, signal) => running().update(folder, paths, signal));
  on(requests.pause, async ({ folder }) => {
    await running().pause(folder);
    return null;
  });
  on(requests.resume, async ({ folder }) => {
    await running().resume(folder);
    return null;
  });
  on(requests.status, ({ folder }) => running().status(folder));
  on(requests.files, ({ folder }) => running().files(folder));
  on(requests.chunks, ({ folder, path }, signal) => running().chunks(folder, path, signal));
  on(requests.search, ({ folders, query, limit }, signal) => running().search(folders, query, limit, signal));
  on(requests.examples, ({ folder }) => running().examples(folder));
  on(requests.ask, (params, signal) =>
    running().ask(
      params,
      (event) => void connection.sendNotification(notifications.ask, { turnId: params.turnId, event }),
      signal,
    ),
  );
  on(requests.locate, (params) => running().locate(params));
  on(requests.models, (_, signal) => running().models(signal));
  on(requests.shutdown, () => {
    setImmediate(shutdown); // after the reply has left
    return null;
  });

  return {
    onShutdown: (listener) => {
      shutdown = listener;
    },
    dispose: async () => {
      await engine?.dispose();
    },
  };
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
