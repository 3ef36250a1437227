/**
 * Broken sources in every language that has a grammar, ten thousand of them: none crashes the parser, none loses a line,
 * none takes long.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { createTreeSitterParser } from "../../src/adapters/parsing/treeSitterParser";
import { chunkFile } from "../../src/core/indexing/chunking/chunkFile";
import { languageOf } from "../../src/core/indexing/chunking/languageOf";
import { samples } from "../support/codeSamples";
import { anyDamage } from "../support/damagedText";
import { grammarsForTests } from "../support/grammars";
import { expectPartition } from "../support/partition";
import { expectWithin, inForm, printFigures, spread } from "./support/form";

const SOURCES = inForm(10_000, 300);
const CUT_WITHIN_MS = 1_000;

/** Of this process, so that a busy machine does not count. */
function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

test(
  "mutated sources",
  async () => {
    const problems: string[] = [];
    const parse = createTreeSitterParser(grammarsForTests(), (problem) => problems.push(problem));
    const times: number[] = [];
    let slowest = "";
    for (const { name, text } of samples) {
      const language = languageOf(name, text);
      await fc.assert(
        fc.asyncProperty(anyDamage, async (damage) => {
          const broken = damage(text);
          const startedAt = workedMs();
          const { chunks } = chunkFile(name, broken, language, await parse(broken, language));
          const tookMs = workedMs() - startedAt;
          slowest = tookMs > Math.max(0, ...times) ? name : slowest;
          times.push(tookMs);
          expectPartition(broken, chunks);
        }),
        { numRuns: Math.ceil(SOURCES / samples.length), seed: 5 },
      );
    }
    expect(problems).toEqual([]);
    printFigures("mutated sources", {
      sources: times.length,
      languages: samples.length,
      cutMs: spread(times),
      slowest,
      crashes: 0,
      linesLost: 0,
    });
    expectWithin("a broken source is cut", times, CUT_WITHIN_MS);
  },
  inForm(1_800_000, 240_000),
);
