/** An index that was complete and is not what the folder is now; the files and the index are real. */

import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { indexLookUp, searchSessions } from "../../src/engine/searchSessions";
import { Embeddings } from "../../src/engine/vectors/embeddings";
import { ModelTraffic } from "../../src/engine/vectors/modelTraffic";
import { openFolderSession } from "../support/folderSession";
import { createInProcessPreparer } from "../support/inProcessPreparer";
import { temporaryFolder } from "../support/temporaryFolder";

const { signal } = new AbortController();

const noModel = new Embeddings({
  server: () => undefined,
  wanted: () => undefined,
  traffic: new ModelTraffic(),
  clock: Date.now,
});

const FILES = { "a.ts": "export class Wombat {}\n\n\n\n\n", "b.ts": "export const other = 1;\n" };
const SWITCHED = "export class Koala {}\n";

/** Its index holds the folder as it was; from then on nothing is prepared before `letGo`. */
async function indexed(files: Readonly<Record<string, string>> = FILES) {
  const folder = temporaryFolder(files);
  const preparer = createInProcessPreparer(folder);
  const state = { laterMs: 0, gate: Promise.resolve() };
  const { session } = openFolderSession(folder, {
    preparer: { ...preparer, prepare: (...all) => state.gate.then(() => preparer.prepare(...all)) },
    clock: () => Date.now() + state.laterMs,
  });
  await session.index(false, signal);
  const gate = Promise.withResolvers<void>();
  onTestFinished(() => gate.resolve());
  gate.promise.catch(() => undefined); // whoever waits for it is told
  state.gate = gate.promise;
  const deps = { sessions: [session], embeddings: noModel, patienceMs: 0 };
  return {
    session,
    path: (name: string) => join(folder, name),
    letGo: gate.resolve,
    fail: () => gate.reject(new Error("no")),
    later: (ms: number) => {
      state.laterMs += ms;
    },
    lookUp: () => indexLookUp([session], signal),
    search: async (query: string) => {
      const { results, notice } = await searchSessions(deps, query, 10, signal);
      return { found: results.map(({ path }) => path), notice };
    },
  };
}

const NEW_BRANCH = {
  koala: { found: ["a.ts"], notice: "index-partial" },
  wombat: { found: [], notice: "index-partial" },
};

test("a pause amid a switch of branches", async () => {
  const { session, search, path, letGo } = await indexed();
  writeFileSync(path("a.ts"), SWITCHED);
  const run = session.index(false, signal).catch(() => undefined);
  await expect.poll(() => search("koala")).toEqual(NEW_BRANCH.koala);
  session.pause();
  letGo();
  await run;
  expect({ koala: await search("koala"), wombat: await search("wombat") }).toEqual(NEW_BRANCH);
  session.resume();
  await expect.poll(() => search("koala")).toEqual({ found: ["a.ts"], notice: undefined });
  expect(await search("wombat")).toEqual({ found: [], notice: undefined });
});

test("a run that fails amid a switch", async () => {
  const { session, search, path, fail } = await indexed();
  writeFileSync(path("a.ts"), SWITCHED);
  fail();
  await expect(session.index(false, signal)).rejects.toThrow("no");
  expect({ koala: await search("koala"), wombat: await search("wombat") }).toEqual(NEW_BRANCH);
});

test("what changes while indexing is paused", async () => {
  const { session, search, path, later } = await indexed();
  session.pause();
  writeFileSync(path("new.ts"), SWITCHED);
  expect(await search("koala")).toEqual({ found: ["new.ts"], notice: "index-partial" });
  renameSync(path("new.ts"), path("renamed.ts"));
  rmSync(path("a.ts"));
  later(31_000);
  expect(await search("koala")).toEqual({ found: ["renamed.ts"], notice: "index-partial" });
  expect((await search("wombat")).found).toEqual([]);
});

test("files that are gone crowd out none that is there", async () => {
  const gone = Array.from({ length: 300 }, (_, n) => [`old/${n}.ts`, "wombat quokka\n".repeat(3)] as const);
  const filler = "// about nothing in particular\n".repeat(30);
  const { session, search, lookUp, path } = await indexed({
    ...Object.fromEntries(gone),
    "far.ts": `${filler}const x = 1; // wombat quokka\n`,
  });
  session.pause();
  rmSync(path("old"), { recursive: true });
  writeFileSync(path("new.ts"), "const wombat = 1;\n");
  expect((await search("wombat quokka")).found.toSorted()).toEqual(["far.ts", "new.ts"]);
  expect([...(await lookUp().knownNames(["quokka"]))]).toEqual(["quokka"]);
});

test("an answer is checked against the files as they are", async () => {
  const { session, lookUp, path, letGo } = await indexed();
  expect([...(await lookUp().knownNames(["Wombat", "Koala"]))]).toEqual(["Wombat"]);
  writeFileSync(path("a.ts"), SWITCHED);
  rmSync(path("b.ts"));
  session.pause();
  expect([...(await lookUp().knownNames(["Wombat", "Koala", "other"]))]).toEqual(["Koala"]);
  const known = await Promise.all(
    [["a.ts", 1] as const, ["a.ts", 5] as const, ["b.ts", 1] as const].map(([path, endLine]) =>
      lookUp().hasPath(path, endLine),
    ),
  );
  expect(known).toEqual([true, false, false]);
  letGo();
});
