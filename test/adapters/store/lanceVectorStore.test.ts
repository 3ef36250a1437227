import { rmSync, statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { fromFloat16Bits, toFloat16Bits } from "../../../src/adapters/store/float16";
import { openLanceVectorStore } from "../../../src/adapters/store/lanceVectorStore";
import {
  descriptorPath,
  listVectorSets,
  readVectorSet,
  removeVectorSet,
  vectorSetId,
  writeVectorSet,
} from "../../../src/adapters/store/vectorSets";
import { createEmbedder } from "../../../src/core/embedding/createEmbedder";
import { unitVector } from "../../../src/core/embedding/unitVector";
import { badVectors } from "../../support/badVectors";
import { fakeEmbedding, vectorOf } from "../../support/fakeEmbedding";
import { BAD_SECTORS, largestDataFile, overwriteMiddle, vectorFiles } from "../../support/harmVectors";
import { temporaryFolder } from "../../support/temporaryFolder";

const DIMENSIONS = 8;
const neverStopped = new AbortController().signal;
const keyOf = (n: number) => n.toString(16).padStart(32, "0");
const unit = (text: string) => unitVector(vectorOf(text), DIMENSIONS) as Float32Array;
const row = (n: number) => ({ key: keyOf(n), vector: unit(`text ${n}`) });
const rows = (count: number) => Array.from({ length: count }, (_, n) => row(n));

function newSet(indexDir = temporaryFolder(), dimensions = DIMENSIONS) {
  const identity = { model: "m", digest: "d", dimensions, scheme: "s" };
  const set = { id: vectorSetId(identity), identity, completedAt: undefined, unusedSince: {} };
  writeVectorSet(indexDir, set);
  return { indexDir, set };
}

async function open({ indexDir, set } = newSet(), dimensions = DIMENSIONS) {
  const store = await openLanceVectorStore({ indexDir, id: set.id, dimensions });
  onTestFinished(() => store.close());
  return store;
}

describe("vectors", () => {
  test("are found by their direction, most similar first", async () => {
    const store = await open();
    await store.add(rows(50));
    const hits = await store.nearest(unit("text 7"), 5);
    expect(hits).toHaveLength(5);
    expect(hits[0]?.key).toBe(keyOf(7));
    expect(hits[0]?.similarity).toBeCloseTo(1, 3);
    expect(hits.map(({ similarity }) => similarity)).toEqual(
      hits.map(({ similarity }) => similarity).toSorted((a, b) => b - a),
    );
  });

  test("outlive their handle", async () => {
    const set = newSet();
    await (await open(set)).add(rows(3));
    const again = await open(set);
    expect([...again.keys].sort()).toEqual(rows(3).map(({ key }) => key));
    expect(await again.nearest(unit("text 1"), 1)).toHaveLength(1);
  });

  test("are kept once for each key", async () => {
    const store = await open();
    await store.add([row(1), row(1), row(2)]);
    await store.add([row(2), row(3)]);
    await store.refresh();
    expect(store.keys.size).toBe(3);
    expect(await store.nearest(unit("text 2"), 10)).toHaveLength(3);
  });

  test("go when they are removed, and others stay", async () => {
    const store = await open();
    await store.add(rows(2_500));
    await store.remove(rows(2_400).map(({ key }) => key));
    await store.refresh();
    expect(store.keys.size).toBe(100);
    expect((await store.nearest(unit("text 5"), 5)).every(({ key }) => Number.parseInt(key, 16) >= 2_400)).toBe(true);
  });

  test("are seen by another handle when it looks", async () => {
    const set = newSet();
    const [writer, reader] = [await open(set), await open(set)];
    await writer.add(rows(4));
    await reader.refresh();
    expect(reader.keys.size).toBe(4);
  });

  test("are none in an empty store", async () => {
    expect(await (await open()).nearest(unit("x"), 3)).toEqual([]);
  });

  test("stay through many small writes and housekeeping", async () => {
    const store = await open();
    for (const one of rows(130)) {
      await store.add([one]);
    }
    await store.maintain(neverStopped);
    await store.refresh();
    expect(store.keys.size).toBe(130);
    expect((await store.nearest(unit("text 99"), 1))[0]?.key).toBe(keyOf(99));
  });

  test.each<[string, unknown]>([
    ["too short", Float32Array.of(1, 0)],
    ["with no number", new Float32Array(DIMENSIONS).fill(Number.NaN)],
    ["of another length", new Float32Array(DIMENSIONS).fill(1)],
  ])("%s are refused", async (_, vector) => {
    const store = await open();
    await expect(store.add([{ key: keyOf(1), vector: vector as Float32Array }])).rejects.toThrow(
      "no unit vector of 8 numbers",
    );
    await expect(store.add([{ ...row(1), key: "' OR 1=1" }])).rejects.toThrow("32 hexadecimal digits");
    await expect(store.remove(["' OR 1=1"])).rejects.toThrow("32 hexadecimal digits");
    expect(store.keys.size).toBe(0);
  });

  test("of a set that was deleted meanwhile are not written", async () => {
    const set = newSet();
    const store = await open(set);
    rmSync(descriptorPath(set.indexDir, set.set.id));
    await expect(store.add(rows(1))).rejects.toMatchObject({ detail: { code: "index-damaged" } });
  });

  test("of another size than the table's are damage", async () => {
    const set = newSet();
    await open(set);
    await expect(open(set, 4)).rejects.toMatchObject({ detail: { code: "index-damaged" } });
  });
});

describe("damage", () => {
  /** LanceDB lays small vectors out otherwise than large ones. */
  const sizes = [64, 384];

  async function stored(dimensions: number) {
    const set = newSet(temporaryFolder(), dimensions);
    const vector = (n: number) => unitVector(vectorOf(`text ${n}`, dimensions), dimensions) as Float32Array;
    const store = await open(set, dimensions);
    await store.add(Array.from({ length: 300 }, (_, n) => ({ key: keyOf(n), vector: vector(n) })));
    return { ...set, store, vector };
  }

  test.each(sizes)("is none in vectors of %d numbers that were left alone", async (dimensions) => {
    const { store, vector } = await stored(dimensions);
    await store.verify(neverStopped);
    await store.rebuildIndex();
    expect(await store.nearest(vector(7), 1)).toHaveLength(1);
  });

  test.each(BAD_SECTORS.flatMap((sector) => sizes.map((dimensions) => ({ ...sector, dimensions }))))(
    "is found where $what lie in vectors of $dimensions numbers",
    async ({ bytes, dimensions }) => {
      const { store, indexDir } = await stored(dimensions);
      overwriteMiddle(largestDataFile(indexDir), bytes);
      await expect(store.verify(neverStopped)).rejects.toMatchObject({ detail: { code: "index-damaged" } });
    },
  );

  test("that makes LanceDB panic is damage to a search as well", async () => {
    const { store, indexDir, vector } = await stored(64);
    overwriteMiddle(largestDataFile(indexDir), Buffer.alloc(4096));
    await expect(store.nearest(vector(7), 5)).rejects.toMatchObject({ detail: { code: "index-damaged" } });
  });

  test("to the vector index is cured by building it anew", async () => {
    const set = newSet();
    const writer = await open(set);
    for (let start = 0; start < 50_000; start += 10_000) {
      await writer.add(Array.from({ length: 10_000 }, (_, n) => row(start + n)));
    }
    await writer.maintain(neverStopped);
    await writer.verify(neverStopped);
    for (const path of vectorFiles(set.indexDir, "_indices")) {
      writeFileSync(path, Buffer.alloc(statSync(path).size));
    }
    const store = await open(set);
    await expect(store.verify(neverStopped)).rejects.toMatchObject({ detail: { code: "index-damaged" } });
    await store.rebuildIndex();
    await store.verify(neverStopped);
    expect((await store.nearest(unit("text 7"), 1))[0]?.key).toBe(keyOf(7));
  });
});

test("10,000 bad vectors from a server: none is stored", async () => {
  const bad = fc.sample(badVectors(DIMENSIONS), 10_000);
  const server = fakeEmbedding({
    dimensions: DIMENSIONS,
    reply: (input) => (/^\d+$/.test(input) ? (bad[Number(input)] ?? null) : undefined),
  });
  const embedder = await createEmbedder(server, { name: "m", digest: "d" }, neverStopped);
  const store = await open();
  for (let start = 0; start < bad.length; start += 31) {
    const inputs = bad.slice(start, start + 31).map((_, index) => ({ title: "", text: String(start + index) }));
    const vectors = await embedder.embed([...inputs, { title: "", text: "good" }], neverStopped);
    expect(vectors.filter((vector) => vector !== undefined)).toHaveLength(1);
    await store.add(
      vectors
        .flatMap((vector, index) => (vector === undefined ? [] : [{ key: keyOf(start + index), vector }]))
        .slice(0, -1),
    );
  }
  await store.refresh();
  expect(store.keys.size).toBe(0);
});

describe("a set", () => {
  test("is known by model, digest, size and wording, each of which makes it another", () => {
    const identity = { model: "m", digest: "d", dimensions: 8, scheme: "s" };
    const others = [
      { ...identity, model: "n" },
      { ...identity, digest: "e" },
      { ...identity, dimensions: 9 },
      { ...identity, scheme: "t" },
    ];
    expect(new Set([identity, ...others].map(vectorSetId)).size).toBe(5);
  });

  test("is none where its descriptor is gone, broken or of another", () => {
    const { indexDir, set } = newSet();
    writeVectorSet(indexDir, { ...set, completedAt: 5, unusedSince: { a: 1 } });
    expect(listVectorSets(indexDir)).toEqual([{ ...set, completedAt: 5, unusedSince: { a: 1 } }]);
    writeVectorSet(indexDir, { ...set, identity: { ...set.identity, model: "other" } });
    expect(readVectorSet(indexDir, set.id)).toBeUndefined();
    removeVectorSet(indexDir, set.id);
    expect(listVectorSets(indexDir)).toEqual([]);
    expect(listVectorSets("/nowhere/at/all")).toEqual([]);
  });
});

test.each<[number, number]>([
  [0, 0],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.5, 0x3800],
  [0.1, 0x2e66],
  [65504, 0x7bff],
  [65520, 0x7c00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -26, 0],
  [1 + 2 ** -11, 0x3c00],
  [1 + 3 * 2 ** -11, 0x3c02],
  [Number.NaN, 0x7e00],
])("%d in two bytes is %d", (value, bits) => {
  expect(toFloat16Bits(value)).toBe(bits);
});

test("all two-byte numbers are read as what they are", () => {
  for (let bits = 0; bits < 0x10000; bits += 1) {
    const value = fromFloat16Bits(bits);
    expect(Number.isNaN(value) ? 0x7e00 : toFloat16Bits(value)).toBe(Number.isNaN(value) ? 0x7e00 : bits);
  }
});
