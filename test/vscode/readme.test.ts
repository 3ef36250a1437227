/** The README's commands are the ones that work. The second one, `npm test`, is what runs this. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import manifest from "../../package.json";

const ROOT = resolve(__dirname, "../..");
const home = mkdtempSync(join(tmpdir(), "cloister-readme-"));

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The commands in the README's shell blocks, without their comments. */
const commands = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/```sh\n(.*?)```/gs)].flatMap(
  ([, block = ""]) => block.split("\n").map((line) => line.replace(/\s+#.*$/, "").trim()),
);

/** `npm run` in an empty home, so that nothing of this machine helps; a model would, and take its time. */
async function npm(args: readonly string[]): Promise<string> {
  const env = { ...process.env, HOME: home, XDG_DATA_HOME: join(home, "data"), XDG_CONFIG_HOME: join(home, "config") };
  const { stdout } = await promisify(execFile)("npm", args, { cwd: ROOT, env, maxBuffer: 2 ** 26 });
  return stdout;
}

test("both set-up commands stand in the README", () => {
  expect(commands.filter((command) => command.startsWith("npm ci &&"))).toEqual([
    expect.stringMatching(/^npm ci && npm run ask -- ".+"$/),
    "npm ci && npm test",
    expect.stringContaining("npm run package"),
  ]);
});

test("every script that the README names exists", () => {
  const named = commands.flatMap((command) => [...command.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script));
  expect(named.filter((script) => !(String(script) in manifest.scripts))).toEqual([]);
});

test("the first one answers its question with citations into this repository", async () => {
  const question = /npm run ask -- "(.+)"/.exec(commands.join("\n"))?.[1] ?? "";
  const answer = await npm(["run", "--silent", "ask", "--", "--no-ollama", question]);
  expect(answer).toMatch(/\bsrc\/[\w/]+\.ts:\d+-\d+/);
});

test("asks again without indexing again, and as JSON", async () => {
  const answer = JSON.parse(await npm(["run", "--silent", "ask", "--", "--json", "--no-ollama", "what is a chunk?"]));
  expect(answer).toMatchObject({ question: "what is a chunk?", truncated: false });
  expect(answer.citations.length).toBeGreaterThan(0);
});
