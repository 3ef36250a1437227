/**
 * Before a question: indexes that nobody follows are looked over first. On the command line nothing has told of changes,
 * while a window is told of each. It is not waited for another process, and an index that cannot be written is asked as it is.
 */

import type { SearchNotice } from "../domain/answer";
import { EngineError, isAbort } from "../domain/errors";
import type { IndexProgress } from "../domain/indexStatus";
import type { FolderSession } from "./folder/folderSession";

export type OnFolderProgress = (folder: string, progress: IndexProgress) => void;

/**
 * @returns false if one of them may be behind its folder.
 * @throws {EngineError} as `FolderSession.index`, but for what has to do with writing.
 * @throws {DOMException} `AbortError`.
 */
export async function bringUpToDate(
  sessions: readonly FolderSession[],
  onProgress: OnFolderProgress,
  signal: AbortSignal,
): Promise<boolean> {
  let isCurrent = true;
  for (const session of sessions) {
    if (session.isUnwatched()) {
      isCurrent = (await lookOver(session, onProgress, signal)) && isCurrent;
    }
  }
  return isCurrent;
}

async function lookOver(session: FolderSession, onProgress: OnFolderProgress, signal: AbortSignal): Promise<boolean> {
  const impatience = new AbortController();
  const watching = session.onProgress((progress) => {
    if (progress.phase === "waiting") {
      impatience.abort();
    } else {
      onProgress(session.folder, progress);
    }
  });
  try {
    await session.index(false, AbortSignal.any([signal, impatience.signal]));
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (!isAbort(error) && !isUnwritable(error)) {
      throw error;
    }
    return false;
  } finally {
    watching.dispose();
  }
}

const isUnwritable = (error: unknown): boolean =>
  error instanceof EngineError && (error.detail.code === "index-unwritable" || error.detail.code === "disk-full");

/**
 * What a person is told of a search, of all that may be said of it.
 *
 * @param areAll false if a folder was left out.
 * @param isCurrent as `bringUpToDate` returned it.
 */
export function noticeOfSearch(
  found: SearchNotice | undefined,
  { areAll, isCurrent }: { readonly areAll: boolean; readonly isCurrent: boolean },
): SearchNotice | undefined {
  if (!areAll) {
    return "folder-left-out";
  }
  return found ?? (isCurrent ? undefined : "index-stale");
}
