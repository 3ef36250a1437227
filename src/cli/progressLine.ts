/** Progress on stderr: one line that is rewritten in a terminal, an occasional line elsewhere. */

import type { IndexProgress, VectorStatus } from "../domain/indexStatus";

/** How often a log file or a pipe gets a line. */
const PLAIN_INTERVAL_MS = 5_000;

export interface ProgressLine {
  show(text: string): void;
  showIndexing(progress: IndexProgress): void;
  showEmbedding(vectors: VectorStatus): void;
  clear(): void;
}

/** Says nothing. */
export const silentProgress: ProgressLine = {
  show: () => undefined,
  showIndexing: () => undefined,
  showEmbedding: () => undefined,
  clear: () => undefined,
};

export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  const line = stream.isTTY ? createTerminalLine(stream) : createPlainLines(stream);
  return {
    ...line,
    showIndexing: (progress) => {
      const text = describeProgress(progress);
      if (text !== undefined) {
        line.show(text);
      }
    },
    showEmbedding: (vectors) => {
      const text = describeEmbedding(vectors);
      if (text !== undefined) {
        line.show(text);
      }
    },
  };
}

type Line = Pick<ProgressLine, "show" | "clear">;

function createTerminalLine(stream: NodeJS.WriteStream): Line {
  let isShown = false;
  return {
    show: (text) => {
      stream.write(`\r\x1b[2K${text.slice(0, Math.max(20, stream.columns - 1))}`);
      isShown = true;
    },
    clear: () => {
      if (isShown) {
        stream.write("\r\x1b[2K");
        isShown = false;
      }
    },
  };
}

/** What is done sooner than the interval needs no line; of several steps within it the last one is told. */
function createPlainLines(stream: NodeJS.WriteStream): Line {
  let latest = "";
  let timer: NodeJS.Timeout | undefined;
  return {
    show: (text) => {
      latest = text;
      timer ??= setTimeout(() => {
        timer = undefined;
        stream.write(`${latest}\n`);
      }, PLAIN_INTERVAL_MS);
    },
    clear: () => {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** @returns undefined for a phase in which there is nothing to wait for. */
export function describeProgress(progress: IndexProgress): string | undefined {
  switch (progress.phase) {
    case "scanning":
      return "Looking for files …";
    case "indexing":
      return `Indexing ${progress.filesDone}/${progress.filesTotal} files${rate(progress)}${timeLeft(progress)}`;
    case "finishing":
      return `Finishing ${progress.filesTotal} files …`;
    case "waiting":
      return "Another Cloister is writing this index; waiting for it …";
    case "paused":
      return "Indexing is paused.";
    case "idle":
      return undefined;
  }
}

function rate({ filesDone, elapsedMs }: IndexProgress): string {
  return elapsedMs < 2_000 || filesDone === 0 ? "" : `, ${Math.round(filesDone / (elapsedMs / 1000))} files/s`;
}

/** @returns undefined while there is nothing to wait for. */
export function describeEmbedding({ state, model, done, total, leftMs }: VectorStatus): string | undefined {
  switch (state) {
    case "asking":
      return `Embedding ${total} texts anew with ${model}${leftMs === undefined ? "" : `: ${duration(leftMs / 1000)}`}; until then the old vectors serve`;
    case "filling":
      return `Embedding with ${model}: ${done}/${total} texts${leftMs === undefined ? "" : inWords(leftMs / 1000)}`;
    case "waiting":
      return "Another Cloister is embedding this folder; waiting for it …";
    default:
      return undefined;
  }
}

/** Estimated from bytes, since files differ in size; silent until there is something to go by. */
function timeLeft({ bytesDone, bytesTotal, elapsedMs }: IndexProgress): string {
  if (elapsedMs < 2_000 || bytesDone === 0 || bytesDone >= bytesTotal) {
    return "";
  }
  return inWords(((bytesTotal - bytesDone) / bytesDone) * (elapsedMs / 1000));
}

function inWords(seconds: number): string {
  return `, ${duration(seconds)} left`;
}

export function duration(exactSeconds: number): string {
  const seconds = Math.ceil(exactSeconds);
  return seconds <= 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}
