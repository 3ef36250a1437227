/**
 * Checks what an Ollama server sends before the `ollama` package reads it.
 *
 * The package would skip a broken line, print an error body to the console, and report every failure as a plain
 * `Error`. Here each becomes the named error that it is, and the package only ever sees well-formed responses.
 */

import { ReadableStream as NodeReadableStream } from "node:stream/web";
import { EngineError } from "../../domain/errors";

export interface CheckOptions {
  /** The server's origin, for errors. */
  readonly url: string;
  /** Milliseconds that may pass between two lines of a stream. */
  readonly lineMs: number;
  /** Allows a success that says nothing more. */
  readonly mayBeEmpty?: boolean;
}

/**
 * @returns the response with a body of valid JSON, or of valid JSON lines the last of which says `done`.
 * @throws {EngineError} `ollama-failed` for a status that is no success, with the server's own message;
 *   `ollama-not-ollama` for anything that Ollama does not send. The body of a stream fails likewise, and with
 *   `ollama-interrupted` when it ends before a line came.
 */
export async function checkedResponse(response: Response, options: CheckOptions): Promise<Response> {
  if (!response.ok) {
    throw await failure(response, options.url);
  }
  const type = contentType(response);
  if (type.includes("html") || response.body === null) {
    await response.body?.cancel();
    throw notOllama(options.url);
  }
  if (type.includes("ndjson")) {
    return new Response(toStream(checkedLines(response.body, options)), response);
  }
  const text = await response.text();
  if (text !== "" || options.mayBeEmpty !== true) {
    readObject(text, 1, options.url);
  }
  return new Response(text, response);
}

/**
 * The last line of a stream that the server ended in good order without saying `done`. Ollama does that to a model that
 * writes the same token thirty times; a server that dies resets the connection or sends an error.
 *
 * @see https://github.com/ollama/ollama/blob/v0.11.4/llm/server.go (`token repeat limit reached`)
 */
const UNFINISHED_LINE = { message: { role: "assistant", content: "" }, done: true, done_reason: "unfinished" };

/** Node's streams and the browser's are one at run time and two to the compiler. */
const toStream = (chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  NodeReadableStream.from(chunks) as unknown as ReadableStream<Uint8Array<ArrayBuffer>>;

const contentType = (response: Response): string => (response.headers.get("content-type") ?? "").toLowerCase();

const notOllama = (url: string): EngineError => new EngineError({ code: "ollama-not-ollama", url });

async function failure(response: Response, url: string): Promise<EngineError> {
  const message = errorOf(await response.text());
  const isServersOwn = message !== undefined || response.status >= 500;
  return isServersOwn
    ? serverError(url, response.status, message ?? (readable(response.statusText) || "no reason given"))
    : notOllama(url);
}

/** What Ollama says in its own words, by what a person can do about it. */
const KNOWN_PROBLEMS = {
  busy: /server busy|pending requests exceeded/i,
  outOfMemory: /more system memory|out of memory|not enough memory|(?:failed|unable) to allocate|cudaMalloc/i,
  tooOld: /newer version of ollama|update ollama|unsupported (?:model )?architecture|unknown model architecture/i,
  runnerGone: /runner (?:process )?(?:has |no longer )?(?:terminated|running)|unexpected EOF|model (?:was )?unloaded/i,
} as const;

/** @param status 200 for an error in the middle of a stream. */
function serverError(url: string, status: number, message: string): EngineError {
  if (status === 503 || KNOWN_PROBLEMS.busy.test(message)) {
    return new EngineError({ code: "ollama-busy", url });
  }
  if (KNOWN_PROBLEMS.outOfMemory.test(message)) {
    return new EngineError({ code: "ollama-out-of-memory", url, message });
  }
  if (status === 412 || KNOWN_PROBLEMS.tooOld.test(message)) {
    return new EngineError({ code: "ollama-too-old", url, message });
  }
  return KNOWN_PROBLEMS.runnerGone.test(message)
    ? new EngineError({ code: "ollama-interrupted", url })
    : new EngineError({ code: "ollama-failed", url, status, message });
}

/** The message of Ollama's error bodies, `{"error": "…"}`. */
function errorOf(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return errorIn(value);
  } catch {
    return undefined; // not JSON: the status has to say it all
  }
}

function errorIn(value: unknown): string | undefined {
  const error = typeof value === "object" && value !== null && "error" in value ? value.error : undefined;
  return error === undefined ? undefined : readable(typeof error === "string" ? error : JSON.stringify(error));
}

const MAX_MESSAGE_LENGTH = 300;

/** One line without control characters, of a length a person reads. */
function readable(message: string): string {
  const line = message.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > MAX_MESSAGE_LENGTH ? `${line.slice(0, MAX_MESSAGE_LENGTH)}…` : line;
}

/** @param lineNumber from 1; rubbish in the first line means that this is no Ollama at all. */
function readObject(text: string, lineNumber: number, url: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw lineNumber === 1
      ? notOllama(url)
      : new EngineError({ code: "ollama-failed", url, status: 200, message: "it sent a line that is not JSON" });
  }
  const message = errorIn(value);
  if (message !== undefined) {
    throw serverError(url, 200, message);
  }
  return value as Record<string, unknown>;
}

/** Passes on whole, valid lines, up to the one that says `done`. Its caller closes the connection. */
async function* checkedLines(body: ReadableStream<Uint8Array>, options: CheckOptions): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const tooLate = () => new EngineError({ code: "ollama-timeout", url: options.url, waitedMs: options.lineMs });
  let pending = "";
  let lineNumber = 0;
  let waitingSince = performance.now();
  for (;;) {
    const patience = waitingSince + options.lineMs - performance.now();
    const { done: isEnd, value } = await within(reader.read(), patience, tooLate);
    const lines = (pending + decoder.decode(value, { stream: !isEnd })).split("\n");
    pending = isEnd ? "" : (lines.pop() ?? "");
    for (const line of lines.filter((text) => text.trim() !== "")) {
      lineNumber += 1;
      const isLast = readObject(line, lineNumber, options.url)["done"] === true;
      if (isLast) {
        await readToEnd(reader);
      }
      yield encoder.encode(`${line}\n`);
      if (isLast) {
        return;
      }
      waitingSince = performance.now();
    }
    if (isEnd && lineNumber === 0) {
      throw new EngineError({ code: "ollama-interrupted", url: options.url });
    }
    if (isEnd) {
      yield encoder.encode(`${JSON.stringify(UNFINISHED_LINE)}\n`);
      return;
    }
  }
}

/** The promise's value, unless it comes too late. */
async function within<T>(promise: Promise<T>, ms: number, tooLate: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), Math.max(0, ms)); // a line that took all of its time leaves less than none
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a server may take to close the connection after its last line. */
const CLOSING_MS = 200;

/** Lets a finished response end by itself, so that only those that were stopped count as stopped. */
async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const drain = async () => {
    let isEnd = false;
    while (!isEnd) {
      isEnd = (await reader.read()).done;
    }
  };
  try {
    await within(drain(), CLOSING_MS, () => new Error("the connection stays open"));
  } catch {
    // Whatever comes or fails after the last line, the answer is whole.
  }
}
