/**
 * Every rule of the checks fires: each case breaks one rule in a copy of the project and expects the tool to name it.
 *
 * A rule that matches nothing looks just like a rule that is kept, so none is trusted unproven.
 */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = resolve(__dirname, "..");
const CONFIGURATION = [".dependency-cruiser.mjs", ".oxlintrc.json", "package.json", "tsconfig.json"];

/** A project with one file for each import that a case below may make. */
const SKELETON = {
  "src/domain/chunk.ts": "export interface Chunk { text: string }\nexport const kinds = 1;\n",
  "src/core/ports.ts": "export interface Port { open(): void }\n",
  "src/core/rank.ts": "export const rank = 1;\n",
  "src/protocol/engine.ts": "export const requests = 1;\n",
  "src/adapters/files/runGit.ts": "export const files = 1;\n",
  "src/adapters/ollama/ollamaClient.ts": "export const client = 1;\n",
  "src/engine/createEngine.ts": "export const engine = 1;\n",
  "src/client/engineClient.ts": "export const client = 1;\n",
  "src/extension/extension.ts": "export const extension = 1;\n",
  "src/cli/main.ts": "export const cli = 1;\n",
  "test/fakes.ts": "export const fakes = 1;\n",
};

/** Rule: the file that breaks it, and how. */
const LAYER_VIOLATIONS: Record<string, readonly [file: string, text: string][]> = {
  "domain-imports-nothing": [
    ["src/domain/x.ts", 'import type { Port } from "../core/ports";\nexport type X = Port;\n'],
    ["src/domain/y.ts", 'export { join } from "node:path";\n'],
  ],
  "core-is-pure": [
    ["src/core/x.ts", 'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n'],
    ["src/core/y.ts", 'import type { Uri } from "vscode";\nexport type Y = Uri;\n'],
    ["src/core/z.ts", 'import { files } from "../adapters/files/runGit";\nexport const z = files;\n'],
    ["src/core/w.ts", 'import { Ollama } from "ollama";\nexport const w = Ollama;\n'],
  ],
  "protocol-is-types-and-schemas": [["src/protocol/x.ts", 'export { rank } from "../core/rank";\n']],
  "adapters-implement-ports": [["src/adapters/x.ts", 'export { engine } from "../engine/createEngine";\n']],
  "adapters-do-not-know-each-other": [
    ["src/adapters/files/walkFiles.ts", 'export { client } from "../ollama/ollamaClient";\n'],
  ],
  "engine-composes": [["src/engine/x.ts", 'export { client } from "../client/engineClient";\n']],
  "client-speaks-the-protocol": [["src/client/x.ts", 'export { rank } from "../core/rank";\n']],
  "surfaces-use-the-client": [
    ["src/extension/x.ts", 'export { rank } from "../core/rank";\n'],
    ["src/cli/x.ts", 'export { files } from "../adapters/files/runGit";\n'],
    ["src/mcp/x.ts", 'export { engine } from "../engine/createEngine";\n'],
  ],
  "surfaces-do-not-know-each-other": [["src/cli/y.ts", 'export { extension } from "../extension/extension";\n']],
  "webview-is-browser-code": [
    ["src/webview/x.ts", 'import { readFileSync } from "node:fs";\nexport const x = readFileSync;\n'],
    ["src/webview/y.ts", 'import type { Uri } from "../client/engineClient";\nexport type Y = Uri;\n'],
  ],
  "webview-takes-types-only": [["src/webview/z.ts", 'export { requests } from "../protocol/engine";\n']],
  "only-the-extension-imports-vscode": [
    ["src/client/y.ts", 'import type { Uri } from "vscode";\nexport type Y = Uri;\n'],
  ],
  "only-its-adapter-imports-lancedb": [["src/engine/y.ts", 'export { connect } from "@lancedb/lancedb";\n']],
  "only-its-adapter-imports-tree-sitter": [["src/engine/z.ts", 'export { Parser } from "web-tree-sitter";\n']],
  "only-its-adapter-imports-ollama": [["src/engine/w.ts", 'export { Ollama } from "ollama";\n']],
  "only-adapters-import-sqlite": [["src/engine/v.ts", 'export { DatabaseSync } from "node:sqlite";\n']],
  "only-guarded-fetch-reaches-out": [
    ["src/adapters/y.ts", 'export { request } from "node:https";\n'],
    ["src/client/z.ts", 'export const load = () => import("node:net");\n'],
    ["src/cli/z.ts", 'export const load = () => require("dns");\n'],
  ],
  "only-known-files-start-processes": [["src/engine/u.ts", 'export { spawn } from "node:child_process";\n']],
  "no-cycles": [["src/engine/a.ts", 'import { a as self } from "./a";\nexport const a = (): unknown => self;\n']],
  "nothing-unresolved": [["src/engine/t.ts", 'export { nowhere } from "./nowhere";\n']],
  "ships-no-tools": [["src/engine/s.ts", 'export { build } from "esbuild";\n']],
  "no-tests-in-the-product": [["src/engine/r.ts", 'export { fakes } from "../../test/fakes";\n']],
};

/** Rule, as oxlint names it: code that breaks it. All stands in `src/engine`. */
const LINT_VIOLATIONS: readonly [rule: string, text: string][] = [
  ["no-restricted-globals", 'export const x = fetch("http://example.com");\n'],
  ["no-restricted-globals", 'export const x = new WebSocket("ws://example.com");\n'],
  ["no-restricted-globals", "export const x = new XMLHttpRequest();\n"],
  ["no-restricted-globals", 'export const x = new EventSource("http://example.com");\n'],
  ["no-restricted-properties", 'export const x = globalThis.fetch("http://example.com");\n'],
  ["no-restricted-properties", 'export const x = globalThis["fetch"];\n'],
  ["no-restricted-properties", "export const { fetch: x } = globalThis;\n"],
  ["no-restricted-properties", 'export const x = navigator.sendBeacon("http://example.com");\n'],
  ["no-restricted-properties", 'export const x = process.getBuiltinModule("net");\n'],
  ...["http", "https", "http2", "net", "dns", "dns/promises", "tls", "dgram"].flatMap((name): [string, string][] => [
    ["no-restricted-imports", `import * as x from "node:${name}";\nexport { x };\n`],
    ["no-restricted-imports", `import * as x from "${name}";\nexport { x };\n`],
  ]),
  ["no-restricted-imports", 'import * as x from "undici";\nexport { x };\n'],
  ["no-restricted-imports", 'import ollama from "ollama";\nexport const x = ollama;\n'],
  ["no-explicit-any", "export const x = (y: any) => y;\n"],
  ["no-floating-promises", "export function x(y: Promise<void>) {\n  y;\n}\n"],
  ["switch-exhaustiveness-check", 'export function x(y: "a" | "b") {\n  switch (y) {\n    case "a":\n  }\n}\n'],
  ["no-empty", "export function x(y: () => void) {\n  try {\n    y();\n  } catch {}\n}\n"],
  ["no-eval", "export const x = (y: string) => eval(y);\n"],
  ["no-default-export", "export default 1;\n"],
  ["no-barrel-file", 'export * from "./createEngine";\n'],
  ["max-lines-per-function", `export function x(y: () => void) {\n${"  y();\n".repeat(61)}}\n`],
  ["max-lines", "export const x = [\n".concat("  1,\n".repeat(400), "];\n")],
];

/** Project: a name that its code must not see. */
const TYPE_VIOLATIONS: readonly [project: string, file: string, text: string][] = [
  ["src/core", "src/core/time.ts", "export const x = setTimeout;\n"],
  ["src/core", "src/core/global.ts", "export const x = process.env;\n"],
  ["src/core", "src/core/page.ts", "export const x = document;\n"],
  ["src/core", "src/core/out.ts", "export const x = fetch;\n"],
  ["src/webview", "src/webview/node.ts", "export const x = process.env;\n"],
  [".", "src/engine/page.ts", "export const x = document;\n"],
];

interface LayerReport {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

interface LintReport {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

let project = "";

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "cloister-architecture-"));
  const projects = ["src/core/tsconfig.json", "src/core/platform.d.ts", "src/webview/tsconfig.json"];
  for (const file of [...CONFIGURATION, ...projects]) {
    write(file, readFileSync(join(ROOT, file), "utf8"));
  }
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"), "junction");
  for (const [file, text] of Object.entries(SKELETON)) {
    write(file, text);
  }
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
}

/** Runs a tool in the copy; its exit status says no more than its report. */
function run(tool: string, ...args: string[]): Promise<string> {
  return new Promise((done, failed) => {
    const script = join(ROOT, "node_modules", tool);
    execFile(process.execPath, [script, ...args], { cwd: project, maxBuffer: 2 ** 26 }, (_, stdout, stderr) =>
      stdout === "" && stderr !== "" ? failed(new Error(stderr)) : done(stdout),
    );
  });
}

const cruise = async (): Promise<LayerReport["summary"]> => {
  const report = await run("dependency-cruiser/bin/dependency-cruiser.mjs", "src", "--output-type", "json");
  return (JSON.parse(report) as LayerReport).summary;
};

const lint = async (): Promise<LintReport["diagnostics"]> =>
  (JSON.parse(await run("oxlint/bin/oxlint", "--format", "json")) as LintReport).diagnostics;

const typecheck = (tsconfig: string): Promise<string> => run("typescript/bin/tsc", "-p", tsconfig, "--pretty", "false");

test("a project that keeps the rules passes", async () => {
  expect((await cruise()).violations).toEqual([]);
  expect(await lint()).toEqual([]);
  expect(await typecheck(".")).toBe("");
});

test("every layer rule has its violation here, and reports it", async () => {
  for (const [file, text] of Object.values(LAYER_VIOLATIONS).flat()) {
    write(file, text);
  }
  const { violations, ruleSetUsed } = await cruise();
  expect(ruleSetUsed.forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(LAYER_VIOLATIONS).sort());

  const reported = new Set(violations.map(({ rule, from }) => `${rule.name}: ${from}`));
  const expected = Object.entries(LAYER_VIOLATIONS).flatMap(([rule, cases]) =>
    cases.map(([file]) => `${rule}: ${file}`),
  );
  expect(expected.filter((violation) => !reported.has(violation))).toEqual([]);
});

test("lint reports the network, unhandled promises, untyped code and code too long to read", async () => {
  const cases = LINT_VIOLATIONS.map(([rule, text], index) => ({ rule, text, file: `src/engine/lint${index}.ts` }));
  for (const { file, text } of cases) {
    write(file, text);
  }
  const reported = (await lint()).map(({ code, filename }) => `${filename} ${code}`);
  const silent = cases.filter(
    ({ rule, file }) => !reported.some((line) => line.startsWith(file) && line.includes(rule)),
  );
  expect(silent).toEqual([]);
});

test.each(["src/adapters/ollama/guardedFetch.ts", "test/fakes.test.ts"])("lint lets %s reach out", async (file) => {
  write(file, 'import { request } from "node:http";\nexport const x = () => [fetch("http://127.0.0.1"), request];\n');
  expect((await lint()).filter(({ filename }) => filename === file)).toEqual([]);
});

test("the core sees no platform, the webview no Node, the engine no browser", async () => {
  for (const [, file, text] of TYPE_VIOLATIONS) {
    write(file, text);
  }
  const projects = [...new Set(TYPE_VIOLATIONS.map(([tsconfig]) => tsconfig))];
  const output = (await Promise.all(projects.map(typecheck))).join("\n");
  expect(TYPE_VIOLATIONS.filter(([, file]) => !output.includes(`${file}(1,`))).toEqual([]);
});
