/** How near in meaning a folder comes to a question: as near as its most similar chunk. */

import type { MeaningSearch } from "../similarChunks";

/** Between them may lie vectors of texts that are no longer there. */
const LOOKED_AT = 50;

/** @returns a cosine; undefined where no chunk that is still there is near. */
export async function highestSimilarity({ vector, store, keys }: MeaningSearch): Promise<number | undefined> {
  await keys.sync();
  const hits = await store.nearest(vector, LOOKED_AT);
  return hits.find(({ key }) => keys.places(key).length > 0)?.similarity;
}
