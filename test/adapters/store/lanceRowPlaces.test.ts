import { tableFromArrays } from "apache-arrow";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RowPlaces } from "../../../src/adapters/store/lanceRowPlaces";
import { createDiskIndex, openStore, rowsOf } from "../../support/diskIndex";

const neverStopped = new AbortController().signal;
const textOf = (fileId: number, ordinal: number) => `text ${fileId}.${ordinal}`;

type Step = { readonly add: readonly number[] } | { readonly remove: number } | "tidy";

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ add: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }) }),
    },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant("tidy" as const) },
  ),
  { minLength: 3, maxLength: 12 },
);

test("rows are of the chunks that they were written as, whatever is written, deleted and moved between searches", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all: readonly Step[]) => {
      const location = await createDiskIndex();
      const [writer, reader] = [await openStore(location), await openStore(location)];
      const files = new Map<number, number>();
      let lastFileId = 0;
      for (const step of all) {
        if (step === "tidy") {
          for (let n = 0; n < 101; n += 1) {
            lastFileId += 1; // so many pieces are worth merging
            await writer.add(rowsOf(lastFileId, "all"));
            files.set(lastFileId, 1);
          }
          await writer.maintain(neverStopped);
        } else if ("add" in step) {
          const added = step.add.map((chunks, at) => ({ fileId: lastFileId + at + 1, chunks }));
          lastFileId += added.length;
          await writer.add(added.flatMap(({ fileId, chunks }) => rowsOf(fileId, ...Array(chunks).fill("all"))));
          added.forEach(({ fileId, chunks }) => files.set(fileId, chunks));
        } else {
          const fileId = [...files.keys()][step.remove % Math.max(1, files.size)] ?? 0;
          await writer.deleteFiles([fileId]);
          files.delete(fileId);
        }
        const expected = [...files].flatMap(([fileId, chunks]) =>
          Array.from({ length: chunks }, (_, n) => textOf(fileId, n)),
        );
        for (const store of [writer, reader]) {
          const found = await store.search(["all"], 10_000);
          const hits = await store.read(found);
          expect(hits.map(({ fileId, ordinal }) => textOf(fileId, ordinal)).sort()).toEqual(expected.toSorted());
          expect(hits.map(({ text }) => text)).toEqual(found.map(({ fileId, ordinal }) => textOf(fileId, ordinal)));
          const byPlace = await store.read(found.map((row) => ({ ...row, rowId: undefined })));
          expect(byPlace).toEqual(hits);
          const asked = [...files.keys()].slice(-3);
          const own = await store.chunksOfFiles([...asked, lastFileId + 1]);
          expect(own.map(({ text }) => text)).toEqual(expected.slice(expected.length - own.length));
          expect(own).toHaveLength(asked.reduce((sum, fileId) => sum + (files.get(fileId) ?? 0), 0));
          expect((await store.chunksOfFiles(asked)).map(({ text }) => text)).toEqual(own.map(({ text }) => text));
        }
      }
    }),
    { numRuns: 6 },
  );
}, 120_000);

test("a file that a compaction has parted is known by its rows, and its rows are not told by the file", () => {
  const second = 2 ** 32;
  const places = new RowPlaces(
    tableFromArrays({
      _rowid: BigUint64Array.from([5, 6, 9, second, second + 1].map(BigInt)),
      fileId: Int32Array.of(1, 1, 2, 2, 3),
      ordinal: Int32Array.of(0, 1, 0, 1, 0),
    }),
  );
  const known = [4, 5, 6, 7, 9, second, second + 1, second + 2].map((rowId) => places.at(rowId));
  expect(known).toEqual([
    undefined,
    { fileId: 1, ordinal: 0 },
    { fileId: 1, ordinal: 1 },
    undefined,
    { fileId: 2, ordinal: 0 },
    { fileId: 2, ordinal: 1 },
    { fileId: 3, ordinal: 0 },
    undefined,
  ]);
  expect([1, 2, 3, 4].map((fileId) => places.rowsOf(fileId))).toEqual([[5, 6], undefined, [second + 1], undefined]);
});
