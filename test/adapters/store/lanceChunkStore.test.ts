import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConnectionOptions, Session } from "@lancedb/lancedb";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { type IndexLocation, makeIndexDirectory, writeMarker } from "../../../src/adapters/store/indexDirectory";
import { type LanceModule, loadLance } from "../../../src/adapters/store/lanceModule";
import { connectTo, createLanceTable } from "../../../src/adapters/store/lanceTable";
import { textHash } from "../../../src/adapters/store/textHash";
import type { ChunkHit } from "../../../src/core/ports";
import { createDiskIndex, openStore, rowsOf } from "../../support/diskIndex";
import { temporaryFolder } from "../../support/temporaryFolder";

const neverStopped = new AbortController().signal;
const ids = (hits: readonly Pick<ChunkHit, "fileId" | "ordinal">[]) =>
  hits.map(({ fileId, ordinal }) => `${fileId}.${ordinal}`);

async function newStore() {
  return openStore(await createDiskIndex());
}

describe("rows", () => {
  test("come back as they went in, in the order that was asked for", async () => {
    const store = await newStore();
    const rows = [...rowsOf(1, "a", "b"), ...rowsOf(2, "c", "d", "e")];
    await store.add(rows);
    const hits = await store.chunksOfFiles([2, 1, 99]);
    expect(ids(hits)).toEqual(["2.0", "2.1", "2.2", "1.0", "1.1"]);
    const expected = rows.map(({ terms, ...row }) => ({ ...row, score: terms === "" ? 1 : 0 }));
    expect(hits).toEqual([...expected.slice(2), ...expected.slice(0, 2)]);
  });

  test("of a file are all of them, however many", async () => {
    const store = await newStore();
    await store.add(rowsOf(7, ...Array.from({ length: 3_000 }, (_, n) => `w${n}`)));
    expect(await store.chunksOfFiles([7])).toHaveLength(3_000);
    expect(await store.countRows()).toBe(3_000);
    expect(await store.countByFile()).toEqual(new Map([[7, 3_000]]));
  });

  test("keep odd text: NUL, line separators, emoji, 1 MB", async () => {
    const store = await newStore();
    const texts = ["\0\u0001", "a\u2028b\r\n", "😀 é ß", "x".repeat(1_000_000), ""];
    const row = (n: number) => rowsOf(n, "w")[0] as ReturnType<typeof rowsOf>[0];
    await store.add(texts.map((text, n) => ({ ...row(n), text, textHash: textHash(text) })));
    const back = await store.chunksOfFiles(texts.map((_, n) => n));
    expect(back.map(({ text }) => text)).toEqual(texts);
  });

  test("are deleted by file, those of others stay", async () => {
    const store = await newStore();
    await store.add([...rowsOf(1, "a"), ...rowsOf(2, "a"), ...rowsOf(3, "a")]);
    await store.deleteFiles([1, 3, 77]);
    expect(await store.countByFile()).toEqual(new Map([[2, 1]]));
    expect(ids(await store.search(["a"], 10))).toEqual(["2.0"]);
  });

  test("of no file are nothing to do", async () => {
    const location = await createDiskIndex();
    const store = await openStore(location);
    const versions = () => readdirSync(join(location.indexDir, "chunks.lance", "_versions")).length;
    const before = versions();
    await store.add([]);
    await store.deleteFiles([]);
    await store.maintain(neverStopped);
    expect(await store.chunksOfFiles([])).toEqual([]);
    expect(await store.countByFile()).toEqual(new Map());
    expect(versions()).toBe(before);
  });

  test("cannot be named by anything but a number", async () => {
    const store = await newStore();
    await store.add(rowsOf(1, "a"));
    for (const evil of ["1 OR 1=1", Number.NaN, 1.5, Number.POSITIVE_INFINITY]) {
      await expect(async () => store.deleteFiles([evil as number])).rejects.toThrow("is no fileId");
    }
    expect(await store.countRows()).toBe(1);
  });

  test("written at the same time are all there, once", async () => {
    const store = await newStore();
    await Promise.all(Array.from({ length: 12 }, (_, n) => store.add(rowsOf(n, "a", "b"))));
    await Promise.all([store.deleteFiles([1]), store.add(rowsOf(20, "a")), store.deleteFiles([2])]);
    expect(await store.countRows()).toBe(21);
    expect(new Set((await store.countByFile()).values())).toEqual(new Set([1, 2]));
  });
});

describe("search", () => {
  test("finds nothing in an empty table, nor for no terms", async () => {
    const store = await newStore();
    expect(await store.search(["a"], 5)).toEqual([]);
    await store.add(rowsOf(1, "a"));
    expect(await store.search([], 5)).toEqual([]);
    expect(await store.search(["", " "], 5)).toEqual([]);
  });

  test("finds rows before and after they are in the full-text index, best first", async () => {
    const store = await newStore();
    await store.add(rowsOf(1, "parse file", "write file"));
    expect(ids(await store.search(["parse", "file"], 5))).toEqual(["1.0", "1.1"]);
    await store.add(rowsOf(2, ...Array.from({ length: 1_200 }, () => "filler words")));
    await store.maintain(neverStopped);
    await store.add(rowsOf(3, "parse parse"));
    const hits = await store.search(["parse", "file"], 5);
    expect(ids(hits).sort()).toEqual(["1.0", "1.1", "3.0"]);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
    expect(hits[0]?.score).toBeGreaterThan(0);
  });

  test("gives no more than asked for", async () => {
    const store = await newStore();
    await store.add(rowsOf(1, ...Array.from({ length: 50 }, () => "same")));
    expect(await store.search(["same"], 7)).toHaveLength(7);
    expect(await store.search(["same"], 1_000)).toHaveLength(50);
  });

  test("reads what was found in the order that is asked for, with its score", async () => {
    const store = await newStore();
    await store.add([...rowsOf(1, "parse", "parse file"), ...rowsOf(2, "file")]);
    const rows = await store.search(["parse", "file"], 5);
    const backwards = rows.toReversed();
    const hits = await store.read(backwards);
    expect(ids(hits)).toEqual(ids(backwards));
    expect(hits.map(({ score }) => score)).toEqual(backwards.map(({ score }) => score));
    expect(hits.find(({ fileId }) => fileId === 2)?.text).toBe("text 2.0");
    expect(await store.read([])).toEqual([]);
  });

  test("reads rows that were moved meanwhile, and leaves out those that are gone", async () => {
    const location = await createDiskIndex();
    const writer = await openStore(location);
    const reader = await openStore(location);
    for (let n = 1; n <= 103; n += 1) {
      await writer.add(rowsOf(n, "same"));
    }
    const rows = await reader.search(["same"], 200);
    await writer.deleteFiles([7]);
    expect(await reader.read(rows)).toHaveLength(102);
    await writer.maintain(neverStopped);
    const again = await reader.search(["same"], 200);
    expect(again.map(({ rowId }) => rowId)).not.toContain(rows[0]?.rowId);
    expect(ids(await reader.read(rows))).toEqual(ids(rows.filter(({ fileId }) => fileId !== 7)));
  });

  const HOSTILE = [
    '"unclosed',
    "a:b",
    "-not",
    "+must",
    "AND",
    "wild*",
    "fuzzy~2",
    "(",
    ")",
    "\\",
    "'; DROP TABLE chunks; --",
    "日本",
    "é",
    "\0",
    "😀",
    "\ud800",
    "x".repeat(5_000),
  ];

  test("takes every term as plain text", async () => {
    const store = await newStore();
    await store.add(rowsOf(1, '"unclosed a:b -not AND wild* fuzzy~2 ( \\ 日本 é 😀', "other"));
    for (const term of HOSTILE) {
      const hits = await store.search([term], 5);
      expect(hits.length).toBeLessThanOrEqual(1);
    }
    for (const term of ['"unclosed', "a:b", "-not", "AND", "wild*", "fuzzy~2", "(", "\\", "日本", "é", "😀"]) {
      expect(ids(await store.search([term], 5))).toEqual(["1.0"]);
    }
    expect(await store.search(["wild", "fuzzy", "and", "not"], 5)).toEqual([]);
  });

  test("never fails on any terms", async () => {
    const store = await newStore();
    await store.add(rowsOf(1, "some words here"));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 8 }), async (terms) => {
        await store.search(terms, 3);
      }),
      { numRuns: 150 },
    );
  });

  test("with a thousand terms works", async () => {
    const store = await newStore();
    await store.add(rowsOf(1, "w500"));
    expect(
      ids(
        await store.search(
          Array.from({ length: 1_000 }, (_, n) => `w${n}`),
          3,
        ),
      ),
    ).toEqual(["1.0"]);
  });
});

describe("a reader in another place", () => {
  test("finds at once what the writer wrote, deleted and tidied", async () => {
    const location = await createDiskIndex();
    const writer = await openStore(location);
    const reader = await openStore(location);
    await writer.add(rowsOf(1, "first"));
    expect(ids(await reader.search(["first"], 5))).toEqual(["1.0"]);
    await writer.deleteFiles([1]);
    await writer.add(rowsOf(2, ...Array.from({ length: 1_500 }, (_, n) => `second w${n}`)));
    await writer.maintain(neverStopped);
    expect(await reader.search(["first"], 5)).toEqual([]);
    expect(await reader.search(["second"], 5)).toHaveLength(5);
    expect(await reader.countRows()).toBe(1_500);
  });

  test("goes on while the table is compacted again and again", async () => {
    const location = await createDiskIndex();
    const writer = await openStore(location);
    const reader = await openStore(location);
    let isDone = false;
    const reading = (async () => {
      while (!isDone) {
        for (const store of [reader, writer]) {
          const rows = await store.search(["w1"], 3);
          expect(ids(await store.read(rows))).toEqual(ids(rows));
        }
      }
    })();
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 101; n += 1) {
        await writer.add(rowsOf(round * 1000 + n, `w${n}`));
      }
      await writer.maintain(neverStopped);
    }
    isDone = true;
    await reading;
    expect(await reader.countRows()).toBe(202);
    expect(ids(await reader.search(["w1"], 5)).sort()).toEqual(["1.0", "1001.0"]);
  });
});

describe("maintenance", () => {
  test("merges many small writes into few files", async () => {
    const location = await createDiskIndex();
    const store = await openStore(location);
    for (let n = 0; n < 102; n += 1) {
      await store.add(rowsOf(n, `w${n}`));
    }
    await store.maintain(neverStopped);
    const versions = () => readdirSync(join(location.indexDir, "chunks.lance", "_versions")).sort();
    const after = versions();
    await store.maintain(neverStopped);
    expect(versions()).toEqual(after);
    expect(await store.countRows()).toBe(102);
    expect(ids(await store.search(["w77"], 3))).toEqual(["77.0"]);
  });

  test("merges what a long run has left, before there are a hundred pieces of it", async () => {
    const location = await createDiskIndex();
    const store = await openStore(location);
    const data = () => readdirSync(join(location.indexDir, "chunks.lance", "data")).length;
    for (let n = 0; n < 33; n += 1) {
      await store.add(rowsOf(n, ...Array.from({ length: 1_000 }, () => "w")));
    }
    const before = data();
    await store.maintain(neverStopped);
    expect(data()).toBe(before + 1); // the pieces are kept for an hour
    await store.maintain(neverStopped);
    expect(data()).toBe(before + 1);
    expect(await store.countRows()).toBe(33_000);
  });

  test("rewrites the table when most of what is kept is as old as versions that may go", async () => {
    const location = await createDiskIndex();
    const store = await openStore(location);
    const noise = () => randomBytes(2_000_000).toString("base64");
    for (let n = 0; n < 3; n += 1) {
      const rows = [1, 2, 3, 4].flatMap((file) => rowsOf(10 * n + file, "w"));
      await store.add(rows.map((row) => ({ ...row, text: noise() })));
    }
    await store.deleteFiles([1, 2, 3, 11, 12, 13, 21, 22, 23]);
    const table = join(location.indexDir, "chunks.lance");
    const files = () => readdirSync(join(table, "data"));
    const before = files();
    await store.maintain(neverStopped);
    expect(files()).toEqual(before);
    for (const name of readdirSync(table, { recursive: true, encoding: "utf8" })) {
      utimesSync(join(table, name), 1, 1);
    }
    await store.maintain(neverStopped);
    const written = files().filter((name) => !before.includes(name));
    expect(written).toHaveLength(1);
    await store.maintain(neverStopped);
    expect(files().filter((name) => !before.includes(name))).toEqual(written);
  });

  test("sweeps out what a killed writer left half written, not what is new", async () => {
    const location = await createDiskIndex();
    const store = await openStore(location);
    await store.add(rowsOf(1, "a"));
    const data = join(location.indexDir, "chunks.lance", "data");
    for (const name of [".tmpold", ".tmpnew"]) {
      writeFileSync(join(data, name), "half");
    }
    utimesSync(join(data, ".tmpold"), 1, 1);
    await store.maintain(neverStopped);
    expect(readdirSync(data).filter((name) => name.startsWith(".tmp"))).toEqual([".tmpnew"]);
  });

  test("stops between its steps", async () => {
    const store = await newStore();
    await expect(store.maintain(AbortSignal.abort())).rejects.toThrow("aborted");
  });
});

test("LanceDB keeps what it remembers in caches with our limits", async () => {
  const { indexDir } = await createDiskIndex();
  const lance = await loadLance();
  let session: Session | undefined;
  const connect = (uri: string, options: ConnectionOptions) => {
    session = options.session;
    return lance.connect(uri, options);
  };
  const connection = await connectTo({ ...lance, connect } as LanceModule, indexDir);
  onTestFinished(() => connection.close());
  const table = await connection.openTable("chunks");
  await table.countRows();
  expect(session?.approxNumItems()).toBeGreaterThan(0); // of another session nothing would be known
});

describe("damage", () => {
  async function filled(): Promise<IndexLocation> {
    const location = await createDiskIndex();
    const store = await openStore(location);
    await store.add(rowsOf(1, "a", "b"));
    await store.add(rowsOf(2, ...Array.from({ length: 1_500 }, (_, n) => `w${n}`)));
    await store.maintain(neverStopped);
    await store.close();
    return location;
  }

  const each = (location: IndexLocation, folder: string, harm: (path: string) => void) => {
    const dir = join(location.indexDir, "chunks.lance", folder);
    for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) {
        harm(join(entry.parentPath, entry.name));
      }
    }
  };
  const zero = (path: string) => writeFileSync(path, Buffer.alloc(2_000));

  test.each([
    { folder: "data", harm: (path: string) => rmSync(path), what: "data files are gone" },
    { folder: "data", harm: (path: string) => truncateSync(path, 0), what: "data files are empty" },
    { folder: "data", harm: (path: string) => truncateSync(path, 100), what: "data files are cut off" },
    { folder: "data", harm: zero, what: "data files are zeroed" },
    { folder: "_versions", harm: (path: string) => truncateSync(path, 0), what: "versions are empty" },
    { folder: "_versions", harm: (path: string) => truncateSync(path, 40), what: "versions are cut off" },
    { folder: "_versions", harm: zero, what: "versions are zeroed" },
    { folder: "_versions", harm: (path: string) => rmSync(path), what: "versions are gone" },
    { folder: "", harm: (path: string) => rmSync(path), what: "everything is gone" },
  ])("is told when the table is opened and counted: $what", async ({ folder, harm }) => {
    const location = await filled();
    each(location, folder, harm);
    await expect(openStore(location).then((store) => store.countByFile())).rejects.toThrow("index-damaged");
  });

  test.each([
    { harm: (path: string) => rmSync(path), what: "gone" },
    { harm: (path: string) => truncateSync(path, 0), what: "empty" },
    { harm: zero, what: "zeroed" },
  ])("of the full-text index alone is mended: $what", async ({ harm }) => {
    const location = await filled();
    each(location, "_indices", harm);
    const store = await openStore(location);
    await store.mendSearchIndex();
    expect(ids(await store.search(["a"], 5))).toEqual(["1.0"]);
    expect(ids(await store.search(["w77"], 5))).toEqual(["2.77"]);
  });
});

describe("a folder that is gone", () => {
  test.each([
    { does: ({ indexDir }: IndexLocation) => rmSync(indexDir, { recursive: true }), what: "deleted" },
    {
      does: (location: IndexLocation) => {
        rmSync(location.indexDir, { recursive: true });
        makeIndexDirectory(location);
        writeMarker(location, {}, 0);
      },
      what: "made anew",
    },
  ])("is not written to: $what", async ({ does }) => {
    const location = await createDiskIndex();
    const store = await openStore(location);
    await store.add(rowsOf(1, "a"));
    does(location);
    for (const write of [
      () => store.add(rowsOf(2, "b")),
      () => store.deleteFiles([1]),
      () => store.maintain(neverStopped),
    ]) {
      await expect(write()).rejects.toThrow("deleted or replaced");
    }
    expect(existsSync(join(location.indexDir, "chunks.lance"))).toBe(false);
  });
});

describe("a place", () => {
  test.each(["with space", "José ñ 日本", "a#b?c%20d&e", "quote'\"`", "s3:", "[brackets]{1}"])(
    "may be called %j",
    async (name) => {
      const location = await createDiskIndex(join(temporaryFolder(), name));
      const store = await openStore(location);
      await store.add(rowsOf(1, "a"));
      expect(ids(await (await openStore(location)).search(["a"], 1))).toEqual(["1.0"]);
      expect(existsSync(join(location.indexDir, "chunks.lance", "data"))).toBe(true);
    },
  );

  test("that cannot be written says so", async () => {
    const file = join(temporaryFolder({ file: "" }), "file");
    await expect(createLanceTable(join(file, "below"))).rejects.toThrow("index-unwritable");
  });
});
