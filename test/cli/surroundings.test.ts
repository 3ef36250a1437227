/** What a shell does to the command line: filters that look like options, a full disk behind stdout, a folder that is gone. */

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type CliWorld, createCliWorld } from "../support/cliRun";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");

let world: CliWorld;
afterEach(() => world.dispose());

/** @param script gets the command as `"$@"`. */
const shell = (script: string, ...args: string[]) => {
  const command = [process.execPath, CLI, ...args, "--index-dir", world.indexRoot];
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", ...command], { cwd: world.folder, encoding: "utf8" });
  return { status, stderr };
};

test.each([
  { args: ["-path:test", "limit"], query: "-path:test limit" },
  { args: ["limit", "-file:test", "--limit", "3"], query: "limit -file:test" },
  { args: ["the limit", "-lang:markdown"], query: "the limit -lang:markdown" },
])("search $args leaves out what the filter names", async ({ args, query }) => {
  world = createCliWorld({ "src/limit.ts": "export const limit = 3;\n", "test/limit.md": "# The limit\n" });
  await world.json("index");
  const found = await world.json<{ query: string; results: { path: string }[] }>("search", ...args);
  expect(found.query).toBe(query);
  expect(found.results.map(({ path }) => path)).toEqual(["src/limit.ts"]);
});

test("ask takes such a filter as well", async () => {
  world = createCliWorld({ "src/limit.ts": "export const limit = 3;\n", "test/limit.md": "# The limit\n" });
  const answer = await world.json("ask", "limit", "-path:test", "--no-ollama");
  expect(answer).toMatchObject({ question: "limit -path:test", citations: [{ path: "src/limit.ts" }] });
});

test.runIf(process.platform === "linux")("output that cannot be written is told in one line", () => {
  world = createCliWorld();
  expect(shell('"$@" > /dev/full', "status")).toEqual({
    status: 1,
    stderr:
      "cloister: The output cannot be written (ENOSPC: no space left on device, write). Send it elsewhere, or free some space.\n",
  });
});

test.skipIf(process.platform === "win32")("a current folder that is gone is told in one line", () => {
  world = createCliWorld();
  mkdirSync(join(world.folder, "gone"));
  expect(shell('cd gone && rmdir ../gone && "$@"', "status")).toEqual({
    status: 1,
    stderr: "cloister: The current folder does not exist any more. Change to another one.\n",
  });
});
