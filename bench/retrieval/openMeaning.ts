/** The vectors of an indexed repository, and those of questions to compare them with. */

import { createGuardedFetch } from "../../src/adapters/ollama/guardedFetch";
import { createOllamaEmbedding } from "../../src/adapters/ollama/ollamaEmbedding";
import { openLanceVectorStore } from "../../src/adapters/store/lanceVectorStore";
import { textHash } from "../../src/adapters/store/textHash";
import { listVectorSets } from "../../src/adapters/store/vectorSets";
import { type ChunkKeys, createChunkKeys } from "../../src/core/embedding/chunkKeys";
import { createEmbedder } from "../../src/core/embedding/createEmbedder";
import type { ChunkStore, Manifest } from "../../src/core/ports";
import type { MeaningSearch } from "../../src/core/retrieval/similarChunks";

export interface OpenMeaning {
  readonly model: string;
  readonly keys: ChunkKeys;
  /** @throws {Error} where the model makes no vector of the question. */
  of(question: string): Promise<MeaningSearch>;
  close(): Promise<void>;
}

/** @throws {Error} where the index has no vectors. */
export async function openMeaning(
  indexDir: string,
  { manifest, store }: { readonly manifest: Manifest; readonly store: ChunkStore },
  ollamaUrl: string,
): Promise<OpenMeaning> {
  const { signal } = new AbortController();
  const [set] = listVectorSets(indexDir);
  if (set === undefined) {
    throw new Error(`${indexDir} has no vectors`);
  }
  const { model, digest, dimensions } = set.identity;
  const vectors = await openLanceVectorStore({ indexDir, id: set.id, dimensions });
  const send = createGuardedFetch({ baseUrl: ollamaUrl, allowRemote: false });
  const embedder = await createEmbedder(
    createOllamaEmbedding({ url: ollamaUrl, send }),
    { name: model, digest },
    signal,
  );
  const keys = createChunkKeys({ manifest, store, hashText: textHash });
  return {
    model,
    keys,
    of: async (question) => {
      const vector = await embedder.embedQuery(question, signal);
      if (vector === undefined) {
        throw new Error(`no vector of “${question}”`);
      }
      return { vector, store: vectors, keys };
    },
    close: () => vectors.close(),
  };
}
