/**
 * The extension is activated, indexes a folder and is deactivated, again and again in one process: afterwards nothing of it
 * is left, neither with VS Code (a fake that counts) nor with Node nor with the system.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { bundleProgram } from "../support/bundleProgram";
import type * as Program from "../support/programs/extensionWithFakes";
import { temporaryFolder } from "../support/temporaryFolder";
import { inForm, printFigures } from "./support/form";

const ROOT = resolve(import.meta.dirname, "../..");
const TIMES = inForm(50, 4);
const MAY_GROW_HANDLES = 2;

type Context = Parameters<typeof Program.activate>[0];

test(
  "activated and deactivated",
  async () => {
    const program = await bundleProgram("extensionWithFakes");
    const { activate: start, deactivate, living, opened }: typeof Program = await import(pathToFileURL(program).href);
    opened.folder = temporaryFolder({ "a.txt": "alpha\n" });
    let most = 0;
    const cycle = async () => {
      const indexes = temporaryFolder();
      opened.settings = { "cloister.index.location": indexes, "cloister.ollama.url": "http://127.0.0.1:61434" };
      const context = contextOfWindow();
      start(context);
      await expect.poll(() => isIndexed(indexes), { timeout: 30_000, interval: 20 }).toBe(true);
      most = Math.max(most, count([...living.values()]));
      await deactivate(); // VS Code does it in this order
      context.subscriptions.toReversed().forEach((item) => item.dispose());
    };
    await cycle(); // what is loaded once stays
    const before = held();
    for (let n = 1; n < TIMES; n += 1) {
      await cycle();
    }
    await expect.poll(() => held().resources.length).toBeLessThanOrEqual(before.resources.length); // a pipe is closed a moment after its process has ended
    const after = held();
    const left = Object.fromEntries([...living].filter(([, number]) => number !== 0));
    printFigures("activated and deactivated", { times: TIMES, livingMeanwhile: most, left, before, after });
    expect(left).toEqual({});
    expect(after.children).toEqual([]);
    expect(after.handles).toBeLessThanOrEqual(before.handles + MAY_GROW_HANDLES);
  },
  inForm(900_000, 120_000),
);

function contextOfWindow(): Context {
  const memory = new Map<string, unknown>();
  return {
    subscriptions: [],
    asAbsolutePath: (path: string) => join(ROOT, path),
    extension: { id: "cloister.cloister" },
    extensionUri: undefined,
    storageUri: undefined,
    workspaceState: {
      get: (key: string) => memory.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
    },
  } as unknown as Context;
}

/** True once the first run has ended, and while its engine lives. */
function isIndexed(indexes: string): boolean {
  const [name] = readdirSync(indexes);
  return children().length > 0 && name !== undefined && readdirSync(join(indexes, name)).includes("complete");
}

function held() {
  const resources = process.getActiveResourcesInfo().sort(); // timers, pipes, processes and the like
  return { children: children(), resources, handles: readdirSync("/proc/self/fd").length };
}

function children(): string[] {
  const threads = readdirSync("/proc/self/task");
  const pids = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, "utf8").trim().split(" "),
  );
  return pids.filter((pid) => pid !== "" && isEngine(pid));
}

function isEngine(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("engine.js");
  } catch {
    return false;
  }
}

const count = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
