/** A file system of its own for a test, of a given size, where the system lets us mount one. */

import { spawnSync } from "node:child_process";
import { onTestFinished, type TestContext } from "vitest";
import { temporaryFolder } from "./temporaryFolder";

export interface SmallDisk {
  readonly path: string;
  /** Mount options such as `size=100m` or `ro`. */
  remount(options: string): void;
}

/** Skips the test, with the reason, where nothing can be mounted. */
export function smallDisk(context: TestContext, size: string): SmallDisk {
  const path = temporaryFolder();
  const problem = mount(["-t", "tmpfs", "-o", `size=${size}`, "none", path]);
  if (problem !== undefined) {
    context.skip(`no file system can be mounted here: ${problem}`);
  }
  onTestFinished(() => {
    spawnSync("umount", ["--lazy", path]);
  });
  return {
    path,
    remount: (options) => {
      const failed = mount(["-o", `remount,${options}`, path]);
      if (failed !== undefined) {
        throw new Error(failed);
      }
    },
  };
}

function mount(args: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync("mount", args, { encoding: "utf8" });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}
