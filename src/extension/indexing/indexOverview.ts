/** One condition for all indexes of a window: what the status bar and the chat say about them. */

import type { EngineErrorDetail } from "../../domain/errors";
import type { IndexHealth, IndexPhase, IndexProgress } from "../../domain/indexStatus";
import type { FolderState } from "./indexedFolder";

export interface IndexOverview {
  readonly health: IndexHealth;
  readonly files: number;
  readonly skipped: number;
  /** Of the folders that are being worked on, added up; undefined while nothing happens. */
  readonly progress: IndexProgress | undefined;
  readonly problem: EngineErrorDetail | undefined;
}

/** What is shown when folders are in several phases at once: the first of these that one of them is in. */
const PHASES_BY_WEIGHT: readonly IndexPhase[] = ["indexing", "scanning", "finishing", "paused", "waiting"];

export function indexOverview(
  states: readonly FolderState[],
  engineProblem: EngineErrorDetail | undefined,
): IndexOverview {
  const statuses = states.flatMap(({ status }) => (status ? [status] : []));
  const sum = (of: "files" | "skipped") => statuses.reduce((total, status) => total + status[of], 0);
  return {
    health: overallHealth(states.map(({ status }) => status?.health ?? "none")),
    files: sum("files"),
    skipped: sum("skipped"),
    progress: overallProgress(states.map((state) => progressOf(state, engineProblem))),
    problem: engineProblem ?? states.find(({ problem }) => problem)?.problem,
  };
}

const NOTHING_DONE = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, elapsedMs: 0 } as const;

/**
 * A folder that has not answered yet is being opened, which is work. A look for changes in one whose index is whole is none:
 * every question begins with one, and what tells of it would only flicker.
 */
function progressOf({ status, problem }: FolderState, engineProblem: EngineErrorDetail | undefined): IndexProgress {
  const isOpening = status === undefined && problem === undefined && engineProblem === undefined;
  const isLook = status?.health === "ready" && status.progress.phase === "scanning";
  return status === undefined || isLook ? { ...NOTHING_DONE, phase: isOpening ? "scanning" : "idle" } : status.progress;
}

/** True while an index changes, so that something should move on the screen. */
export function isWorking(progress: IndexProgress | undefined): boolean {
  return progress !== undefined && progress.phase !== "paused" && progress.phase !== "waiting";
}

/** @returns whole percent of the bytes, or of the files where no bytes are known; undefined before there is a total. */
export function percentOf(progress: IndexProgress): number | undefined {
  const { bytesDone, bytesTotal, filesDone, filesTotal } = progress;
  if (bytesTotal > 0) {
    return Math.min(100, Math.floor((bytesDone / bytesTotal) * 100));
  }
  return filesTotal > 0 ? Math.min(100, Math.floor((filesDone / filesTotal) * 100)) : undefined;
}

function overallHealth(all: readonly IndexHealth[]): IndexHealth {
  if (all.includes("damaged")) {
    return "damaged";
  }
  if (all.every((health) => health === "none")) {
    return "none";
  }
  return all.every((health) => health === "ready") ? "ready" : "partial";
}

function overallProgress(all: readonly IndexProgress[]): IndexProgress | undefined {
  const phase = PHASES_BY_WEIGHT.find((wanted) => all.some((progress) => progress.phase === wanted));
  if (phase === undefined) {
    return undefined;
  }
  const busy = all.filter((progress) => progress.phase !== "idle");
  const sum = (of: Exclude<keyof IndexProgress, "phase">) => busy.reduce((total, progress) => total + progress[of], 0);
  return {
    phase,
    filesDone: sum("filesDone"),
    filesTotal: sum("filesTotal"),
    bytesDone: sum("bytesDone"),
    bytesTotal: sum("bytesTotal"),
    elapsedMs: Math.max(...busy.map((progress) => progress.elapsedMs)),
  };
}
