/**
 * Real grammars: where files in each language are cut, for a person to review in test/fixtures/chunks/*.chunks, and that
 * no line is lost when the files are broken.
 */

import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PARSED_LANGUAGES } from "../../src/adapters/parsing/treeSitterLanguages";
import { createTreeSitterParser } from "../../src/adapters/parsing/treeSitterParser";
import { type ChunkedFile, chunkFile } from "../../src/core/indexing/chunking/chunkFile";
import { languageOf } from "../../src/core/indexing/chunking/languageOf";
import { SAMPLE_DIR, samples } from "../support/codeSamples";
import { anyDamage } from "../support/damagedText";
import { grammarsForTests } from "../support/grammars";
import { expectPartition } from "../support/partition";

const parse = createTreeSitterParser(grammarsForTests(), (problem) => {
  throw new Error(problem);
});

async function chunk(path: string, text: string): Promise<ChunkedFile> {
  const language = languageOf(path, text);
  return chunkFile(path, text, language, await parse(text, language));
}

/** One line a chunk: its lines, its kind, its name behind what encloses it, and how it begins. */
function render({ chunks, definitions }: ChunkedFile): string {
  const rows = chunks.map(({ startLine, endLine, kind, enclosing, symbol, text }) => {
    const lines = `${startLine}-${endLine}`.padStart(8);
    const name = [...enclosing, symbol ?? "·"].join(" > ");
    const opening =
      text
        .split("\n")
        .find((line) => line.trim() !== "")
        ?.trim() ?? "";
    return `${lines}  ${kind.padEnd(9)} ${name.padEnd(40)}  | ${opening.slice(0, 60)}`.trimEnd();
  });
  const names = definitions.map(
    ({ name, isTopLevel, isType }) => `${isTopLevel ? "" : "."}${name}${isType ? "!" : ""}`,
  );
  return [...rows, "", "Definitions (. member, ! type):", ...wrap(names), ""].join("\n");
}

function wrap(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 110) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines;
}

describe("chunk boundaries", () => {
  test.each(samples)("$name", async ({ name, text }) => {
    const file = await chunk(name, text);
    expectPartition(text, file.chunks);
    await expect(render(file)).toMatchFileSnapshot(join(SAMPLE_DIR, `${name}.chunks`));
  });

  test("there is a sample for every grammar", () => {
    const grammarOf = (language: string) => PARSED_LANGUAGES[language]?.grammar;
    const sampled = new Set(samples.map(({ name, text }) => grammarOf(languageOf(name, text))));
    const missing = Object.values(PARSED_LANGUAGES).filter(({ grammar }) => !sampled.has(grammar));
    expect(missing).toEqual([]);
  });
});

// ---------------------------------------------------------------- broken files

describe("broken files keep every line", () => {
  test.each(samples)("$name", async ({ name, text }) => {
    await fc.assert(
      fc.asyncProperty(anyDamage, async (damage) => {
        const broken = damage(text);
        const language = languageOf(name, text);
        const { chunks } = chunkFile(name, broken, language, await parse(broken, language));
        expectPartition(broken, chunks);
      }),
      { numRuns: 25 },
    );
  });
});

describe("what is too much for a parser", () => {
  test.each([
    ["a line of 30,000 characters", "a.js", `const a = 1;\nconst b = [${"1,".repeat(15_000)}];\nconst c = 2;\n`],
    ["more text than anybody writes", "a.json", `[\n${'"word",\n'.repeat(600_000)}"end"]\n`],
  ])("%s: is cut without one", async (_, path, text) => {
    expect(await parse(text, languageOf(path, text))).toBeUndefined();
    expectPartition(text, (await chunk(path, text)).chunks);
  });

  test.each([
    ["brackets 60,000 deep", "a.json", "[".repeat(15_000).concat("\n").repeat(4)],
    ["comments 20,000 deep", "a.rs", "/*\n".repeat(20_000)],
    ["calls 20,000 deep over as many lines", "a.js", `${"f(\n".repeat(20_000)}${")\n".repeat(20_000)}`],
    ["blocks 5,000 deep", "a.c", `void f() ${"{\n".repeat(5_000)}${"}\n".repeat(5_000)}`],
    ["elements 3,000 deep", "a.html", `${"<div>\n".repeat(3_000)}${"</div>\n".repeat(3_000)}`],
    ["lists 500 deep", "a.yaml", Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}- a`).join("\n")],
    ["100,000 keys", "a.json", `{\n${Array.from({ length: 100_000 }, (_, key) => `"k${key}": 1`).join(",\n")}\n}\n`],
    ["20,000 functions on one line each", "a.py", "def f(): pass\n".repeat(20_000)],
  ])("%s: ends, and loses no line", async (_, path, text) => {
    expectPartition(text, (await chunk(path, text)).chunks);
  });

  test("a language without a grammar", async () => {
    expect(await parse("let x = 1", "swift")).toBeUndefined();
    expect(await parse("x", "__proto__")).toBeUndefined();
    expect(await parse("x", "constructor")).toBeUndefined();
  });
});

test("scripts and styles of a page are cut in their own language, at the page's own lines", async () => {
  const page = samples.find(({ name }) => name === "Counter.vue")?.text ?? "";
  const { definitions } = await chunk("Counter.vue", page);
  expect(definitions.map(({ name }) => name)).toEqual(expect.arrayContaining(["increment", "undo"]));
});
