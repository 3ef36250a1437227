import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IndexProgress } from "../../../src/domain/indexStatus";
import { type FakeFolder, fakeFolder, LATER, openFakeIndex as open, recordingIndex } from "../../support/fakeFolder";

const neverStopped = new AbortController().signal;
const ignore = () => undefined;

describe("refresh", () => {
  test("begins with what somebody is at work on, then with what was changed last", async () => {
    const folder = fakeFolder({ old: "1", open: "1", fresh: "1" });
    folder.write("fresh", "2", { mtimeMs: 5_000 });
    await open(folder, recordingIndex()).refresh(neverStopped, ignore, { first: new Set(["open"]) });
    expect(folder.reads()).toEqual(["open", "fresh", "old"]);
  });

  test("indexes what is there, and says what it did", async () => {
    const folder = fakeFolder({ "a.ts": "1\n2\n3", "b.md": "x", "empty.txt": "" });
    folder.write("logo.png", "\0", { refused: "binary" });
    folder.write(".env", "", { leftOut: "secret" });
    const index = recordingIndex();
    const summary = await open(folder, index).refresh(neverStopped, ignore);
    expect(index.texts()).toEqual(folder.texts());
    expect(summary).toEqual({
      folder: "/f",
      files: 3,
      chunks: 3,
      skipped: 2,
      bytes: 6,
      filesIndexed: 3,
      filesRemoved: 0,
      chunksWritten: 3,
      embedded: 0,
      reused: 0,
      elapsedMs: 0,
    });
    const reasons = [...index.manifest.all()].map(({ path, reason }) => [path, reason]);
    expect(Object.fromEntries(reasons)).toMatchObject({ ".env": "secret", "logo.png": "binary", "a.ts": undefined });
  });

  test("reads and writes nothing when nothing changed", async () => {
    const folder = fakeFolder({ "a.ts": "1\n2\n3" });
    folder.write("logo.png", "\0", { refused: "binary" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    index.writes();
    folder.reads();
    const summary = await open(folder, index).refresh(neverStopped, ignore);
    expect(index.writes()).toEqual([]);
    expect(folder.reads()).toEqual([]);
    expect(summary).toMatchObject({ filesIndexed: 0, chunksWritten: 0, reused: 2, bytes: 0 });
  });

  test("writes the new rows, then acknowledges, then deletes the old rows", async () => {
    const folder = fakeFolder({ a: "1\n2\n3", b: "1", c: "1" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    index.writes();
    folder.write("a", "one\ntwo");
    folder.write("b", "two");
    await open(folder, index).refresh(neverStopped, ignore);
    expect(index.writes()).toEqual(["add 2", "commit +2 -0", "delete 2"]);
    expect(index.texts()).toEqual(folder.texts());
  });

  test("keeps the chunks of a file whose time stamp alone changed", async () => {
    const folder = fakeFolder({ a: "1\n2\n3" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    index.writes();
    folder.write("a", "1\n2\n3");
    await open(folder, index).refresh(neverStopped, ignore);
    expect(index.writes()).toEqual(["commit +1 -0"]);
    expect(index.texts()).toEqual(folder.texts());
    await open(folder, index).refresh(neverStopped, ignore);
    expect(index.writes()).toEqual([]);
  });

  test("finds the change that came within one tick of the clock after the file was read", async () => {
    const folder = fakeFolder();
    const index = recordingIndex();
    folder.write("a", "old", { mtimeMs: 5_000.5 });
    await open(folder, index, { clock: () => 5_001 }).refresh(neverStopped, ignore);
    index.writes();
    await open(folder, index, { clock: () => 6_000 }).refresh(neverStopped, ignore);
    expect(index.writes()).toEqual([]);
    folder.write("a", "new", { mtimeMs: 5_000.5 });
    await open(folder, index, { clock: () => 6_000 }).refresh(neverStopped, ignore);
    expect(index.texts()).toEqual({ a: "new" });
  });

  test.each([
    { change: (f: FakeFolder) => f.remove("a"), left: { b: "2" }, removed: 1, why: "a deleted file" },
    {
      change: (f: FakeFolder) => f.write("a", "1", { leftOut: "excluded" }),
      left: { b: "2" },
      removed: 1,
      why: "newly excluded",
    },
    {
      change: (f: FakeFolder) => f.write("a", "\0", { refused: "binary" }),
      left: { b: "2" },
      removed: 1,
      why: "now binary",
    },
    {
      change: (f: FakeFolder) => {
        f.write("a", "3");
        f.vanish("a");
      },
      left: { b: "2" },
      removed: 1,
      why: "gone between the scan and the reading",
    },
  ])("takes the chunks of a file out: $why", async ({ change, left, removed }) => {
    const folder = fakeFolder({ a: "1", b: "2" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    change(folder);
    const summary = await open(folder, index).refresh(neverStopped, ignore);
    expect(index.texts()).toEqual(left);
    expect(index.rows).toHaveLength(1);
    expect(summary.filesRemoved).toBe(removed);
  });

  test("reports progress by phases, at most five times a second in between", async () => {
    const folder = fakeFolder(Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, "text"])), 1);
    let now = LATER;
    const seen: IndexProgress[] = [];
    const clock = () => {
      now += 5;
      return now;
    };
    await open(folder, recordingIndex(), { clock }).refresh(neverStopped, (progress) => seen.push(progress));
    expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(["scanning", "indexing", "finishing"]);
    expect(seen.at(-1)).toMatchObject({ filesDone: 100, filesTotal: 100, bytesDone: 400, bytesTotal: 400 });
    const indexing = seen.filter(({ phase }) => phase === "indexing").slice(1);
    expect(indexing.length).toBeGreaterThan(2);
    for (const [earlier, later] of indexing.slice(1).map((later, i) => [indexing[i], later] as const)) {
      expect(later.elapsedMs - (earlier?.elapsedMs ?? 0)).toBeGreaterThanOrEqual(200);
    }
  });

  test("says nothing of indexing where nothing has changed", async () => {
    const folder = fakeFolder({ a: "text" }, 1);
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    const phases: string[] = [];
    await open(folder, index).refresh(neverStopped, ({ phase }) => phases.push(phase));
    expect(phases).toEqual(["scanning"]);
  });

  test("writes one batch while the next one fills, and then waits", async () => {
    const folder = fakeFolder(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, "x"])), 4);
    const index = recordingIndex();
    let written = 0;
    let mostInMemory = 0;
    const store = {
      ...index.store,
      add: async (rows: Parameters<typeof index.store.add>[0]) => {
        for (let turn = 0; turn < 50; turn += 1) {
          await new Promise(setImmediate); // a slow disk: whoever can go on meanwhile does
        }
        written += rows.length;
      },
    };
    let prepared = 0;
    const counted: typeof folder.preparer = {
      ...folder.preparer,
      prepare: async (...args) => {
        prepared += 1;
        mostInMemory = Math.max(mostInMemory, prepared - written);
        return folder.preparer.prepare(...args);
      },
    };
    await open({ ...folder, preparer: counted }, { ...index, store }).refresh(neverStopped, ignore);
    expect(written).toBe(20_000);
    expect(mostInMemory).toBeLessThanOrEqual(2 * 2_000 + 8);
  });
});

describe("update", () => {
  test("looks at the given paths alone", async () => {
    const folder = fakeFolder({ "a/1": "x", "a/2": "y", b: "z" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    folder.write("a/1", "xx");
    folder.remove("a/2");
    folder.write("a/3", "new");
    folder.write("b", "not asked for");
    folder.reads();
    const summary = await open(folder, index).update(["a"], neverStopped);
    expect(folder.reads().sort()).toEqual(["a/1", "a/3"]);
    expect(index.texts()).toEqual({ "a/1": "xx", "a/3": "new", b: "z" });
    expect(summary).toMatchObject({ files: 3, filesIndexed: 2, filesRemoved: 1 });
  });

  test("of a path that nobody knows writes nothing", async () => {
    const folder = fakeFolder({ a: "x" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    index.writes();
    await open(folder, index).update(["node_modules/x", "gone"], neverStopped);
    expect(index.writes()).toEqual([]);
  });
});

describe("stopped", () => {
  test.each([1, 2_001, 4_500])(
    "at the %ith file: whole batches stay, nothing is written afterwards",
    async (stopAt) => {
      const folder = fakeFolder(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`f${n}`, `text ${n}`])), 3);
      const index = recordingIndex();
      const stop = new AbortController();
      let prepared = 0;
      const preparer: typeof folder.preparer = {
        ...folder.preparer,
        prepare: (path, hash, signal) => {
          prepared += 1;
          if (prepared === stopAt) {
            stop.abort();
          }
          return folder.preparer.prepare(path, hash, signal);
        },
      };
      const run = open({ ...folder, preparer }, index).refresh(stop.signal, ignore);
      await expect(run).rejects.toMatchObject({ name: "AbortError" });
      index.writes();
      const batches = Math.floor(stopAt / 2_000);
      expect(Object.keys(index.texts())).toHaveLength(batches * 2_000);
      await new Promise(setImmediate);
      expect(index.writes()).toEqual([]);
      folder.reads();
      await open(folder, index).refresh(neverStopped, ignore);
      expect(folder.reads()).toHaveLength(5_000 - batches * 2_000);
      expect(index.manifest.size).toBe(5_000);
    },
  );

  test("before it began: nothing is read", async () => {
    const folder = fakeFolder({ a: "x" });
    await expect(open(folder, recordingIndex()).refresh(AbortSignal.abort(), ignore)).rejects.toThrow("aborted");
    expect(folder.reads()).toEqual([]);
  });
});

/** Files by letter; a text is a list of lines. Undefined deletes the file. */
const edits = fc.array(
  fc.record({
    path: fc.constantFrom("a", "b", "c", "d/e"),
    text: fc.option(fc.array(fc.constantFrom("x", "y", "z"), { maxLength: 5 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 6 },
);

const rounds = fc.array(fc.record({ edits, killAtWrite: fc.integer({ min: 1, max: 8 }) }), {
  minLength: 1,
  maxLength: 5,
});

test("killed at any write, every acknowledged file is whole, and the next run goes on by itself", async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (rounds) => {
      const folder = fakeFolder();
      const index = recordingIndex();
      const versions = new Map<string, Set<string>>();
      for (const { edits, killAtWrite } of rounds) {
        for (const { path, text } of edits) {
          if (text === undefined) {
            folder.remove(path);
          } else {
            folder.write(path, text.join("\n"));
            versions.set(path, (versions.get(path) ?? new Set()).add(text.join("\n")));
          }
        }
        index.failAt(killAtWrite);
        await open(folder, index).refresh(neverStopped, ignore).catch(expectKill);
        for (const [path, text] of Object.entries(index.texts())) {
          expect(versions.get(path)).toContain(text); // whole, old or new; `texts` throws on torn files
        }
      }
      index.failAt(Number.POSITIVE_INFINITY);
      await open(folder, index).refresh(neverStopped, ignore);
      expect(index.texts()).toEqual(folder.texts());
      expect(index.rows).toHaveLength([...index.manifest.all()].reduce((sum, { chunks }) => sum + chunks, 0));
    }),
    { numRuns: 300 },
  );
});

function expectKill(error: unknown): void {
  expect(error).toMatchObject({ message: "killed" });
}

describe("sweep", () => {
  test("drops rows that no record names, and records whose rows are not all there", async () => {
    const folder = fakeFolder({ a: "1\n2\n3", b: "1", c: "1" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    const [lost] = index.rows.splice(
      index.rows.findIndex(({ path }) => path === "a"),
      1,
    );
    const stray = index.rows.at(-1);
    if (stray !== undefined) {
      index.rows.push({ ...stray, fileId: 999 });
    }
    index.writes();
    await open(folder, index).sweep();
    expect(index.writes()).toEqual(["commit +0 -1", "delete 2"]);
    expect(index.manifest.get(lost?.path ?? "")).toBeUndefined();
    await open(folder, index).refresh(neverStopped, ignore);
    expect(index.texts()).toEqual(folder.texts());
  });

  test("writes nothing where all is well", async () => {
    const folder = fakeFolder({ a: "1", empty: "" });
    const index = recordingIndex();
    await open(folder, index).refresh(neverStopped, ignore);
    index.writes();
    await open(folder, index).sweep();
    expect(index.writes()).toEqual([]);
  });
});
