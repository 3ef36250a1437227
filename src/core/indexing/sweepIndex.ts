/**
 * Brings the manifest and the chunk table together again after a writer was killed or files were lost.
 *
 * Rows whose file id the manifest does not name are deleted: a batch that was never acknowledged, or file versions that
 * were superseded. A record that has more or fewer rows than it says is dropped, so that the file is indexed again.
 */

import type { Manifest } from "../ports";
import type { IndexTarget } from "./writeBatch";

/** Called before files are dropped, so that a kill in between leaves none that is missing and thought to be there. */
export type OnDrop = (paths: readonly string[]) => void;

/** True if the numbers of rows agree, which costs no reading of the table. */
export async function isBalanced({ manifest, store }: IndexTarget): Promise<boolean> {
  return (await store.countRows()) === countChunks(manifest);
}

function countChunks(manifest: Manifest): number {
  let chunks = 0;
  for (const record of manifest.all()) {
    chunks += record.chunks;
  }
  return chunks;
}

/** Looks at every row's file id; writes only where something is amiss. @throws {EngineError} `index-damaged`, … */
export async function sweepIndex({ manifest, store }: IndexTarget, onDrop: OnDrop): Promise<void> {
  const rowsOf = await store.countByFile();
  const broken: string[] = [];
  const strays = new Set(rowsOf.keys());
  for (const record of manifest.all()) {
    if ((rowsOf.get(record.fileId) ?? 0) === record.chunks) {
      strays.delete(record.fileId);
    } else {
      broken.push(record.path);
    }
  }
  if (broken.length > 0) {
    onDrop(broken.sort());
  }
  manifest.commit({ put: [], remove: broken });
  await store.deleteFiles([...strays]);
}
