/**
 * Damage of every kind that LanceDB does not see, and flipped bits in every file of an index. No search may answer from
 * damage as if it were nothing, a check names what is damaged, and what is indexed again is what the damage reached.
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { expect, test } from "vitest";
import { EngineError } from "../../src/domain/errors";
import { temporaryFolder } from "../support/temporaryFolder";
import { expectWithin, inForm, printFigures, spread } from "./support/form";
import { judgeIndex } from "./support/judgeIndex";
import { Random } from "./support/random";
import { type StepIndex, stepIndex, textOf } from "./support/writeSteps";

const RUNS = 6;
const FILES_IN_RUN = 4;
const FILES = RUNS * FILES_IN_RUN;

/** What is indexed after so many runs; the last changes a file of the first. */
const contentsAfter = (runs: number) => {
  const files = Array.from({ length: Math.min(runs, RUNS) * FILES_IN_RUN }, (_, n) => [`file${n}.ts`, 1] as const);
  return { ...Object.fromEntries(files), ...(runs > RUNS ? { "file1.ts": 2 } : {}) };
};
const CONTENTS = contentsAfter(RUNS + 1);

interface Rig {
  readonly folder: string;
  readonly sound: string;
  /** Where a copy is damaged. */
  readonly damaged: string;
}

async function newRig(): Promise<Rig> {
  const scratch = temporaryFolder();
  const rig = { folder: join(scratch, "folder"), sound: join(scratch, "sound"), damaged: join(scratch, "damaged") };
  mkdirSync(rig.folder);
  for (let run = 1; run <= RUNS + 1; run += 1) {
    const index = stepIndex(rig.folder, rig.sound, contentsAfter(run));
    await index.refresh();
    await index.handle.close();
  }
  return rig;
}

interface Verdict {
  /** What was repaired, first things first; `harmless` where nothing had to be. */
  readonly found: string;
  /** What a search said before anything was checked. */
  readonly search: "right" | "an error" | "less than there is";
  readonly filesIndexed: number;
  readonly repairMs: number;
}

/** @throws if anything wrong was served, or the repaired index is not as the folder. */
async function damage({ folder, sound, damaged }: Rig, harm: (indexDir: string) => void): Promise<Verdict> {
  rmSync(damaged, { recursive: true, force: true });
  cpSync(sound, damaged, { recursive: true });
  harm(join(damaged, readdirSync(damaged)[0] ?? ""));
  const reader = stepIndex(folder, damaged, CONTENTS);
  const search = await searchAll(reader);
  await reader.handle.close();

  const index = stepIndex(folder, damaged, CONTENTS);
  const repairs: string[] = [];
  index.handle.onRepair(({ kind }) => repairs.push(kind));
  index.handle.suspect();
  const startedAt = performance.now();
  const { filesIndexed } = await index.refresh();
  const repairMs = performance.now() - startedAt;
  expect(await searchAll(index)).toBe("right");
  const held = await judgeIndex(index.location);
  expect(Object.fromEntries([...(held?.files ?? [])].map(([path, { text }]) => [path, text]))).toEqual(
    Object.fromEntries(Object.entries(CONTENTS).map(([path, version]) => [path, textOf(path, version)])),
  );
  await index.handle.close();
  return { found: [...new Set(repairs)].sort().join(" + ") || "harmless", search, filesIndexed, repairMs };
}

/** @throws if a search serves what no file holds. */
async function searchAll({ handle }: StepIndex): Promise<Verdict["search"]> {
  try {
    const found = new Set<string>();
    await handle.read(async (index) => {
      for (const hit of (await index?.store.read(await index.store.search(["alpha"], 5_000))) ?? []) {
        if (index?.manifest.get(hit.path)?.fileId === hit.fileId) {
          const text = textOf(hit.path, (CONTENTS as Record<string, number>)[hit.path] ?? 0);
          const lines = text.split("\n").slice(hit.startLine - 1, hit.endLine);
          expect(hit.text, `${hit.path}:${hit.startLine}, as it was found`).toBe(lines.join("\n"));
          found.add(hit.path);
        }
      }
    });
    return found.size === FILES ? "right" : "less than there is";
  } catch (error) {
    if (error instanceof EngineError) {
      return "an error";
    }
    throw error;
  }
}

// ---------------------------------------------------------------- damage

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** Lance counts the names of its versions down. */
const versions = (dir: string) =>
  filesIn(join(dir, "chunks.lance", "_versions")).filter((path) => path.endsWith(".manifest"));
const newest = (dir: string) => versions(dir)[0] ?? "";
const data = (dir: string) => filesIn(join(dir, "chunks.lance", "data"))[2] ?? "";
const terms = (dir: string) => filesIn(join(dir, "chunks.lance", "_indices"));

const empty = (path: string) => truncateSync(path, 0);
const halve = (path: string) => truncateSync(path, statSync(path).size >> 1);
const zero = (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size));
const flip = (path: string, at: number, bit = 2) => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(path, bytes);
};
const flipLast = (path: string) => flip(path, statSync(path).size - 2);
const flipMiddle = (path: string) => flip(path, statSync(path).size >> 1);

const ALL_CASES: readonly (readonly [what: string, harm: (dir: string) => void])[] = [
  ["newest version empty", (dir) => empty(newest(dir))],
  ["newest version cut off", (dir) => halve(newest(dir))],
  ["newest version zeroed", (dir) => zero(newest(dir))],
  ["newest version with a flipped bit", (dir) => flipMiddle(newest(dir))],
  ["newest version gone", (dir) => rmSync(newest(dir))],
  ["a newer version of garbage", (dir) => writeFileSync(newest(dir).replace(/\d\.manifest$/, "0.manifest"), "garbage")],
  [
    "version hint garbage",
    (dir) => writeFileSync(join(dir, "chunks.lance/_versions/latest_version_hint.json"), "garbage"),
  ],
  [
    "version hint of the future",
    (dir) => writeFileSync(join(dir, "chunks.lance/_versions/latest_version_hint.json"), '{"version":99999}'),
  ],
  ["version hint gone", (dir) => rmSync(join(dir, "chunks.lance/_versions/latest_version_hint.json"), { force: true })],
  ["transactions gone", (dir) => rmSync(join(dir, "chunks.lance/_transactions"), { recursive: true })],
  ["all versions gone", (dir) => rmSync(join(dir, "chunks.lance/_versions"), { recursive: true })],
  ["all versions zeroed", (dir) => versions(dir).forEach(zero)],
  ["data file gone", (dir) => rmSync(data(dir))],
  ["data file empty", (dir) => empty(data(dir))],
  ["data file cut off", (dir) => halve(data(dir))],
  ["data file zeroed", (dir) => zero(data(dir))],
  ["data file with a broken end", (dir) => flipLast(data(dir))],
  ["data file with a flipped bit", (dir) => flipMiddle(data(dir))],
  ["list of deleted rows gone", (dir) => rmSync(filesIn(join(dir, "chunks.lance/_deletions"))[0] ?? "")],
  ["search index gone", (dir) => rmSync(join(dir, "chunks.lance/_indices"), { recursive: true })],
  ["a file of the search index gone", (dir) => rmSync(terms(dir)[0] ?? "")],
  ["a file of the search index zeroed", (dir) => zero(terms(dir)[0] ?? "")],
  ["a file of the search index with a flipped bit", (dir) => flipMiddle(terms(dir).at(-1) ?? "")],
  ["manifest gone", (dir) => rmSync(join(dir, "manifest.sqlite"))],
  ["manifest empty", (dir) => empty(join(dir, "manifest.sqlite"))],
  ["manifest cut off", (dir) => halve(join(dir, "manifest.sqlite"))],
  ["manifest zeroed", (dir) => zero(join(dir, "manifest.sqlite"))],
  ["manifest with a flipped bit", (dir) => flipMiddle(join(dir, "manifest.sqlite"))],
  ["marker empty", (dir) => empty(join(dir, "index.json"))],
  ["marker garbage", (dir) => writeFileSync(join(dir, "index.json"), "garbage")],
  ["table gone", (dir) => rmSync(join(dir, "chunks.lance"), { recursive: true })],
];

const CASES = inForm(
  ALL_CASES,
  ALL_CASES.filter((_, n) => n % 5 === 0),
);

const REPAIRED_WITHIN_MS = 5_000;

test(
  "every kind of damage",
  async () => {
    const rig = await newRig();
    const times: number[] = [];
    for (const [what, harm] of CASES) {
      const { found, search, filesIndexed, repairMs } = await damage(rig, harm).catch((error: unknown) => {
        throw new Error(what, { cause: error });
      });
      times.push(repairMs);
      printFigures(what, { found, search, filesIndexed });
      if (found !== "rebuilt" && found !== "harmless") {
        expect(filesIndexed, `${what}: files indexed again`).toBeLessThanOrEqual(FILES_IN_RUN + 1);
      }
    }
    printFigures("damage", { cases: CASES.length, files: FILES, repairMs: spread(times), wrongAnswers: 0 });
    expectWithin("repair", times, REPAIRED_WITHIN_MS);
  },
  inForm(1_800_000, 240_000),
);

test(
  "flipped bits",
  async () => {
    const rig = await newRig();
    const random = new Random(5);
    const sound = join(rig.sound, readdirSync(rig.sound)[0] ?? "");
    const paths = filesIn(sound).filter((path) => statSync(path).size > 0 && !basename(path).startsWith("writer.lock"));
    const figures: Record<string, number> = {};
    const indexedAgain: Record<string, number[]> = {};
    const flips = inForm(200, 6);
    for (let n = 0; n < flips; n += 1) {
      const path = relative(sound, paths[n % paths.length] ?? "");
      const at = random.below(statSync(join(sound, path)).size);
      const bit = random.below(8);
      const { found, search, filesIndexed } = await damage(rig, (dir) => flip(join(dir, path), at, bit)).catch(
        (error: unknown) => {
          throw new Error(`bit ${bit} of byte ${at} of ${path}`, { cause: error });
        },
      );
      for (const what of [`found ${found}`, `search before ${search}`]) {
        figures[what] = (figures[what] ?? 0) + 1;
      }
      (indexedAgain[found] ??= []).push(filesIndexed);
    }
    const filesIndexed = Object.fromEntries(
      Object.entries(indexedAgain).map(([found, counts]) => [found, spread(counts)]),
    );
    printFigures("flipped bits", {
      flips,
      overFiles: paths.length,
      ...figures,
      of: FILES,
      filesIndexed,
      wrongAnswers: 0,
    });
  },
  inForm(3_600_000, 240_000),
);
