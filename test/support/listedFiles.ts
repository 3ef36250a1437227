/** What `WorkspaceFiles` lists, in a form that a test can spell out. */

import { createWorkspaceFiles, type WorkspaceFilesOptions } from "../../src/adapters/files/workspaceFiles";
import type { FolderScan, WorkspaceFiles } from "../../src/core/ports";

export const never = new AbortController().signal;

export type ListingOptions = Partial<Omit<WorkspaceFilesOptions, "folder">>;

export function filesOf(folder: string, options: ListingOptions = {}): WorkspaceFiles {
  return createWorkspaceFiles({ exclude: [], maxFileKiB: 100, ...options, folder });
}

export async function scan(folder: string, options?: ListingOptions): Promise<string[]> {
  return shown(await filesOf(folder, options).scan(never));
}

export async function look(folder: string, paths: readonly string[], options?: ListingOptions): Promise<string[]> {
  return shown(await filesOf(folder, options).look(paths, never));
}

/** `a.ts` for a file, `b.png (binary)` for one that is left out; sorted. */
function shown({ files, skipped }: FolderScan): string[] {
  return [...files.map(({ path }) => path), ...skipped.map(({ path, reason }) => `${path} (${reason})`)].sort();
}
