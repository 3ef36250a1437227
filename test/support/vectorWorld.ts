/** A folder with a real index whose vectors come from a server in memory; each `start` is a process of its own. */

import { onTestFinished } from "vitest";
import type { InstalledModel } from "../../src/core/modelPorts";
import { EngineError } from "../../src/domain/errors";
import type { IndexHandle } from "../../src/engine/folder/indexHandle";
import type { OpenIndex } from "../../src/engine/folder/openIndex";
import { Embeddings } from "../../src/engine/vectors/embeddings";
import { FolderVectors } from "../../src/engine/vectors/folderVectors";
import { ModelTraffic } from "../../src/engine/vectors/modelTraffic";
import { fakeChatServer, installed } from "./fakeChatServer";
import { type FakeEmbedding, type FakeEmbeddingOptions, fakeEmbedding } from "./fakeEmbedding";
import { temporaryFolder } from "./temporaryFolder";
import { writerIndex } from "./writerIndex";

export const model = (name = "all-minilm:latest", digest = "d1"): InstalledModel => ({
  ...installed(name, { capabilities: ["embedding"] }),
  digest,
});

interface World {
  readonly folder: string;
  readonly root: string;
  /** What Ollama has. */
  models: InstalledModel[];
  wanted: string | undefined;
  /** Search by meaning is turned off. */
  isOff: boolean;
  /** How often a server was asked for its models. */
  listed: number;
}

export const world = (contents: Record<string, string>): World => ({
  folder: temporaryFolder(contents),
  root: temporaryFolder(),
  models: [model()],
  wanted: undefined,
  isOff: false,
  listed: 0,
});

/** One process: an index of its own handles, up to date with the folder, and its vectors. */
export async function start(
  in_: World,
  options: FakeEmbeddingOptions = {},
  embedding: FakeEmbedding = fakeEmbedding(options),
) {
  const index = writerIndex(in_.folder, in_.root);
  await index.refresh();
  const { handle } = index;
  const traffic = new ModelTraffic();
  const list = async () => {
    in_.listed += 1;
    return in_.models;
  };
  const embeddings = new Embeddings({
    server: () => (in_.isOff ? undefined : { models: { ...fakeChatServer([]), models: list }, embedding }),
    wanted: () => in_.wanted,
    traffic,
    clock: Date.now,
  });
  const vectors = new FolderVectors({
    indexDir: handle.location.indexDir,
    embeddings,
    read: (use) => read(handle, use),
    clock: Date.now,
    onChange: () => undefined,
    onDamage: () => undefined,
    log: () => undefined,
  });
  const stop = async () => {
    await vectors.dispose();
    await handle.close();
  };
  onTestFinished(stop);
  /** Texts, without the probes. */
  const embedded = () => embedding.requests.flat().filter((input) => input !== "hello");
  return { index, handle, vectors, embeddings, traffic, embedding, embedded, stop };
}

export function read<T>(handle: IndexHandle, use: (index: OpenIndex) => Promise<T>): Promise<T> {
  return handle.read((index) => {
    if (index === undefined) {
      throw new EngineError({ code: "index-missing", folder: "" });
    }
    return use(index);
  });
}

export const files = (count: number, prefix = "file"): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`src/${prefix}${n}.txt`, `${prefix} number ${n}\n`]));

export const serving = ({ handle, vectors }: Awaited<ReturnType<typeof start>>) =>
  read(handle, async (index) => (await vectors.serving(index))?.set.identity);
