/**
 * A writer is killed at each of its system calls, and each call fails in four ways. Whatever happens, every file of the
 * index is afterwards as it was before or as it was to be, and the next writer brings it up to date by itself.
 *
 * strace counts the calls of each thread, and threads share the work differently each time; so every number is tried
 * twice, and the figures say which of all calls were hit.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { bundleProgram } from "../support/bundleProgram";
import { temporaryFolder } from "../support/temporaryFolder";
import { inForm, printFigures } from "./support/form";
import { judgeIndex } from "./support/judgeIndex";
import { type InjectedCall, type Injection, inject, needStrace } from "./support/strace";
import { AFTER, BEFORE, STEPS, type Step, stepIndex, textOf } from "./support/writeSteps";

const CALLS = ["openat", "mkdir", "write", "pwrite64", "fsync", "rename", "renameat", "linkat", "unlink"] as const;
const ERRORS = ["EIO", "ENOSPC", "EPERM", "EXDEV"] as const;

/** Calls of one thread in one step that are tried at most; the rest are reads of files that are there. */
const MOST_KILLS = inForm(30, 1);
const MOST_FAILURES = inForm(8, 1);

/** A thread that could not be woken is waited for in vain. */
const HANGS_AFTER_MS = 60_000;

interface Rig {
  readonly scratch: string;
  readonly folder: string;
  readonly program: string;
}

async function newRig(context: TestContext): Promise<Rig> {
  needStrace(context);
  const scratch = temporaryFolder();
  const folder = join(scratch, "folder");
  mkdirSync(folder);
  for (const step of STEPS) {
    mkdirSync(join(scratch, step));
    const index = stepIndex(folder, join(scratch, step), BEFORE[step]);
    if (step === "tidy") {
      await index.saveOneByOne();
    } else if (step === "replace") {
      await index.refresh();
    }
    await index.handle.close();
  }
  return { scratch, folder, program: await bundleProgram("writeStep") };
}

interface Outcome {
  /** How the step and a search after it went; undefined if the process was killed. */
  readonly said: { readonly write: string; readonly search: string } | undefined;
  /** The call that was hit, if any was. */
  readonly hit: InjectedCall | undefined;
}

/** Takes one step with a fault in it, and judges what it leaves and how the next writer gets on. */
async function takeStep({ scratch, folder, program }: Rig, step: Step, injection: Injection): Promise<Outcome> {
  const indexRoot = join(scratch, "point");
  rmSync(indexRoot, { recursive: true, force: true });
  cpSync(join(scratch, step), indexRoot, { recursive: true });
  const child = spawn(process.execPath, [program, step, folder, indexRoot], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const tracing = await inject(child.pid ?? Number.NaN, injection, join(scratch, "trace"));
  child.stdin.on("error", () => undefined).write("go\n");
  const impatience = setTimeout(() => child.kill("SIGKILL"), HANGS_AFTER_MS);
  const said = (await lines.next()).value;
  await Promise.all([ended, tracing.ended]);
  clearTimeout(impatience);
  await expectOldOrNew(folder, indexRoot, step);
  await expectRecovery(folder, indexRoot, step);
  return { said: said === undefined ? undefined : JSON.parse(said), hit: tracing.injected() };
}

async function expectOldOrNew(folder: string, indexRoot: string, step: Step): Promise<void> {
  const { location } = stepIndex(folder, indexRoot, {});
  const held = await judgeIndex(location);
  const paths = new Set([...Object.keys(BEFORE[step]), ...Object.keys(AFTER[step]), ...(held?.files.keys() ?? [])]);
  for (const path of paths) {
    const allowed = [BEFORE[step][path], AFTER[step][path]].map((version) => version && textOf(path, version));
    expect(allowed, `${path}, old or new`).toContain(held?.files.get(path)?.text);
  }
}

/** Nothing by hand: one run makes it right, a second finds nothing to do, and nothing was moved aside as damaged. */
async function expectRecovery(folder: string, indexRoot: string, step: Step): Promise<void> {
  const index = stepIndex(folder, indexRoot, AFTER[step]);
  await index.refresh();
  expect(await index.search()).toBe(Object.keys(AFTER[step]).length);
  expect(await index.refresh()).toMatchObject({ chunksWritten: 0, filesRemoved: 0 });
  const held = await judgeIndex(index.location);
  expect(held?.strayRows).toBe(0);
  expect([...(held?.files.keys() ?? [])].sort()).toEqual(Object.keys(AFTER[step]).sort());
  expect(index.warnings).toEqual([]);
  expect(readdirSync(indexRoot)).toHaveLength(1);
  await index.handle.close();
}

/** Goes on to the next call until a whole step passes without one. */
async function tryEachCall(
  rig: Rig,
  faults: readonly string[],
  mostCalls: number,
  note: (place: string, fault: string, outcome: Outcome) => void,
): Promise<void> {
  for (const step of STEPS) {
    for (const call of CALLS) {
      for (let n = 1, wasHit = true; wasHit && n <= mostCalls; n += 1) {
        wasHit = false;
        for (const what of faults) {
          const place = `${step} ${call}`;
          const outcome = await takeStep(rig, step, { call, what, when: String(n) }).catch((error: unknown) => {
            throw new Error(`${place} ${n} with ${what}`, { cause: error });
          });
          wasHit ||= outcome.hit !== undefined;
          note(place, what, outcome);
        }
      }
      console.info(`${step} ${call} done`); // it takes an hour
    }
  }
}

/** How many different calls were hit. */
class Places {
  readonly #hits = new Map<string, Set<number>>();

  add(place: string, { number }: InjectedCall): void {
    this.#hits.set(place, (this.#hits.get(place) ?? new Set()).add(number));
  }

  get distinct(): number {
    return [...this.#hits.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

test(
  "killed at each system call",
  async (context) => {
    const rig = await newRig(context);
    const places = new Places();
    let kills = 0;
    let afterTheEnd = 0;
    await tryEachCall(
      rig,
      inForm(["signal=KILL", "signal=KILL"], ["signal=KILL"]),
      MOST_KILLS,
      (place, _, { hit, said }) => {
        if (hit !== undefined && said !== undefined) {
          expect(said).toEqual({ write: "done", search: "done" }); // it was killed while it removed its temporary folder
          afterTheEnd += 1;
        } else if (hit !== undefined) {
          places.add(place, hit);
          kills += 1;
        }
      },
    );
    const differentCalls = places.distinct;
    printFigures("killed at a system call", { kills, differentCalls, afterTheEnd, neitherOldNorNew: 0, byHand: 0 });
    expect(kills).toBeGreaterThanOrEqual(inForm(400, 10));
  },
  inForm(7_200_000, 300_000),
);

test(
  "each system call fails",
  async (context) => {
    const rig = await newRig(context);
    const places = new Places();
    const outcomes: Record<string, number> = {};
    let failures = 0;
    await tryEachCall(
      rig,
      inForm<readonly string[]>(ERRORS, ["EIO"]).map((error) => `error=${error}`),
      MOST_FAILURES,
      (place, fault, { hit, said }) => {
        if (hit?.isOfFile) {
          places.add(`${place} ${fault}`, hit);
          failures += 1;
          const { write, search } = said ?? { write: "died", search: "died" };
          for (const what of [`${fault} write ${write}`, `${fault} search ${search}`]) {
            outcomes[what] = (outcomes[what] ?? 0) + 1;
          }
          if (/internal|damaged/.test(write + search)) {
            console.info(place, fault, JSON.stringify(said));
          }
        }
      },
    );
    printFigures("a system call failed", {
      failures,
      differentCalls: places.distinct,
      outcomes,
      neitherOldNorNew: 0,
      byHand: 0,
    });
  },
  inForm(7_200_000, 300_000),
);
