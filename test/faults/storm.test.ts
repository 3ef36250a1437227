/**
 * A storm over the folder of a real VS Code: very many files are made, changed and removed by a program outside, faster than
 * any watcher tells. Soon after it is quiet the index is as the disk is, and the extension host has kept nobody waiting.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { openSqliteManifest } from "../../src/adapters/store/sqliteManifest";
import { temporaryFolder } from "../support/temporaryFolder";
import { runInVsCode } from "../vscode/runInVsCode";
import { expectWithin, inForm, printFigures } from "./support/form";
import type { StormFigures, StormStart } from "./support/storm";

const FILES = inForm(100_000, 400);
const FILES_IN_FOLDER = 200;

const FRESH_WITHIN_MS = 60_000;
const MAY_WAIT_P99_MS = 15;
const GIVEN_UP_AFTER_MS = inForm(1_200_000, 120_000);

/** Looking at the index from outside is to take no more than a fifth of a core from those who work on it. */
const LOOK_EVERY_MS = 500;
const REST_AFTER_LOOK = 4;

/** The hash of each file, by path. */
type Folder = Map<string, string>;

const textOf = (path: string, version: number) =>
  `export const storm = "${path}";\nexport const version = ${version};\n`;
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

const STORMS: readonly (readonly [what: string, (path: string, n: number) => number | undefined])[] = [
  ["made", () => 1],
  ["changed", () => 2],
  ["some changed, some removed", (_, n) => (n % 2 === 0 ? undefined : 3)],
  ["removed", () => undefined],
];

test(
  "a storm of files",
  async () => {
    const exchange = temporaryFolder();
    const window = runInVsCode({
      suite: "storm",
      folders: { project: { "calm.txt": "calm\n" } },
      environment: { CLOISTER_TEST_EXCHANGE: exchange },
    });
    window.catch(() => undefined); // awaited below
    const { folder, indexes } = await readWhenThere<StormStart>(join(exchange, "started"));
    const truth: Folder = new Map();
    const freshMs: Record<string, number> = {};
    await untilEqual(indexes, truth, "opened");
    for (const [what, versionOf] of STORMS) {
      await storm(folder, truth, versionOf);
      const quietAt = performance.now();
      await untilEqual(indexes, truth, what);
      freshMs[what] = Math.round(performance.now() - quietAt);
    }
    writeFileSync(join(exchange, "over"), "");
    const { waitP99Ms, waitMostMs, memoryGrownMb } = await readWhenThere<StormFigures>(join(exchange, "figures"));
    await window;
    const host = {
      waitP99Ms: waitP99Ms.toFixed(1),
      waitMostMs: Math.round(waitMostMs),
      memoryGrownMb: Math.round(memoryGrownMb),
    };
    printFigures("a storm", { files: FILES, freshMs, host });
    expectWithin("the index is as the disk", Object.values(freshMs), FRESH_WITHIN_MS);
    expectWithin("99 % of what was due in the extension host", [waitP99Ms], MAY_WAIT_P99_MS);
  },
  4 * GIVEN_UP_AFTER_MS,
);

async function storm(folder: string, truth: Folder, versionOf: (path: string, n: number) => number | undefined) {
  for (let n = 0; n < FILES; n += 1) {
    const directory = `storm/${Math.floor(n / FILES_IN_FOLDER)}`;
    const path = `${directory}/file${n}.ts`;
    const version = versionOf(path, n);
    if (version === undefined) {
      rmSync(join(folder, path), { force: true });
      truth.delete(path);
    } else {
      if (n % FILES_IN_FOLDER === 0) {
        mkdirSync(join(folder, directory), { recursive: true });
        await delay(0);
      }
      const text = textOf(path, version);
      writeFileSync(join(folder, path), text);
      truth.set(path, hashOf(text));
    }
  }
}

/**
 * Looks into the manifest from outside until it holds these files, each with its hash, and the one that was there.
 *
 * @param after what was done to them.
 */
async function untilEqual(indexes: string, truth: Folder, after: string): Promise<void> {
  const givenUpAt = performance.now() + GIVEN_UP_AFTER_MS;
  for (;;) {
    const lookedAt = performance.now();
    const different = differences(indexes, truth);
    if (different.length === 0) {
      return;
    }
    if (lookedAt > givenUpAt) {
      const some = different.slice(0, 10).join(", ");
      throw new Error(`after "${after}" the index does not become as the disk is: ${different.length} files: ${some}`);
    }
    await delay(Math.max(LOOK_EVERY_MS, REST_AFTER_LOOK * (performance.now() - lookedAt)));
  }
}

/** The files that the index does not have as they are on disk, or has although they are gone. */
function differences(indexes: string, truth: Folder): string[] {
  const name = existsSync(indexes) ? readdirSync(indexes).find((entry) => entry.startsWith("project-")) : undefined;
  if (name === undefined || !existsSync(join(indexes, name, "index.json"))) {
    return ["all"];
  }
  const manifest = openSqliteManifest(join(indexes, name), false);
  try {
    const hashes = new Map(Array.from(manifest.all(), ({ path, contentHash }) => [path, contentHash]));
    const calm = hashes.delete("calm.txt") ? [] : ["calm.txt"];
    const paths = new Set([...hashes.keys(), ...truth.keys()]);
    return [...calm, ...[...paths].filter((path) => hashes.get(path) !== truth.get(path))];
  } finally {
    manifest.close();
  }
}

async function readWhenThere<T>(path: string): Promise<T> {
  await expect.poll(() => existsSync(path), { timeout: 180_000, interval: 200 }).toBe(true);
  return JSON.parse(readFileSync(path, "utf8")) as T;
}
