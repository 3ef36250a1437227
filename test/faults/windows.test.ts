/**
 * Two windows on one folder, each with an engine of its own. The one that writes is killed again and again: the other
 * takes its place at once, never beside it, and searches all the while without an error.
 */

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { EngineClient } from "../../src/client/engineClient";
import { temporaryFolder } from "../support/temporaryFolder";
import { type KillableChild, startTsx } from "../support/tsxChild";
import { EditedFolder } from "./support/editedFolder";
import { expectWithin, inForm, printFigures, spread } from "./support/form";
import { Random } from "./support/random";
import { enginePid, openWindow, searchPaths } from "./support/realEngine";

const TAKEN_OVER_WITHIN_MS = 1_000;
const FILES = 60;

test("of processes that take turns with the lock, and are killed, never two have it", async () => {
  const dir = temporaryFolder();
  const log = join(temporaryFolder({ log: "" }), "log");
  const random = new Random(1);
  const children: KillableChild[] = [];
  const start = async () => {
    const child = startTsx("takeTurns", [dir, log]);
    onTestFinished(() => child.kill());
    expect(await child.nextLine()).toBe("ready");
    children.push(child);
  };
  await Promise.all([start(), start(), start(), start()]);
  const killedAt = new Map<number, number>();
  const kills = inForm(100, 6);
  while (killedAt.size < kills) {
    await delay(random.next() * 60);
    const holder = Number(lastLine(log)?.[0]);
    const victim = children.find(({ pid }) => pid === holder) ?? random.oneOf(children); // if possible while it has it
    children.splice(children.indexOf(victim), 1);
    killedAt.set(victim.pid, Date.now());
    await Promise.all([victim.kill(), children.length < 3 ? start() : undefined]);
  }
  await delay(200);
  const { turns, interleaved, takenOverMs } = readTurns(readFileSync(log, "utf8"), killedAt);
  printFigures("the lock", {
    kills,
    turns,
    interleaved,
    killedWhileHolding: takenOverMs.length,
    takenOverMs: spread(takenOverMs),
  });
  expect(interleaved).toBe(0);
  expect(turns).toBeGreaterThan(kills);
});

const lastLine = (log: string) => readFileSync(log, "utf8").trimEnd().split("\n").at(-1)?.split(" ");

/** @param killedAt when each process was killed: from then on its turn is over. */
function readTurns(log: string, killedAt: ReadonlyMap<number, number>) {
  let holder: number | undefined;
  let turns = 0;
  let interleaved = 0;
  const takenOverMs: number[] = [];
  for (const line of log.trimEnd().split("\n")) {
    const [pid, what, at] = line.split(" ");
    if (what === "has") {
      const killed = holder === undefined ? undefined : killedAt.get(holder);
      if (holder !== undefined && killed === undefined) {
        interleaved += 1;
      } else if (killed !== undefined) {
        takenOverMs.push(Number(at) - killed);
      }
      turns += 1;
      holder = Number(pid);
    } else {
      interleaved += Number(holder !== Number(pid));
      holder = undefined;
    }
  }
  return { turns, interleaved, takenOverMs };
}

test(
  "the window that writes is killed",
  async () => {
    const scratch = temporaryFolder();
    const folder = join(scratch, "folder");
    const indexRoot = join(scratch, "indexes");
    mkdirSync(folder);
    const edited = new EditedFolder({ folder, indexRoot, oracle: join(scratch, "oracle"), seed: 4 });
    edited.createFiles(FILES);
    const random = new Random(4);
    const kills = inForm(100, 4);
    const takenOverMs: number[] = [];
    const searchMs: number[] = [];
    let writer = open(indexRoot);
    let other = open(indexRoot);
    await edited.scan(writer);

    for (let kill = 0; kill < kills; kill += 1) {
      const pid = await enginePid(writer);
      await searchPaths(other, folder, "alpha");
      const searching = searchUntilStopped(other, folder, searchMs);
      const write = edited.edit(random.oneOf(["index", "replace", "delete"]), writer).catch(() => undefined);
      await delay(random.next() * 150);
      const waiting = edited.tell(other); // as the second window does: it has seen the same files change
      await delay(random.next() * 20);
      process.kill(pid, "SIGKILL");
      const killedAt = performance.now();
      await waiting;
      takenOverMs.push(performance.now() - killedAt);
      await write;
      await searching.stop();
      await edited.judge();
      await writer.dispose();
      writer = other;
      other = open(indexRoot);
    }
    await edited.finish(writer);
    printFigures("the writer is killed", {
      kills,
      takenOverAndWrittenMs: spread(takenOverMs),
      searches: searchMs.length,
      searchMs: spread(searchMs),
      searchErrors: 0,
    });
    expectWithin("another window has taken over and written", takenOverMs, TAKEN_OVER_WITHIN_MS);
  },
  inForm(3_600_000, 240_000),
);

function open(indexRoot: string): EngineClient {
  const window = openWindow(indexRoot);
  onTestFinished(() => window.dispose());
  return window;
}

/** Searches again and again; `stop` throws the first error that there was. */
function searchUntilStopped(window: EngineClient, folder: string, timesMs: number[]) {
  let isStopped = false;
  const loop = (async () => {
    while (!isStopped) {
      const startedAt = performance.now();
      expect(await searchPaths(window, folder, "alpha")).not.toEqual([]);
      timesMs.push(performance.now() - startedAt);
    }
  })();
  loop.catch(() => undefined); // `stop` throws it
  return {
    stop: () => {
      isStopped = true;
      return loop;
    },
  };
}
