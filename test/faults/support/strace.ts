/** Stops or fails a process at chosen system calls, by strace. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { TestContext } from "vitest";

/** Skips the test, with the reason, where there is no strace or it may not trace. */
export function needStrace(context: TestContext): void {
  const { status, error, stderr } = spawnSync("strace", ["-qq", "-e", "trace=none", "true"], { encoding: "utf8" });
  if (status !== 0) {
    context.skip(`strace cannot be used here: ${error?.message ?? stderr.trim()}`);
  }
}

export interface Injection {
  readonly call: string;
  /** `signal=KILL`, `error=EIO` and the like. */
  readonly what: string;
  /** Of each thread, counted from 1: `3` is the third call alone, `3+` the third and all that follow. */
  readonly when: string;
}

export interface InjectedCall {
  /** Among the calls of all threads, counted from 1. */
  readonly number: number;
  /** It had to do with files, and not with waking another thread or writing to a pipe. */
  readonly isOfFile: boolean;
}

export interface Tracing {
  /** Settles when the process has ended, or the tracing was ended. */
  readonly ended: Promise<unknown>;
  /** Lets the process go on without. */
  stop(): Promise<void>;
  /** The first call that was tampered with; undefined if none was. */
  injected(): InjectedCall | undefined;
}

/** Settles when the process is being traced. @param output a file for what strace writes. */
export async function inject(pid: number, { call, what, when }: Injection, output: string): Promise<Tracing> {
  const args = [
    "-f",
    "-y",
    "-p",
    String(pid),
    "-o",
    output,
    "-e",
    `trace=${call}`,
    "-e",
    `inject=${call}:${what}:when=${when}`,
  ];
  const child = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  await attached(child);
  return {
    ended,
    stop: async () => {
      child.kill("SIGTERM"); // strace lets go of what it traces
      await ended;
    },
    injected: () => injectedCall(readFileSync(output, "utf8").split("\n"), call, what),
  };
}

function attached(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("attached")) {
        resolve();
      }
    });
    child.once("exit", () => reject(new Error(`strace: ${output}`)));
  });
}

/** strace begins a line with the thread's number, and takes up a call again that another thread interrupted. */
function injectedCall(lines: readonly string[], call: string, what: string): InjectedCall | undefined {
  let number = 0;
  const lastCalls = new Map<string, string>();
  for (const line of lines) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)/.exec(line) ?? [];
    if (rest.startsWith(`${call}(`)) {
      number += 1;
      lastCalls.set(thread, rest);
    }
    if (what === "signal=KILL" ? rest === "+++ killed by SIGKILL +++" : rest.includes("(INJECTED)")) {
      const isOfFile = !/^\w+\(\d+<(anon_inode|pipe|socket|UNIX)/.test(lastCalls.get(thread) ?? rest);
      return { number, isOfFile };
    }
  }
  return undefined;
}
