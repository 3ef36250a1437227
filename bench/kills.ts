/**
 * Kills the indexing process again and again and checks the index after each.
 *
 * Usage: npx tsx bench/kills.ts [--kills 50] [--files 150] [--seed 1] [--cli]
 *
 * With `--cli` it kills `cloister index` and its engine as they are built in `dist` (with `--files 1500` they write
 * several batches a run), else a program that commits every few files.
 */

import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createKillRig } from "../test/support/killRig";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    files: { type: "string", default: "150" },
    seed: { type: "string", default: "1" },
    cli: { type: "boolean", default: false },
  },
});

async function main(scratch: string): Promise<void> {
  const rig = createKillRig(scratch, Number(values.files), Number(values.seed), values.cli ? "cli" : "program");
  let kills = 0;
  let runs = 0;
  while (kills < Number(values.kills)) {
    const { wasKilled, killedAfterMs, filesHeld } = await rig.killOnce();
    runs += 1;
    kills += Number(wasKilled);
    const end = wasKilled ? `killed after ${killedAfterMs.toFixed(0)} ms` : "ended first";
    console.log(`${runs}: ${end}, ${filesHeld} files held, all whole`);
  }
  const { files, chunks } = await rig.finish();
  console.log(
    `${kills} kills, nothing lost, torn or doubled; ${files} files and ${chunks} chunks in the end, as on disk`,
  );
}

const scratch = realpathSync.native(mkdtempSync(join(tmpdir(), "cloister-kills-")));
main(scratch).then(
  () => rmSync(scratch, { recursive: true }),
  (error: unknown) => {
    console.error(error, `\nEverything is left in ${scratch}`);
    process.exitCode = 1;
  },
);
