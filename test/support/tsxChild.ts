/** Real child processes that run a TypeScript program of the tests, to be killed in earnest. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface TsxChild {
  /** The next line of its output; undefined when it has ended. */
  nextLine(): Promise<string | undefined>;
  /** `kill -9`; settles when the process is gone. */
  kill(): Promise<void>;
}

/** @param program name of a file in `test/support/programs`, without its extension. */
export function startTsx(program: string, args: readonly string[]): TsxChild {
  const path = join(import.meta.dirname, "programs", `${program}.ts`);
  const child = spawn(process.execPath, ["--expose-gc", "--import", "tsx", path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    nextLine: async () => (await lines.next()).value,
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
}
