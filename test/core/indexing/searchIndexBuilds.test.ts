/** When a run has the full-text index built, and what goes on meanwhile. */

import { describe, expect, test } from "vitest";
import { fakeFolder, openFakeIndex as open, type RecordingIndex, recordingIndex } from "../../support/fakeFolder";

const neverStopped = new AbortController().signal;
const ignore = () => undefined;

test.each<[what: string, before: number, inAll: number, indexedAt: readonly number[]]>([
  ["as it grows", 0, 250_000, [6_000, 120_000]],
  ["unless it is about to end", 0, 11_000, []],
  ["only where it adds to a large index what can be felt", 20_000, 28_000, []],
  ["where it adds more to an index than was there", 8_000, 24_000, [14_000]],
])("a long run brings the full-text index up to date: %s", async (_, before, inAll, expected) => {
  const names = Array.from({ length: inAll }, (_file, n) => `f${n}`);
  const folder = fakeFolder(Object.fromEntries(names.slice(0, before).map((name) => [name, "x"])));
  const index = recordingIndex();
  await open(folder, index).refresh(neverStopped, ignore);
  const indexedAt: number[] = [];
  const store: typeof index.store = {
    ...index.store,
    updateSearchIndex: async () => {
      indexedAt.push(index.rows.length);
    },
  };
  for (const name of names.slice(before)) {
    folder.write(name, "x");
  }
  await open(folder, { ...index, store }).refresh(neverStopped, ignore);
  expect(indexedAt).toEqual(expected);
});

describe("a build of the full-text index", () => {
  const files = (count: number) =>
    fakeFolder(Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, "x"])));

  /** A build that begins when it is asked for, and ends when the test says so. */
  function heldBuild(index: RecordingIndex) {
    const build = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let atOnce = 0;
    let most = 0;
    const store: typeof index.store = {
      ...index.store,
      updateSearchIndex: async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        begun.resolve();
        await build.promise.finally(() => {
          atOnce -= 1;
        });
      },
    };
    return { index: { ...index, store }, begun: begun.promise, build, most: () => most };
  }

  async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) {
      await new Promise(setImmediate);
    }
  }

  test("holds up no writing, and the run ends after it", async () => {
    const folder = files(20_000);
    const held = heldBuild(recordingIndex());
    let isEnded = false;
    const run = open(folder, held.index)
      .refresh(neverStopped, ignore)
      .finally(() => {
        isEnded = true;
      });
    await expect.poll(() => held.index.rows.length).toBe(20_000);
    await turns(10);
    expect(isEnded).toBe(false);
    held.build.resolve();
    await run;
    expect(held.most()).toBe(1);
  });

  test("that fails stops the run, which throws its error", async () => {
    const folder = files(30_000);
    const held = heldBuild(recordingIndex());
    const run = open(folder, held.index).refresh(neverStopped, ignore);
    await held.begun;
    held.build.reject(new Error("no space"));
    await expect(run).rejects.toThrow("no space");
    expect([...held.index.manifest.all()].length).toBeLessThan(30_000);
    held.index.writes();
    await turns(10);
    expect(held.index.writes()).toEqual([]);
  });

  test("is over when a run that was stopped settles", async () => {
    const folder = files(30_000);
    const held = heldBuild(recordingIndex());
    const stop = new AbortController();
    let isEnded = false;
    const run = open(folder, held.index)
      .refresh(stop.signal, ignore)
      .finally(() => {
        isEnded = true;
      });
    run.catch(() => undefined);
    await held.begun;
    stop.abort();
    await turns(50);
    expect(isEnded).toBe(false);
    held.build.resolve();
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
  });
});
