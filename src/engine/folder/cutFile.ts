/** How a file is cut into chunks, as it is now; it need not be in the index. */

import { isAbsolute, relative, resolve, sep } from "node:path";
import type { FilePreparer } from "../../core/ports";
import type { Chunk } from "../../domain/chunk";
import { EngineError } from "../../domain/errors";
import type { ChunkReport } from "../../protocol/engine";

export interface CutFile {
  readonly path: string;
  readonly lines: number;
  readonly chunks: ChunkReport[];
}

/**
 * @param file its path relative to the folder, or absolute.
 * @throws {EngineError} `file-not-found`, `file-skipped`.
 */
export async function cutFile(
  preparer: FilePreparer,
  file: { readonly folder: string; readonly path: string },
  signal: AbortSignal,
): Promise<CutFile> {
  const path = pathInFolder(file.folder, file.path);
  const prepared = await preparer.prepare(path, undefined, signal);
  switch (prepared.state) {
    case "indexed":
      return { path, lines: prepared.lines, chunks: prepared.chunks.map(toChunkReport) };
    case "skipped":
      throw new EngineError({ code: "file-skipped", path, reason: prepared.reason });
    default:
      throw new EngineError({ code: "file-not-found", path });
  }
}

/** @throws {EngineError} `file-not-found` for a path outside the folder. */
function pathInFolder(folder: string, path: string): string {
  const inside = relative(folder, resolve(folder, path));
  if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new EngineError({ code: "file-not-found", path });
  }
  return inside.split(sep).join("/");
}

function toChunkReport({ startLine, endLine, kind, symbol, enclosing, language }: Chunk): ChunkReport {
  return { startLine, endLine, kind, symbol, enclosing, language };
}
