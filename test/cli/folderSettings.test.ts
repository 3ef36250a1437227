/** What `--exclude` leaves out stays out, whatever becomes of the index. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliWorld, createCliWorld } from "../support/cliRun";

let world: CliWorld;
beforeEach(async () => {
  world = createCliWorld({ "src/a.ts": "export const a = 1;\n", "docs/b.md": "# B\n" });
  await world.json("index", "--exclude", "docs/", "--rebuild");
});
afterEach(() => world.dispose());

const settingsFile = () => join(world.indexDir(), "settings.json");

const indexed = async () => {
  const { files } = await world.json<{ files: { path: string; state: string }[] }>("files");
  return files.filter(({ state }) => state === "indexed").map(({ path }) => path);
};

test.each([
  { how: "indexed once more", args: ["index"] },
  { how: "built anew", args: ["index", "--rebuild"] },
  { how: "checked", args: ["doctor", "--no-ollama"] },
])("when it was built anew and is $how", async ({ args }) => {
  await world.json(...args);
  await world.json("index");
  expect(await indexed()).toEqual(["src/a.ts"]);
});

test("when another setting is named, which leaves this one as it is", async () => {
  await world.json("index", "--max-file-kib", "5");
  writeFileSync(join(world.folder, "src/large.ts"), `export const large = "${"x".repeat(6000)}";\n`);
  await world.json("index");
  expect(await indexed()).toEqual(["src/a.ts"]);
  await world.json("index", "--exclude", "a.*");
  expect(await indexed()).toEqual(["docs/b.md"]);
});

test("when nothing of a damaged index could be kept", async () => {
  rmSync(join(world.indexDir(), "chunks.lance"), { recursive: true });
  expect(await world.json("doctor", "--no-ollama")).toMatchObject({ verdict: "rebuilt" });
  await world.json("index");
  expect(await indexed()).toEqual(["src/a.ts"]);
});

const asDirectory = (path: string) => {
  rmSync(path);
  mkdirSync(join(path, "inside"), { recursive: true });
};

test.each([
  { what: "emptied", damage: (path: string) => writeFileSync(path, "") },
  { what: "of another shape", damage: (path: string) => writeFileSync(path, '{"exclude":"docs/"}') },
  { what: "a folder", damage: asDirectory },
])("where settings.json is $what nothing is indexed, and it is said what to do", async ({ damage }) => {
  damage(settingsFile());
  const { status, stderr } = await world.run("index");
  expect(stderr).toMatch(
    /^cloister: What is to be left out .* cannot be read from .*settings\.json.*--exclude.*delete/,
  );
  expect([status, stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
  const doctor = await world.run("doctor", "--no-ollama", "--json");
  expect(JSON.parse(doctor.stdout)).toMatchObject({
    verdict: "not-repaired",
    problem: { code: "settings-damaged", path: "<index>/settings.json" },
    index: { files: 1 },
  });
  expect([doctor.status, doctor.stderr]).toEqual([1, stderr.replace(settingsFile(), "<index>/settings.json")]);
  expect(await indexed()).toEqual(["src/a.ts"]);
});

test("settings that are named again take the place of a damaged file; of a folder they do not", async () => {
  writeFileSync(settingsFile(), "");
  await world.json("index", "--exclude", "docs/");
  await world.json("index");
  expect(await indexed()).toEqual(["src/a.ts"]);
  asDirectory(settingsFile());
  const { status, stderr } = await world.run("index", "--exclude", "docs/");
  expect([status, stderr]).toEqual([1, expect.stringMatching(/cannot be read from .*settings\.json/)]);
});
