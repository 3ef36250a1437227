/**
 * The native library crashes: the window lives on and starts the engine again, and after the third crash in ten minutes
 * it stops and says so, until somebody asks for another start.
 */

import { expect, onTestFinished, test } from "vitest";
import { errorLine } from "../../src/client/describeError";
import type { EngineState } from "../../src/client/engineClient";
import { EngineError, type EngineErrorDetail } from "../../src/domain/errors";
import { requests } from "../../src/protocol/engine";
import { temporaryFolder } from "../support/temporaryFolder";
import { printFigures } from "./support/form";
import { enginePid, openWindow, searchPaths, withDefaults } from "./support/realEngine";

test("an illegal instruction, a broken pointer, an abort", async () => {
  const folder = temporaryFolder({ "a.txt": "alpha\n" });
  const window = openWindow(temporaryFolder());
  onTestFinished(() => window.dispose());
  const states: EngineState[] = [];
  let cause: EngineErrorDetail | undefined;
  window.onStateChange((state, why) => {
    states.push(state);
    cause = why;
  });
  await window.request(requests.index, { folder: withDefaults(folder), rebuild: false });
  for (const [signal, state] of [
    ["SIGILL", "running"],
    ["SIGSEGV", "running"],
    ["SIGABRT", "failed"],
  ] as const) {
    const pid = await enginePid(window);
    states.length = 0;
    process.kill(pid, signal);
    await expect.poll(() => states.at(-1), { timeout: 30_000 }).toBe(state);
    if (state === "running") {
      expect(await searchPaths(window, folder, "alpha")).toEqual(["a.txt"]);
    }
  }
  expect(cause).toMatchObject({ code: "engine-stopped" });
  const message = cause === undefined ? "" : errorLine(cause);
  printFigures("three crashes", { message });
  expect(message).toContain("SIGABRT");
  await expect(searchPaths(window, folder, "alpha")).rejects.toThrow(EngineError);
  await window.restart();
  expect(await searchPaths(window, folder, "alpha")).toEqual(["a.txt"]);
});
