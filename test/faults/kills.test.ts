/**
 * `kill -9` of the engine, and of the process that started it, at random moments of indexing, replacing, deleting and
 * compacting. Afterwards nothing that was acknowledged may be lost, torn or there twice, and nobody has to do anything.
 */

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { EngineClient } from "../../src/client/engineClient";
import { EngineError } from "../../src/domain/errors";
import { temporaryFolder } from "../support/temporaryFolder";
import { startTsx } from "../support/tsxChild";
import { type Edit, EditedFolder } from "./support/editedFolder";
import { expectWithin, inForm, printFigures, spread } from "./support/form";
import { Random } from "./support/random";
import { enginePid, isRunning, openWindow, searchPaths } from "./support/realEngine";

const SEARCHABLE_WITHIN_MS = 2_000;

/** More files than pieces of table that are left alone, so that saving each makes compacting worth while. */
const FILES = 160;
const SAVES_BEFORE_COMPACTING = 115;

/** `first`: the index is being made. `compact`: its pieces are merged, which the engine does by itself when all is quiet. */
type Moment = "first" | "compact" | Edit;

let windows: EngineClient[] = [];

afterEach(async () => {
  await Promise.all(windows.map((window) => window.dispose()));
  windows = [];
});

function open(indexRoot: string): EngineClient {
  const window = openWindow(indexRoot);
  windows.push(window);
  return window;
}

function newFolder(seed: number): {
  readonly folder: string;
  readonly indexRoot: string;
  readonly edited: EditedFolder;
} {
  const scratch = temporaryFolder();
  const folder = join(scratch, "folder");
  const indexRoot = join(scratch, "indexes");
  mkdirSync(folder);
  const edited = new EditedFolder({ folder, indexRoot, oracle: join(scratch, "oracle"), seed });
  edited.createFiles(FILES);
  return { folder, indexRoot, edited };
}

/**
 * The next window, or the next engine of this one, answers a search: milliseconds until it does. What was sent to the killed
 * engine before the window had noticed is sent again.
 */
async function timeToSearch(window: EngineClient, folder: string): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    try {
      await searchPaths(window, folder, "alpha");
      return performance.now() - startedAt;
    } catch (error) {
      if (!isEngineStopped(error) || performance.now() - startedAt > SEARCHABLE_WITHIN_MS) {
        throw error;
      }
    }
  }
}

/** What is going on at that moment: whether it ends before the engine is killed. */
async function endOf(
  moment: Moment,
  edited: EditedFolder,
  window: EngineClient,
  pid: number,
): Promise<"ended" | "killed"> {
  if (moment === "compact") {
    await expect.poll(() => isWriting(edited) && isRunning(pid), { timeout: 60_000, interval: 2 }).toBe(false);
    return isRunning(pid) ? "ended" : "killed";
  }
  try {
    await (moment === "first" ? edited.scan(window) : edited.edit(moment, window));
    return "ended";
  } catch (error) {
    if (!isEngineStopped(error)) {
      throw error;
    }
    return "killed";
  }
}

/** True while there is the mark of a run that goes on. */
const isWriting = ({ location }: EditedFolder) => existsSync(join(location.indexDir, "running"));

const isEngineStopped = (error: unknown) => error instanceof EngineError && error.detail.code === "engine-stopped";

const KILLS: Readonly<Record<Moment, number>> = inForm(
  { first: 25, index: 55, replace: 60, delete: 40, compact: 20 },
  { first: 2, index: 3, replace: 3, delete: 2, compact: 0 },
);

test(
  "the engine is killed",
  async () => {
    const random = new Random(1);
    const searchable: number[] = [];
    const kills: Record<string, number> = {};
    let afterTheEnd = 0;

    for (const moment of ["first", "index", "replace", "delete", "compact"] as const) {
      let { folder, indexRoot, edited } = newFolder(random.below(1e9));
      let window = open(indexRoot);
      let usualMs = 400;
      for (let kill = 0; kill < KILLS[moment]; kill += 1) {
        if (moment === "first" && kill > 0) {
          ({ folder, indexRoot, edited } = newFolder(random.below(1e9)));
        }
        if (kill % 2 === 0 || moment === "first") {
          await window.dispose(); // a window gives up after the third crash, as it should
          window = open(indexRoot);
        }
        if (moment === "first") {
          await enginePid(window);
        } else {
          await edited.scan(window);
        }
        if (moment === "compact") {
          await edited.saveOneByOne(SAVES_BEFORE_COMPACTING, window);
        }
        const pid = await enginePid(window);
        if (moment === "compact") {
          await expect.poll(() => isWriting(edited), { timeout: 60_000, interval: 2 }).toBe(true);
        }
        const startedAt = performance.now();
        const ended = endOf(moment, edited, window, pid);
        await Promise.race([ended, delay(random.next() * usualMs * 1.1)]);
        process.kill(pid, "SIGKILL");
        if ((await ended) === "ended") {
          afterTheEnd += 1;
          usualMs = 0.7 * usualMs + 0.3 * (performance.now() - startedAt);
        } else {
          usualMs *= 1.05;
        }
        kills[moment] = (kills[moment] ?? 0) + 1;
        await expect.poll(() => isRunning(pid)).toBe(false);
        await edited.judge();
        if (moment !== "first") {
          searchable.push(await timeToSearch(window, folder));
        }
      }
      await window.dispose(); // it may not have noticed yet that its engine is gone
      window = open(indexRoot);
      const held = await edited.finish(window);
      expect(held?.files.size).toBe(edited.paths.length);
    }
    printFigures("engine killed", {
      kills,
      afterTheEnd,
      searchableMs: spread(searchable),
      lost: 0,
      torn: 0,
      doubled: 0,
    });
    expectWithin("searchable after a restart", searchable, SEARCHABLE_WITHIN_MS);
  },
  inForm(3_600_000, 240_000),
);

test(
  "the window is killed, and its engine ends by itself",
  async () => {
    const random = new Random(2);
    const searchable: number[] = [];
    const outlived: number[] = [];
    const kills = inForm(50, 3);
    const { folder, indexRoot, edited } = newFolder(2);

    for (let kill = 0; kill < kills; kill += 1) {
      const child = startTsx("editFolder", [folder, indexRoot, edited.oraclePath, String(random.below(1e9))]);
      onTestFinished(() => child.kill());
      const engine = Number(await child.nextLine());
      await delay(random.next() * 3_000);
      const killedAt = performance.now();
      process.kill(child.pid, "SIGKILL");
      await child.ended;
      edited.reread();
      const window = open(indexRoot);
      searchable.push(await timeToSearch(window, folder));
      await expect.poll(() => isRunning(engine), { timeout: 20_000, interval: 20 }).toBe(false);
      outlived.push(performance.now() - killedAt);
      await edited.judge();
      if (kill % 5 === 4 || kill === kills - 1) {
        await edited.finish(window);
      }
      await window.dispose();
    }
    printFigures("window killed", {
      kills,
      searchableMs: spread(searchable),
      engineEndedAfterMs: spread(outlived),
      lost: 0,
      torn: 0,
      doubled: 0,
    });
    expectWithin("searchable in the next window", searchable, SEARCHABLE_WITHIN_MS);
  },
  inForm(1_800_000, 240_000),
);
