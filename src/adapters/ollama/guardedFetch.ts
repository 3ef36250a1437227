/**
 * The only way out of the process.
 *
 * Questions and code are private: nothing but the configured server is reached, and that one only at an address that
 * `serverAddress.ts` allows. It is built on Node's `http` and not on the global `fetch`, because three promises need
 * the socket: every address a name stands for is checked, the connection goes to exactly the addresses that were
 * checked (a name that resolves differently the next moment gains nothing), and no proxy stands between.
 *
 * Redirects are refused, since a 307 would post the prompt again to another host. The server is not trusted with our
 * time and memory either: waiting, silence, line length and total size have limits.
 *
 * The network modules of Node and the global `fetch` are barred by lint everywhere else.
 */

import { lookup as dnsLookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { ReadableStream as NodeReadableStream } from "node:stream/web";
import { bareHost, parseServerUrl, resolvedRefusal, urlRefusal } from "../../core/privacy/serverAddress";
import { EngineError, type EngineErrorDetail, isAbort } from "../../domain/errors";
import type { SentRequest } from "../../domain/sentRequest";

export interface FetchLimits {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From the connection to the response's headers; loading a model falls into this time. */
  readonly headersMs: number;
  /** Without a single byte, once the body has begun. */
  readonly silenceMs: number;
  readonly maxLineBytes: number;
  readonly maxBytes: number;
}

const DEFAULT_LIMITS: FetchLimits = {
  connectMs: 5_000,
  headersMs: 600_000,
  silenceMs: 120_000,
  maxLineBytes: 2 * 1024 * 1024,
  maxBytes: 16 * 1024 * 1024,
};

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface GuardedFetchOptions {
  readonly baseUrl: string;
  /** Allows a server that is not this machine. */
  readonly allowRemote: boolean;
  readonly log?: (entry: SentRequest) => void;
  readonly limits?: Partial<FetchLimits>;
  /** All addresses of a name; the system's resolver unless a test says otherwise. */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

/**
 * @returns a `fetch` that takes an address and a text body, rejects with `AbortError` when its signal fires, and
 *   otherwise with {EngineError} `ollama-address-refused`, `ollama-unreachable`, `ollama-timeout`,
 *   `ollama-not-ollama` (no HTTP, or more data than any answer has) or `ollama-interrupted`. The body fails likewise.
 */
export function createGuardedFetch(options: GuardedFetchOptions): typeof fetch {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const resolve = options.resolve ?? ((hostname) => dnsLookup(hostname, { all: true }));
  return async (input, init) => {
    const exchange = readExchange(input, init);
    checkTarget(exchange.url, options);
    exchange.signal?.throwIfAborted();
    const record = startRecord(exchange, options.log);
    return send(exchange, limits, checkedLookup(exchange.url, resolve, options.allowRemote), record);
  };
}

interface Exchange {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
}

function readExchange(input: string | URL | Request, init: RequestInit | undefined): Exchange {
  const body = init?.body ?? undefined;
  if (input instanceof Request || (body !== undefined && typeof body !== "string")) {
    throw new TypeError("the guarded fetch takes an address and a text body");
  }
  return {
    url: new URL(input),
    method: init?.method ?? "GET",
    headers: { ...Object.fromEntries(new Headers(init?.headers)), "accept-encoding": "identity" },
    body,
    signal: init?.signal ?? undefined,
  };
}

function checkTarget(url: URL, options: GuardedFetchOptions): void {
  const base = parseServerUrl(options.baseUrl);
  if (base === undefined) {
    throw refused(options.baseUrl, "it is not an address");
  }
  const why = urlRefusal(base, options.allowRemote) ?? urlRefusal(url, options.allowRemote);
  if (why !== undefined) {
    throw refused(withoutUserInfo(url), why);
  }
  if (url.origin !== base.origin) {
    throw refused(url.origin, `only ${base.origin} is configured`);
  }
}

const refused = (url: string, why: string): EngineError =>
  new EngineError({ code: "ollama-address-refused", url, why });

function withoutUserInfo(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

/** A resolver for the socket: it hands out addresses only if all that the name stands for may be spoken to. */
function checkedLookup(
  url: URL,
  resolve: NonNullable<GuardedFetchOptions["resolve"]>,
  allowRemote: boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname.replace(/\.$/, "")).then(
      (addresses) => {
        const why = addresses.map(({ address }) => resolvedRefusal(address, allowRemote)).find((reason) => reason);
        if (why !== undefined) {
          callback(refused(url.origin, why) as Error, []);
        } else if (options.all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
        }
      },
      (error: Error) => callback(error, []),
    );
  };
}

// ---------------------------------------------------------------- one exchange

/** Own agents, so that neither a proxy from the environment nor a connection left over from before is used. */
const HTTP_AGENT = new http.Agent({ keepAlive: false });
const HTTPS_AGENT = new https.Agent({ keepAlive: false });

function send(exchange: Exchange, limits: FetchLimits, lookup: LookupFunction, record: ExchangeLog): Promise<Response> {
  const { url, signal } = exchange;
  return new Promise((resolve, reject) => {
    const request = openRequest(exchange, lookup);
    const waiting = startWaiting(request, limits, url);
    const onAbort = () => request.destroy(abortError(signal));
    signal?.addEventListener("abort", onAbort, { once: true });

    const settle = () => {
      waiting.stop();
      signal?.removeEventListener("abort", onAbort);
    };
    request.once("response", (response) => {
      settle();
      try {
        resolve(toResponse(exchange, response, limits, record));
      } catch (error) {
        request.destroy();
        reject(record.end(error));
      }
    });
    request.on("error", (error) => {
      settle();
      reject(record.end(named(error, url)));
    });
    request.end(exchange.body);
  });
}

function openRequest(exchange: Exchange, lookup: LookupFunction): http.ClientRequest {
  const { url, method, headers, body } = exchange;
  const isTls = url.protocol === "https:";
  return (isTls ? https : http).request({
    agent: isTls ? HTTPS_AGENT : HTTP_AGENT,
    host: bareHost(url),
    port: url.port === "" ? undefined : url.port,
    path: url.pathname + url.search,
    method,
    headers: { ...headers, host: url.host, ...(body === undefined ? {} : { "content-length": byteLength(body) }) },
    lookup,
  });
}

/** Two waits in a row: for the connection, then for the headers. */
function startWaiting(request: http.ClientRequest, limits: FetchLimits, url: URL): { stop(): void } {
  let timer = setTimeout(
    () => request.destroy(new EngineError({ code: "ollama-unreachable", url: url.origin })),
    limits.connectMs,
  );
  const onConnected = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.destroy(timedOut(url, limits.headersMs)), limits.headersMs);
  };
  request.once("socket", (socket) => socket.once(url.protocol === "https:" ? "secureConnect" : "connect", onConnected));
  return { stop: () => clearTimeout(timer) };
}

function toResponse(
  exchange: Exchange,
  message: http.IncomingMessage,
  limits: FetchLimits,
  record: ExchangeLog,
): Response {
  const status = message.statusCode ?? 0;
  record.setStatus(status);
  if (status >= 300 && status < 400) {
    throw refused(exchange.url.origin, `it redirects to ${redirectTarget(message.headers.location, exchange.url)}`);
  }
  const hasNoBody = status === 204 || status === 205;
  const body = hasNoBody ? null : NodeReadableStream.from(guardedBody(exchange, message, limits, record));
  if (hasNoBody) {
    message.resume();
    record.end();
  }
  return new Response(body as unknown as ReadableStream<Uint8Array<ArrayBuffer>> | null, {
    status,
    statusText: message.statusMessage ?? "",
    headers: { "content-type": message.headers["content-type"] ?? "" },
  });
}

function redirectTarget(location: string | undefined, base: URL): string {
  return location !== undefined && URL.canParse(location, base.href)
    ? withoutUserInfo(new URL(location, base.href))
    : "another place";
}

async function* guardedBody(
  { url, signal }: Exchange,
  message: http.IncomingMessage,
  limits: FetchLimits,
  record: ExchangeLog,
): AsyncGenerator<Uint8Array> {
  const onAbort = () => message.destroy(abortError(signal));
  signal?.addEventListener("abort", onAbort, { once: true });
  const size = sizeGuard(limits, url);
  try {
    signal?.throwIfAborted();
    const chunks: AsyncIterator<Buffer> = message[Symbol.asyncIterator]();
    for (;;) {
      const next = await nextWithin(chunks, limits.silenceMs, () => message.destroy(timedOut(url, limits.silenceMs)));
      if (next.done === true) {
        break;
      }
      record.received(next.value.length);
      size(next.value);
      yield next.value;
    }
    record.end();
  } catch (error) {
    throw record.end(named(error, url));
  } finally {
    signal?.removeEventListener("abort", onAbort);
    message.destroy();
    record.endStopped();
  }
}

async function nextWithin<T>(iterator: AsyncIterator<T>, ms: number, onLate: () => void): Promise<IteratorResult<T>> {
  const timer = setTimeout(onLate, ms);
  try {
    return await iterator.next();
  } finally {
    clearTimeout(timer);
  }
}

/** @returns a check that throws for the chunk with which a line or the whole becomes too long. */
function sizeGuard(limits: FetchLimits, url: URL): (chunk: Buffer) => void {
  let total = 0;
  let line = 0;
  return (chunk) => {
    total += chunk.length;
    const lastLineEnd = chunk.lastIndexOf(0x0a);
    line = lastLineEnd === -1 ? line + chunk.length : chunk.length - lastLineEnd - 1;
    if (total > limits.maxBytes || line > limits.maxLineBytes) {
      throw new EngineError({ code: "ollama-not-ollama", url: url.origin });
    }
  };
}

// ---------------------------------------------------------------- errors

const abortError = (signal: AbortSignal | undefined): Error =>
  signal?.reason instanceof Error ? signal.reason : new DOMException("This operation was aborted", "AbortError");

const timedOut = (url: URL, waitedMs: number): EngineError =>
  new EngineError({ code: "ollama-timeout", url: url.origin, waitedMs });

const UNREACHABLE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|EACCES|EPERM)$/;
const NOT_HTTP = /^(HPE_\w+|EPROTO|ERR_SSL\w*|ERR_TLS\w*|CERT_\w+|DEPTH_ZERO\w*|SELF_SIGNED\w*|UNABLE_TO\w+)$/;

/** Names what Node reports; an abort and our own errors pass as they are. */
function named(error: unknown, url: URL): unknown {
  if (error instanceof EngineError || isAbort(error) || !(error instanceof Error)) {
    return error;
  }
  if (error.name === "TimeoutError") {
    return error; // the caller's own deadline, which names itself
  }
  const code = String((error as NodeJS.ErrnoException).code ?? "");
  const detail: EngineErrorDetail = UNREACHABLE.test(code)
    ? { code: "ollama-unreachable", url: url.origin }
    : NOT_HTTP.test(code)
      ? { code: "ollama-not-ollama", url: url.origin }
      : { code: "ollama-interrupted", url: url.origin };
  return new EngineError(detail, { cause: error });
}

const byteLength = (text: string): number => Buffer.byteLength(text, "utf8");

// ---------------------------------------------------------------- the log

interface ExchangeLog {
  setStatus(status: number): void;
  received(bytes: number): void;
  /** Writes the entry, once. @returns the error it was given. */
  end(error?: unknown): unknown;
  /** For a body that its reader left. */
  endStopped(): void;
}

function startRecord(exchange: Exchange, log: GuardedFetchOptions["log"]): ExchangeLog {
  const at = Date.now();
  let status: number | undefined;
  let receivedBytes = 0;
  let isWritten = false;
  const write = (outcome: SentRequest["outcome"]) => {
    if (isWritten) {
      return;
    }
    isWritten = true;
    log?.({
      at,
      method: exchange.method,
      origin: exchange.url.origin,
      endpoint: exchange.url.pathname,
      status,
      sentBytes: byteLength(exchange.body ?? ""),
      receivedBytes,
      elapsedMs: Date.now() - at,
      outcome,
    });
  };
  return {
    setStatus: (value) => {
      status = value;
    },
    received: (bytes) => {
      receivedBytes += bytes;
    },
    end: (error) => {
      write(error === undefined ? "done" : error instanceof EngineError ? error.detail.code : "stopped");
      return error;
    },
    endStopped: () => write("stopped"),
  };
}
