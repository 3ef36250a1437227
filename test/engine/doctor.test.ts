/** The report of `doctor` tells nothing of its sender, whatever went wrong. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeDoctorReport } from "../../src/engine/doctor";
import type { ModelReport } from "../../src/protocol/engine";
import { indexStatus } from "../support/indexStatus";
import { temporaryFolder } from "../support/temporaryFolder";

const MACHINE = { home: "/home/janedoe", temporaryFolder: "/tmp", userName: "janedoe", hostName: "janes-laptop.corp" };

const models = (url: string, more: Partial<ModelReport> = {}): ModelReport => ({
  ...{ url, models: [], available: [], memoryBytes: undefined, freeDiskBytes: undefined, problem: undefined },
  ...more,
});

/** An index in a folder with a space, which is also reached by a link, with these troubles on record. */
function world(troubles: readonly string[] = []) {
  const root = temporaryFolder();
  const indexDir = join(root, "Jane Doe", "Index Store", "app-0123456789abcdef");
  mkdirSync(indexDir, { recursive: true });
  symlinkSync(join(root, "Jane Doe"), join(root, "link"));
  writeFileSync(
    join(indexDir, "troubles.jsonl"),
    troubles.map((what) => `${JSON.stringify({ at: 1, what })}\n`).join(""),
  );
  const realFolder = join(root, "Jane Doe", "Acme Merger", "app");
  const folder = join(root, "link", "Acme Merger", "app");
  const checkup = {
    repairs: [],
    problem: undefined,
    checkedMs: 1,
    realFolder,
    status: indexStatus(folder, { indexDir }),
  };
  return { root, indexDir, realFolder, checkup };
}

test("folder and index by their real paths and by links, without the first slash, cut off, in quotes", async () => {
  const { root, indexDir, realFolder, checkup } = world();
  const bare = indexDir.slice(1);
  const problem = `Dataset at path ${bare}/chunks.lance was not found: ${bare.slice(0, -20)}`;
  const report = await makeDoctorReport(
    {
      ...checkup,
      repairs: [{ kind: "rebuilt", problem }],
      problem: {
        code: "index-unreadable",
        indexDir: join(root, "link", "Index Store", "app-0123456789abcdef"),
        cause: `scandir '${join(root, "Jane Doe", "Index Store")}', folder ${realFolder}/src/a.ts`,
      },
    },
    undefined,
    MACHINE,
  );
  expect(report.repairs).toEqual([
    { kind: "rebuilt", problem: "Dataset at path <index>/chunks.lance was not found: <path>" },
  ]);
  expect(report.problem).toEqual({
    code: "index-unreadable",
    indexDir: "<path>",
    cause: "scandir '<path>', folder <folder>/src/a.ts",
  });
  expect(report.index).toMatchObject({ folder: "<folder>", indexDir: "<index>" });
});

test("troubles are taken apart, also one of Windows and one that lost its end", async () => {
  const cut = JSON.stringify({ code: "index-damaged", problem: "x", indexDir: "/mnt/Acme Merger/very long" }).slice(
    0,
    -9,
  );
  const { checkup } = world([
    JSON.stringify({ code: "disk-full", indexDir: "C:\\Users\\jane doe\\idx\\app-0123456789abcdef" }),
    JSON.stringify({ code: "internal", message: JSON.stringify({ indexDir: "D:\\jane doe\\x" }) }),
    cut,
  ]);
  const { troubles } = await makeDoctorReport(checkup, undefined, MACHINE);
  expect(troubles.map(({ what }) => what)).toEqual([
    '{"code":"disk-full","indexDir":"<path>"}',
    JSON.stringify({ code: "internal", message: '{"indexDir":"<path>"}' }),
    '{"code":"index-damaged","problem":"x","indexDir":"…',
  ]);
});

test.each([
  { url: "http://127.0.0.1:11434", shown: "<this machine>" },
  { url: "http://gpu7.corp.internal:11434", shown: "<private address>" },
  { url: "https://ollama.example.com", shown: "<public address>" },
])("of Ollama at $url only: $shown", async ({ url, shown }) => {
  const message = `getaddrinfo ENOTFOUND ${new URL(url).hostname}, asked by janedoe on janes-laptop`;
  const problem = { code: "ollama-failed", url, status: 500, message } as const;
  const { ollama } = await makeDoctorReport(world().checkup, models(url, { problem }), MACHINE);
  expect(ollama).toMatchObject({ url: shown, problem: { code: "ollama-failed", url: shown } });
  expect(JSON.stringify(ollama)).not.toMatch(/gpu7|example|janedoe|janes/);
});

test("paths within the folder stay, but for the user's name", async () => {
  const { checkup } = world();
  const repairs = [{ kind: "files-dropped", paths: ["src/tmp/a b.ts", "home/janedoe/x.md"] }] as const;
  const report = await makeDoctorReport({ ...checkup, repairs }, undefined, MACHINE);
  expect(report.repairs).toEqual([{ kind: "files-dropped", paths: ["src/tmp/a b.ts", "home/<user>/x.md"] }]);
});

test.each(["", "/"])("a home of “%s” and a user named as one of our words leave the report as it is", async (home) => {
  const { checkup } = world([JSON.stringify({ kind: "rolled-back", versions: 1 })]);
  const machine = { ...MACHINE, home, userName: "healthy", hostName: "kind" };
  const report = await makeDoctorReport(checkup, undefined, machine);
  expect(report).toMatchObject({
    verdict: "healthy",
    troubles: [{ at: 1, what: '{"kind":"rolled-back","versions":1}' }],
    versions: { node: process.versions.node },
  });
});
