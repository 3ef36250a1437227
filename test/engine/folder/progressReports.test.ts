/** What is told of a run's state: seldom enough for a window, and never so seldom that the last state is missing. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { IndexStatus } from "../../../src/domain/indexStatus";
import { ProgressReports } from "../../../src/engine/folder/progressReports";
import { indexStatus } from "../../support/indexStatus";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

function start(read: (files: number) => Promise<IndexStatus> = async (files) => indexStatus("/a", { files })) {
  const state = { files: 0 };
  const told: number[] = [];
  const status = () => read(state.files);
  const onStatus = ({ files }: IndexStatus) => void told.push(files);
  const reports = new ProgressReports({ status, onStatus, clock: Date.now, log: () => undefined }, false);
  const send = async (files: number) => {
    state.files = files;
    reports.sendStatus(true);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { state, told, reports, send };
}

test("what comes too soon after the last status is told a moment later", async () => {
  const { state, told, reports } = start();
  for (state.files = 1; state.files <= 5; state.files += 1) {
    reports.reportAnew("idle");
    await vi.advanceTimersByTimeAsync(10);
  }
  state.files = 5;
  expect(told).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([1, 5]);
});

test("nor is a clock that was set back waited for", async () => {
  const { told, reports } = start();
  reports.sendStatus(true);
  vi.setSystemTime(Date.now() - 3_600_000);
  reports.sendStatus(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([0, 0]);
});

test("a status that takes long to read is told before a newer one", async () => {
  const slow = Promise.withResolvers<void>();
  const { told, send } = start(async (files) => {
    await (files === 1 ? slow.promise : undefined);
    return indexStatus("/a", { files });
  });
  await send(1);
  await send(2);
  slow.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([1, 2]);
});

test("a status that cannot be read keeps no later one from being told", async () => {
  const { told, send } = start(async (files) => {
    if (files === 1) {
      throw new Error("not now");
    }
    return indexStatus("/a", { files });
  });
  await send(1);
  await send(2);
  expect(told).toEqual([2]);
});

test("nothing is told once it is stopped", async () => {
  const { told, reports } = start();
  reports.sendStatus(true);
  reports.sendStatus(false);
  reports.stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual([0]);
});
