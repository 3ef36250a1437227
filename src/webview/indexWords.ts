/** What the panel says about the index, in a word, a number and an estimate. */

import type { IndexHealth, IndexProgress } from "../domain/indexStatus";
import type { IndexView } from "../protocol/webview";
import type { Translate } from "./translate";

/** Milliseconds of work before an estimate is worth anything. */
const ESTIMATE_AFTER_MS = 3000;
/** A refresh of a finished index that is shorter than this is not worth moving the page for. */
const SHOW_REFRESH_AFTER_MS = 1500;

/** Conditions of the window in which nothing can be indexed or asked. */
export type OutOfReach = Exclude<IndexView["health"], IndexHealth>;

export function isOutOfReach(health: IndexView["health"]): health is OutOfReach {
  return health === "no-folder" || health === "untrusted" || health === "virtual";
}

/** The few words of the header. */
export function indexLabel(t: Translate, { health, files, progress }: IndexView): string {
  if (isOutOfReach(health)) {
    return t.text(`index.${health}`);
  }
  return (progress && phaseLabel(t, progress)) ?? healthLabel(t, health, files);
}

function phaseLabel(t: Translate, progress: IndexProgress): string | undefined {
  switch (progress.phase) {
    case "idle":
      return undefined;
    case "indexing":
      return t.text("index.percent", t.percent(shareDone(progress)));
    case "paused":
      return progress.filesTotal === 0
        ? t.text("index.pausedAtRest")
        : t.text("index.paused", t.percent(shareDone(progress)));
    case "scanning":
    case "finishing":
    case "waiting":
      return t.text(`index.${progress.phase}`);
  }
}

function healthLabel(t: Translate, health: IndexHealth, files: number): string {
  switch (health) {
    case "ready":
      return t.plural("index.files", files);
    case "partial":
      return t.text("index.partial", t.number(files));
    case "none":
    case "damaged":
      return t.text(`index.${health}`);
  }
}

/** @returns from 0 to 1, by bytes where they are known, since files differ a thousandfold in size. */
export function shareDone({ filesDone, filesTotal, bytesDone, bytesTotal }: IndexProgress): number {
  const [done, total] = bytesTotal > 0 ? [bytesDone, bytesTotal] : [filesDone, filesTotal];
  return total > 0 ? Math.min(1, done / total) : 0;
}

/** @returns milliseconds, or undefined while it is too early to say. */
export function timeLeftMs(progress: IndexProgress): number | undefined {
  const share = shareDone(progress);
  if (progress.phase !== "indexing" || progress.elapsedMs < ESTIMATE_AFTER_MS || share === 0) {
    return undefined;
  }
  return (progress.elapsedMs / share) * (1 - share);
}

/** @returns files a second, or undefined while it is too early to say. */
export function filesPerSecond(progress: IndexProgress): number | undefined {
  const rate = progress.filesDone / (progress.elapsedMs / 1000);
  return timeLeftMs(progress) === undefined ? undefined : Math.round(rate);
}

/** Whether the bar and its line are shown: always for a first run, for a refresh only when it takes long. */
export function isProgressShown({ health, progress }: IndexView): boolean {
  if (progress === undefined || progress.phase === "idle" || progress.phase === "waiting") {
    return false;
  }
  return health !== "ready" || progress.phase === "paused" || progress.elapsedMs > SHOW_REFRESH_AFTER_MS;
}
