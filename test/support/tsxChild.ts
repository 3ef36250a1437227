/** Real child processes that run a TypeScript program of the tests, to be killed in earnest. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface TsxChild {
  readonly process: ChildProcessWithoutNullStreams;
  /** The next line of its output; undefined when it has ended. */
  nextLine(): Promise<string | undefined>;
  /** `kill -9`; settles when the process is gone. */
  kill(): Promise<void>;
}

/** @param program path of a `.ts` file. */
export function startTsx(program: string, args: readonly string[]): TsxChild {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  child.stderr.pipe(process.stderr);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    nextLine: async () => (await lines.next()).value,
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    },
  };
}
