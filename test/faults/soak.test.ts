/**
 * An engine at work for long, then at rest: what it holds of memory, handles and threads does not grow, and at rest it
 * does nothing at all.
 */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { requests } from "../../src/protocol/engine";
import { temporaryFolder } from "../support/temporaryFolder";
import { EDITS, EditedFolder } from "./support/editedFolder";
import { inForm, printFigures } from "./support/form";
import { type ProcessFigures, processFigures } from "./support/processFigures";
import { Random } from "./support/random";
import { enginePid, openWindow, searchPaths, withDefaults } from "./support/realEngine";

const WORKS_FOR_MS = inForm(30 * 60_000, 40_000);
const RESTS_FOR_MS = inForm(5 * 60_000, 15_000);
const LOOKS_EVERY_MS = inForm(10_000, 1_000);
const FILES = 300;

/** What is put off until all has been quiet for half a minute is done by then, also on a slow machine. */
const SETTLES_IN_MS = 60_000;

// A short run is still warming up.
const MAY_GROW_MB = inForm(40, 300);
const MAY_GROW_HANDLES = inForm(4, 40);
const MAY_GROW_THREADS = inForm(2, 40);
const MAY_TAKE_OF_A_CORE = inForm(0.005, 0.05);

test.skipIf(process.platform !== "linux")(
  "saves and questions, then rest",
  async () => {
    const scratch = temporaryFolder();
    const folder = join(scratch, "folder");
    const indexRoot = join(scratch, "indexes");
    mkdirSync(folder);
    const edited = new EditedFolder({ folder, indexRoot, oracle: join(scratch, "oracle"), seed: 6 });
    edited.createFiles(FILES);
    const window = openWindow(indexRoot);
    onTestFinished(() => window.dispose());
    await window.request(requests.follow, { folder: withDefaults(folder) });
    await edited.scan(window);
    const pid = await enginePid(window);

    const random = new Random(6);
    const looks: ProcessFigures[] = [];
    const end = performance.now() + WORKS_FOR_MS;
    let saves = 0;
    for (let next = performance.now(); performance.now() < end; saves += 1) {
      await edited.edit(
        random.next() < 0.02 ? "index" : random.oneOf(EDITS.filter((edit) => edit !== "index")),
        window,
      );
      expect(await searchPaths(window, folder, `alpha${random.below(50)} version`)).not.toEqual([]);
      if (saves % 5 === 0) {
        await ask(window, folder, `where is alpha${random.below(50)} of version ${random.below(9)}?`);
      }
      if (performance.now() >= next) {
        looks.push(processFigures(pid));
        next += LOOKS_EVERY_MS;
      }
    }
    await edited.judge();
    const worked = growth(looks);
    printFigures("at work", { minutes: WORKS_FOR_MS / 60_000, saves, ...worked, memoryCourseMb: course(looks) });

    await delay(SETTLES_IN_MS);
    const before = processFigures(pid);
    await delay(RESTS_FOR_MS);
    const after = processFigures(pid);
    const rest = {
      writtenBytes: after.writtenBytes - before.writtenBytes,
      shareOfACore: (after.cpuSeconds - before.cpuSeconds) / (RESTS_FOR_MS / 1000),
      memoryMb: [before.memoryMb, after.memoryMb].map(Math.round),
    };
    printFigures("at rest", { minutes: RESTS_FOR_MS / 60_000, ...rest });

    expect(rest.writtenBytes).toBe(0);
    expect(rest.shareOfACore).toBeLessThan(MAY_TAKE_OF_A_CORE);
    expect(worked.memoryMb.grown).toBeLessThan(MAY_GROW_MB);
    expect(worked.handles.grown).toBeLessThanOrEqual(MAY_GROW_HANDLES);
    expect(worked.threads.grown).toBeLessThanOrEqual(MAY_GROW_THREADS);
  },
  WORKS_FOR_MS + RESTS_FOR_MS + 240_000,
);

async function ask(window: ReturnType<typeof openWindow>, folder: string, question: string): Promise<void> {
  const folders = [withDefaults(folder)];
  const answer = await window.request(requests.ask, {
    turnId: question,
    folders,
    question,
    history: [],
    selection: undefined,
    unsaved: [],
    indexFirst: false,
  });
  expect(answer.sources.length).toBeGreaterThan(0);
}

/** From the second third to the last: the first is warming up. */
function growth(looks: readonly ProcessFigures[]) {
  const third = Math.floor(looks.length / 3);
  const of = (name: "memoryMb" | "handles" | "threads") => {
    const [earlier, later] = [looks.slice(third, 2 * third), looks.slice(2 * third)].map((some) =>
      median(some.map((look) => look[name])),
    );
    return { earlier, later, grown: (later ?? 0) - (earlier ?? 0), most: Math.max(...looks.map((look) => look[name])) };
  };
  return { memoryMb: of("memoryMb"), handles: of("handles"), threads: of("threads") };
}

/** Memory in the middle of each tenth of the time: growth that goes on is told from growth that came to an end. */
function course(looks: readonly ProcessFigures[]): number[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const [from, to] = [tenth, tenth + 1].map((at) => Math.floor((at * looks.length) / 10));
    return Math.round(median(looks.slice(from, to).map((look) => look.memoryMb)));
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
