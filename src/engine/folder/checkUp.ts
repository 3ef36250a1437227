/**
 * The check that `doctor` makes of one index: every byte is looked at, what is damaged is repaired, and what was dropped for
 * it is indexed again.
 */

import type { Clock } from "../../core/ports";
import { type EngineErrorDetail, toErrorDetail } from "../../domain/errors";
import type { IndexRepair } from "../../domain/indexRepair";
import type { IndexStatus } from "../../domain/indexStatus";
import type { Checkup } from "../doctor";
import type { FolderStatus } from "./folderStatus";
import type { IndexHandle } from "./indexHandle";

export interface CheckUpDeps {
  readonly handle: IndexHandle;
  readonly clock: Clock;
  /** Sets damaged vectors aside. @returns true if there were some. */
  readonly checkVectors: (signal: AbortSignal) => Promise<boolean>;
  /** Brings the index up to date, whether or not indexing is paused. */
  readonly refresh: (signal: AbortSignal) => Promise<unknown>;
  readonly status: Pick<FolderStatus, "read" | "unread">;
}

/** A folder without an index stays without. @throws {DOMException} `AbortError`. What cannot be done is part of the result. */
export async function checkUp(deps: CheckUpDeps, signal: AbortSignal): Promise<Checkup> {
  const { handle, clock, checkVectors, refresh } = deps;
  const startedAt = clock();
  const repairs: IndexRepair[] = [];
  const listening = handle.onRepair((repair) => repairs.push(repair));
  const checkup = (problem: EngineErrorDetail | undefined, status: IndexStatus): Checkup => ({
    repairs,
    problem,
    checkedMs: clock() - startedAt,
    realFolder: handle.location.folder,
    status,
  });
  try {
    if (handle.exists()) {
      if (handle.isOutdated()) {
        repairs.push({ kind: "outdated" });
      }
      if (await checkVectors(signal)) {
        repairs.push({ kind: "vectors-set-aside" });
      }
      handle.suspect();
      await refresh(signal);
    }
    return checkup(undefined, await deps.status.read());
  } catch (error) {
    signal.throwIfAborted();
    const status = await deps.status.read().catch(() => deps.status.unread()); // the error that is told came first
    return checkup(toErrorDetail(error), status);
  } finally {
    listening.dispose();
  }
}
