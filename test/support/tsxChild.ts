/** Real child processes that run a TypeScript program of the tests, to be killed in earnest. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface KillableChild {
  readonly pid: number;
  /** The next line of its output; undefined when it has ended. */
  nextLine(): Promise<string | undefined>;
  /** `kill -9`, with every process that it has started; settles when it is gone. */
  kill(): Promise<void>;
  /** Settles when it has ended, however that came about. */
  readonly ended: Promise<unknown>;
}

/** @param program name of a file in `test/support/programs`, without its extension. */
export function startTsx(program: string, args: readonly string[]): KillableChild {
  const path = join(import.meta.dirname, "programs", `${program}.ts`);
  return start(["--expose-gc", "--import", "tsx", path, ...args]);
}

function start(args: readonly string[]): KillableChild {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const exit = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? Number.NaN,
    ended: exit,
    nextLine: async () => (await lines.next()).value,
    kill: async () => {
      killGroup(child.pid);
      await exit;
    },
  };
}

/** A process that was started detached leads a group of its own. */
function killGroup(leader: number | undefined): void {
  try {
    process.kill(-(leader ?? Number.NaN), "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error; // ESRCH: all of it has ended by itself
    }
  }
}
