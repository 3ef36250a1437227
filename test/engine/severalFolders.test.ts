/** Several folders are searched as one, and one that is broken does not keep the others from being searched. */

import { globSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { requests } from "../../src/protocol/engine";
import { openWindow, withDefaults } from "../faults/support/realEngine";
import { temporaryFolder } from "../support/temporaryFolder";

async function openTwo() {
  const [sound, broken] = [temporaryFolder({ "a.txt": "wombat" }), temporaryFolder({ "b.txt": "wombat" })] as const;
  const indexRoot = join(temporaryFolder(), "indexes");
  const engine = openWindow(indexRoot);
  onTestFinished(() => engine.dispose());
  const index = (folder: string) => engine.request(requests.index, { folder: withDefaults(folder), rebuild: false });
  await index(sound);
  const folders = [withDefaults(broken), withDefaults(sound)];
  const search = async () => {
    const { results, notice } = await engine.request(requests.search, { folders, query: "wombat", limit: 10 });
    return { paths: results.map(({ path }) => path).toSorted(), notice };
  };
  const question = { turnId: "1", folders, question: "wombat", history: [], selection: undefined, unsaved: [] };
  const ask = (indexFirst: boolean) => engine.request(requests.ask, { ...question, indexFirst });
  const indexBroken = () => index(broken);
  const indexOf = (folder: string) => globSync(join(indexRoot, `${folder.split("/").at(-1)}-*`))[0] ?? "";
  return { sound, broken, search, ask, indexBroken, indexOf };
}

test("one without an index", async () => {
  const { search, ask, indexBroken } = await openTwo();
  expect(await search()).toEqual({ paths: ["a.txt"], notice: "folder-left-out" });
  expect(await ask(false)).toMatchObject({ notice: "folder-left-out", sources: [{ path: "a.txt" }] });
  await indexBroken();
  expect(await search()).toEqual({ paths: ["a.txt", "b.txt"], notice: undefined });
});

test("one without an index is indexed where that is asked for", async () => {
  const { ask, search } = await openTwo();
  const { sources, notice } = await ask(true);
  expect([sources.map(({ path }) => path).toSorted(), notice]).toEqual([["a.txt", "b.txt"], undefined]);
  expect(await search()).toEqual({ paths: ["a.txt", "b.txt"], notice: undefined });
});

test("one that does not exist", async () => {
  const { search, ask, broken } = await openTwo();
  rmSync(broken, { recursive: true });
  expect(await search()).toEqual({ paths: ["a.txt"], notice: "folder-left-out" });
  expect(await ask(true)).toMatchObject({ notice: "folder-left-out", sources: [{ path: "a.txt" }] });
});

test("one whose index is of a newer version", async () => {
  const { search, indexBroken, indexOf, broken } = await openTwo();
  await indexBroken();
  writeFileSync(join(indexOf(broken), "index.json"), '{"formatVersion":99}');
  expect(await search()).toEqual({ paths: ["a.txt"], notice: "folder-left-out" });
});

test("what keeps all of them from being searched is an error", async () => {
  const { search, broken, indexOf, sound } = await openTwo();
  rmSync(broken, { recursive: true });
  rmSync(indexOf(sound), { recursive: true });
  await expect(search()).rejects.toThrow("folder-not-found");
});
