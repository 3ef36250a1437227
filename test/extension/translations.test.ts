/**
 * Every string that a person sees is translated, with its placeholders, and no translation is left over.
 *
 * The strings are found where they are used: in calls of `l10n.t`, in the words of `describeError`, in the table of the
 * panel, and as `%key%` in the manifest.
 */

import { globSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { describeError } from "../../src/client/describeError";
import type { EngineErrorDetail } from "../../src/domain/errors";
import { PANEL_STRINGS } from "../../src/webview/strings";

const read = (path: string): string => readFileSync(path, "utf8");
const table = (path: string): Record<string, string> => JSON.parse(read(path));

/** One of each; a code that is missing here does not compile. */
const ERRORS: { readonly [Code in EngineErrorDetail["code"]]: Extract<EngineErrorDetail, { readonly code: Code }>[] } =
  {
    "folder-not-found": [{ code: "folder-not-found", folder: "" }],
    "folder-not-a-directory": [{ code: "folder-not-a-directory", folder: "" }],
    "folder-unreadable": [{ code: "folder-unreadable", folder: "" }],
    "file-not-found": [{ code: "file-not-found", path: "" }],
    "file-skipped": [{ code: "file-skipped", path: "", reason: "" }],
    "index-missing": [{ code: "index-missing", folder: "" }],
    "index-unreadable": [{ code: "index-unreadable", indexDir: "", cause: "" }],
    "index-unwritable": [{ code: "index-unwritable", indexDir: "", cause: "" }],
    "index-misplaced": [{ code: "index-misplaced", indexDir: "", cause: "" }],
    "index-too-new": [{ code: "index-too-new", indexDir: "", found: 2, supported: 1 }],
    "index-damaged": [{ code: "index-damaged", indexDir: "", problem: "" }],
    "settings-damaged": [{ code: "settings-damaged", path: "" }],
    "index-busy": [{ code: "index-busy", folder: "" }],
    "disk-full": [{ code: "disk-full", indexDir: "" }],
    "question-empty": [{ code: "question-empty" }],
    "question-too-long": [{ code: "question-too-long", length: 2, limit: 1 }],
    "ollama-address-refused": [{ code: "ollama-address-refused", url: "", why: "" }],
    "ollama-unreachable": [{ code: "ollama-unreachable", url: "" }],
    "ollama-timeout": [{ code: "ollama-timeout", url: "", waitedMs: 1 }],
    "ollama-not-ollama": [{ code: "ollama-not-ollama", url: "" }],
    "ollama-failed": [{ code: "ollama-failed", url: "", status: 500, message: "" }],
    "ollama-busy": [{ code: "ollama-busy", url: "u" }],
    "ollama-out-of-memory": [{ code: "ollama-out-of-memory", url: "u", message: "m" }],
    "model-unknown": [{ code: "model-unknown", model: "m" }],
    "model-needs-disk": [{ code: "model-needs-disk", model: "m", neededBytes: 2e9, freeBytes: 1e9 }],
    "ollama-too-old": [{ code: "ollama-too-old", url: "u", message: "m" }],
    "ollama-interrupted": [{ code: "ollama-interrupted", url: "" }],
    "model-not-installed": [
      { code: "model-not-installed", model: "", installed: [] },
      { code: "model-not-installed", model: "", installed: ["m"] },
    ],
    "model-is-remote": [{ code: "model-is-remote", model: "" }],
    "context-too-small": [{ code: "context-too-small", model: "", contextWindow: 1 }],
    "native-module-failed": [{ code: "native-module-failed", cause: "" }],
    "temporary-folder-unwritable": [{ code: "temporary-folder-unwritable", folder: "", cause: "" }],
    "engine-stopped": [{ code: "engine-stopped", cause: "" }],
    "protocol-mismatch": [{ code: "protocol-mismatch", client: 1, engine: 2 }],
    internal: [{ code: "internal", message: "" }],
  };

/** Errors for which the editor has advice of its own, since the usual one speaks of the command line. */
const ADVISED_BY_EDITOR = new Set(
  [...read("src/extension/words/errorWords.ts").matchAll(/"([\w-]+)": \(\) =>/g)].map(([, code]) => code),
);

const errorTemplates = Object.values(ERRORS)
  .flat()
  .flatMap((error) => {
    const { message, advice } = describeError(error);
    return ADVISED_BY_EDITOR.has(error.code) ? [message] : [message, advice];
  });

/** The first argument of every `l10n.t`, and the source of every other one that is no string. */
function l10nCalls(): { strings: string[]; others: string[] } {
  const strings: string[] = [];
  const others: string[] = [];
  for (const path of globSync("src/extension/**/*.ts")) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText())) {
        const [first] = node.arguments;
        if (first && ts.isStringLiteralLike(first)) {
          strings.push(first.text);
        } else {
          others.push(first?.getText() ?? "");
        }
      }
      node.forEachChild(visit);
    };
    visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true));
  }
  return { strings, others };
}

const calls = l10nCalls();

/** English by key, as a bundle should hold it. */
const english: Record<string, string> = {
  ...Object.fromEntries([...calls.strings, ...errorTemplates].map((text) => [text, text])),
  ...Object.fromEntries(Object.entries(PANEL_STRINGS).map(([key, text]) => [`panel.${key}`, text])),
};

const manifestKeys = [...read("package.json").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? "");

const placeholders = (text: string) => [...new Set(text.match(/\{\d+\}/g))].sort();

/** Key, English and translation of everything in one table. */
const pairs = (from: Record<string, string>, to: Record<string, string>) =>
  Object.entries(from).map(([key, text]) => ({ key, text, translation: to[key] ?? "" }));

test("only the words of an error are looked up by what they say", () => {
  expect(calls.others).toEqual(["message", "advice"]);
  expect(calls.strings.length).toBeGreaterThan(80);
});

test("no advice in the editor speaks of the command line", () => {
  expect(errorTemplates.filter((text) => /`cloister|--[a-z]/.test(text))).toEqual([]);
});

test.each(globSync("l10n/bundle.l10n.*.json"))("%s holds every string, and nothing else", (path) => {
  expect(Object.keys(table(path)).sort()).toEqual(Object.keys(english).sort());
});

test.each(globSync("package.nls*.json"))("%s holds every string of the manifest, and nothing else", (path) => {
  expect(Object.keys(table(path)).sort()).toEqual([...new Set(manifestKeys)].sort());
});

test.each([
  ...globSync("l10n/bundle.l10n.*.json").map((path) => ({ path, from: english })),
  ...globSync("package.nls.?*.json").map((path) => ({ path, from: table("package.nls.json") })),
])("$path translates, and keeps placeholders and code as they are", ({ path, from }) => {
  const code = (text: string) => (text.match(/`[^`]+`/g) ?? []).sort();
  for (const { key, text, translation } of pairs(from, table(path))) {
    expect(translation, key).not.toBe("");
    expect(placeholders(translation), key).toEqual(placeholders(text));
    expect(code(translation), key).toEqual(code(text));
  }
});
