/**
 * How many false statements the checks of citations mark, and how many true ones.
 *
 *     npm run bench:citations -- --repos DIR [--answers N] [--seed N] [--show]
 *
 * DIR holds one folder for each repository. N answers (300) with one known fault each, of five kinds, and as many
 * correct ones are made from their files, of those whose names hold no white space and whose text no control characters;
 * `--show` prints what was marked or left wrongly.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { seenText } from "../src/core/answering/prompt/unseenText";
import { measureCitations } from "./citations/measure";
import { FAULTS, type RepositoryFile } from "./citations/synthesis";

/** Of each repository, so that a large one costs no more than a small one. */
const MAX_FILES = 150;
const MAX_FILE_LENGTH = 200_000;
const LEAST_LINES = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      repos: { type: "string" },
      answers: { type: "string", default: "300" },
      seed: { type: "string", default: "1" },
      show: { type: "boolean", default: false },
    },
  });
  if (values.repos === undefined) {
    throw new Error("--repos DIR is needed");
  }
  const root = resolve(values.repos);
  const repositories = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readRepository(join(root, name)))
    .filter((files) => files.length > 0);
  const answers = Number(values.answers);
  const perFault = Math.ceil(answers / FAULTS.length);
  const { faults, correct, missed } = await measureCitations(repositories, perFault, answers, Number(values.seed));
  const all = Object.values(faults);
  const marked = all.reduce((sum, one) => sum + one.marked, 0);
  const made = all.reduce((sum, one) => sum + one.made, 0);
  print(`${repositories.length} repositories`);
  for (const kind of FAULTS) {
    print(`${kind.padEnd(22)} ${faults[kind].marked} of ${faults[kind].made} marked`);
  }
  print(`${"all faults".padEnd(22)} ${marked} of ${made} marked: ${((100 * marked) / made).toFixed(1)} %`);
  print(
    `${"correct answers".padEnd(22)} ${correct.marked} of ${correct.made} marked: ${((100 * correct.marked) / correct.made).toFixed(1)} %`,
  );
  if (values.show) {
    for (const one of missed) {
      print(`\n--- ${one.kind}: ${one.text}\n${one.answer}`);
    }
  }
}

function readRepository(folder: string): RepositoryFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[\w.-]+\.[a-z]{1,6}$/i.test(entry.name))
    .slice(0, MAX_FILES)
    .map((entry) => {
      const absolute = join(entry.parentPath, entry.name);
      const text = readFileSync(absolute, "utf8");
      return { path: absolute.slice(folder.length + 1), text };
    })
    .filter(({ text }) => text.length < MAX_FILE_LENGTH && seenText(text) === text)
    .map(({ path, text }) => ({ path, lines: text.split(/\r?\n/) }))
    .filter(({ lines }) => lines.length >= LEAST_LINES);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
