/** A table made of what another has kept says what one says that was made of the files. */

import { describe, expect, test } from "vitest";
import { createSearcher } from "../../../../src/core/retrieval/searcher";
import type { KeptFileRows } from "../../../../src/core/retrieval/table/fileRows";
import { createFileTable, type FileTable } from "../../../../src/core/retrieval/table/fileTable";
import { codeFile } from "../../../support/codeFiles";
import { type MemoryIndex, memoryIndex } from "../../../support/memoryIndex";

/** More than are made anew at each start. */
const FILES = 300;

const fileAt = (at: number) =>
  codeFile(`src/part${at % 7}/redBlue${at}.py`, `class Red${at}\n\n  def blueOf${at}\n\n  def green`);
const threeHundredFiles = () => memoryIndex(...Array.from({ length: FILES }, (_, at) => fileAt(at)));

const synced = (index: MemoryIndex, kept?: unknown, folder = "folder"): FileTable => {
  const table = createFileTable(folder, () => kept);
  table.sync(index.manifest);
  return table;
};

const keptOf = (index: MemoryIndex): KeptFileRows => {
  const kept = structuredClone(synced(index).toKeep(index.manifest));
  expect(kept).toBeDefined();
  return kept as KeptFileRows;
};

const describeTable = (table: FileTable, index: MemoryIndex) => {
  const terms = ["red", "blue", "green", "blueof7", "changed"];
  const parameters = { k1: 1.2, b: 0.6 };
  const [all, top] = [table.scoreDefinitions(terms, parameters), table.scoreTopDefinitions(terms, parameters)];
  const match = table.matchPaths(["part3", "blue", "redblue7"]);
  const sites = ["Red7", "red_8", "blueOf9", "green", "Changed"].map((name) =>
    table
      .sitesOf(name)
      .map(({ slot, level }) => `${table.pathOf(slot)}: ${level}`)
      .sort(),
  );
  const files = Array.from(index.manifest.all(), ({ path }) => {
    const slot = table.slotOf(path) ?? Number.NaN;
    const said = [all[slot], top[slot], match.scores[slot], match.coverage[slot], match.features(slot)];
    return [path, ...said, table.traitsOf(slot), table.isBesideMain(path), table.slotsEndingWith(path).length];
  });
  return { size: table.size, sites, files, rarity: terms.map((term) => table.rarity(term)) };
};

describe("a table made of what was kept", () => {
  test("says what one says that was made of the files", () => {
    const index = threeHundredFiles();
    const table = synced(index, keptOf(index));
    expect(describeTable(table, index)).toEqual(describeTable(synced(index), index));
    expect(table.toKeep(index.manifest)).toBeUndefined();
  });

  test("takes in what was changed, added and removed since", () => {
    const index = threeHundredFiles();
    index.remove("src/part0/redBlue0.py");
    const kept = keptOf(index);
    index.put(codeFile("src/part1/redBlue8.py", "class Changed"), codeFile("src/new.py", "def blueOf9"));
    index.remove("src/part2/redBlue9.py");
    index.put(fileAt(0));
    const table = synced(index, kept);
    expect(describeTable(table, index)).toEqual(describeTable(synced(index), index));
    index.put(codeFile("src/part3/redBlue10.py", "class Changed"));
    table.sync(index.manifest);
    expect(describeTable(table, index)).toEqual(describeTable(synced(index), index));
  });

  test("makes the rows of files anew that another manifest knows by the same number", () => {
    const kept = keptOf(threeHundredFiles());
    const other = memoryIndex(...Array.from({ length: FILES }, (_, at) => (at % 3 === 0 ? renamed(at) : fileAt(at))));
    expect(describeTable(synced(other, kept), other)).toEqual(describeTable(synced(other), other));
  });

  test("is made anew where other words were kept, of another folder, or nothing at all", () => {
    const index = threeHundredFiles();
    const kept = keptOf(index);
    for (const other of [undefined, "garbage", 7, null, [], {}, { ...kept, stamp: `0${kept.stamp}` }]) {
      expect(describeTable(synced(index, other), index)).toEqual(describeTable(synced(index), index));
    }
    const named = synced(index, kept, "part3");
    expect(describeTable(named, index)).toEqual(describeTable(synced(index, undefined, "part3"), index));
    expect(named.toKeep(index.manifest)).toBeDefined();
  });
});

test("made in steps it leaves others their turn, who find it whole, whatever they change", async () => {
  const index = threeHundredFiles();
  const table = createFileTable("folder");
  const changes = [
    () => index.put(codeFile("src/part1/redBlue8.py", "class Changed")),
    () => index.remove("src/part2/redBlue9.py"),
    () => index.put(codeFile("src/new.py", "def blueOf9")),
  ];
  let turns = 0;
  await table.syncInSteps(index.manifest, async () => {
    changes[turns]?.();
    turns += 1;
    table.sync(index.manifest);
    expect(describeTable(table, index)).toEqual(describeTable(synced(index), index));
  });
  expect(turns).toBeGreaterThanOrEqual(changes.length);
  expect(describeTable(table, index)).toEqual(describeTable(synced(index), index));
});

function renamed(at: number) {
  return codeFile(`src/part${at % 7}/redBlue${at}.py`, `class Changed\n\n  def green${at}`);
}

test("is kept by a searcher where it saves the next one time, and used by it", async () => {
  const few = memoryIndex(fileAt(1), fileAt(2));
  await createSearcher(few).keepTable();
  expect(few.keptTable.read()).toBeUndefined();

  const index = threeHundredFiles();
  let writes = 0;
  const keptTable: typeof index.keptTable = {
    read: () => index.keptTable.read(),
    write: async (table) => {
      writes += 1;
      await index.keptTable.write(table);
    },
  };
  const searcher = createSearcher({ ...index, keptTable });
  await searcher.keepTable();
  index.put(codeFile("src/part1/redBlue8.py", "class Changed"));
  await searcher.keepTable();
  expect(writes).toBe(1);

  const next = createSearcher({ ...index, keptTable });
  expect(await next.search("blueOf9", 3)).toEqual(await createSearcher(index).search("blueOf9", 3));
  await next.keepTable();
  expect(writes).toBe(1);
});

/**
 * When this fails, rows are made otherwise than before: raise `KEPT_VERSION` (or `ANALYZER_VERSION`, where terms have
 * changed), so that no engine takes rows of another version for its own.
 */
test("rows are made as this version makes them", () => {
  const kept = keptOf(threeHundredFiles());
  expect([kept.stamp, checksumOf(kept)]).toEqual(["2 1 folder", 461699805]);
});

function checksumOf(kept: KeptFileRows): number {
  let sum = 0;
  const add = (text: string) => {
    for (let at = 0; at < text.length; at += 1) {
      sum = (Math.imul(sum, 31) + text.charCodeAt(at)) | 0;
    }
  };
  add(JSON.stringify(kept, (_, value: unknown) => (value instanceof Int32Array ? Array.from(value) : value)));
  return sum;
}
