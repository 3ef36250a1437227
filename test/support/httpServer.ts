/** A small HTTP server on this machine whose every move a test decides. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  /** Complete requests, in order of arrival. */
  readonly received: readonly Received[];
  /** Bytes that came in over all connections, also those of no request. */
  bytesIn(): number;
  /** Resolves when a client has closed the connection of a response that was not ended. */
  readonly abandoned: Promise<void>;
  close(): Promise<void>;
}

export type Handler = (request: Received, response: ServerResponse) => unknown;

export async function startServer(handle: Handler, host = "127.0.0.1"): Promise<TestServer> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  let abandon = (): void => undefined;
  const abandoned = new Promise<void>((resolve) => {
    abandon = resolve;
  });
  const server = createServer(async (request, response) => {
    response.on("close", () => {
      if (!response.writableEnded) {
        abandon();
      }
    });
    const complete = { method: request.method ?? "", path: request.url ?? "", body: await readBody(request) };
    received.push(complete);
    await handle(complete, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined); // a client that leaves is part of many tests
    socket.on("close", () => {
      closedBytes += socket.bytesRead;
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    received,
    bytesIn: () => closedBytes + [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    abandoned,
    close: async () => {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await startServer(() => undefined);
  await server.close();
  return Number(new URL(server.url).port);
}
