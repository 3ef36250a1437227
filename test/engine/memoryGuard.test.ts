import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MemoryGuard } from "../../src/engine/memoryGuard";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const MEGABYTE = 1024 * 1024;
const TWO_MINUTES = 120_000;

function start({ threads = 1 } = {}) {
  const now = { megabytes: 200, isAtWork: false };
  const onOutgrown = vi.fn();
  const giveBack = vi.fn(() => {
    now.megabytes = 250;
  });
  const guard = new MemoryGuard({
    threads,
    residentBytes: () => now.megabytes * MEGABYTE,
    isAtWork: () => now.isAtWork,
    onOutgrown,
    giveBack,
  });
  return { now, onOutgrown, giveBack, guard };
}

test("tells of an engine that has rested for a minute and holds too much, once for each rest", () => {
  const { now, onOutgrown, guard } = start();
  now.megabytes = 800;
  guard.look();
  guard.look();
  expect(onOutgrown).not.toHaveBeenCalled();
  vi.advanceTimersByTime(TWO_MINUTES);
  expect(onOutgrown).toHaveBeenCalledExactlyOnceWith(800 * MEGABYTE);
});

test("says nothing where the memory has gone back by then, or something goes on again", () => {
  const { now, onOutgrown, guard } = start();
  now.megabytes = 800;
  guard.look();
  now.megabytes = 400;
  vi.advanceTimersByTime(TWO_MINUTES);
  now.megabytes = 800;
  guard.look();
  now.isAtWork = true;
  guard.look();
  now.isAtWork = false;
  vi.advanceTimersByTime(TWO_MINUTES);
  expect(onOutgrown).not.toHaveBeenCalled();
});

test.each([
  { threads: 1, megabytes: 1_150, isOutgrown: false },
  { threads: 1, megabytes: 1_250, isOutgrown: true },
  { threads: 7, megabytes: 2_300, isOutgrown: false },
  { threads: 7, megabytes: 2_500, isOutgrown: true },
])("at work with $threads threads, $megabytes MB: outgrown $isOutgrown", ({ threads, megabytes, isOutgrown }) => {
  const { now, onOutgrown, guard } = start({ threads });
  Object.assign(now, { megabytes, isAtWork: true });
  guard.look();
  expect(onOutgrown).toHaveBeenCalledTimes(isOutgrown ? 1 : 0);
});

test("a request is answered first", () => {
  const { now, onOutgrown, guard } = start();
  guard.requestBegins();
  guard.requestBegins();
  Object.assign(now, { megabytes: 3_000, isAtWork: true });
  guard.look();
  guard.requestEnds();
  expect(onOutgrown).not.toHaveBeenCalled();
  guard.requestEnds();
  expect(onOutgrown).toHaveBeenCalledTimes(1);
});

test("a request that comes ends the rest", () => {
  const { now, onOutgrown, guard } = start();
  now.megabytes = 800;
  guard.look();
  guard.requestBegins();
  vi.advanceTimersByTime(TWO_MINUTES);
  expect(onOutgrown).not.toHaveBeenCalled();
});

const answersLeave = () => new Promise(setImmediate);

test("gives memory back where it has grown by 150 MB, and again where it has grown by as much since", async () => {
  const { now, giveBack, guard } = start();
  for (const { megabytes, times } of [
    { megabytes: 200, times: 0 },
    { megabytes: 340, times: 0 },
    { megabytes: 360, times: 1 },
    { megabytes: 390, times: 1 },
    { megabytes: 410, times: 2 },
  ]) {
    now.megabytes = megabytes;
    guard.look();
    await answersLeave();
    expect(giveBack, `${megabytes} MB`).toHaveBeenCalledTimes(times);
  }
});

test("gives nothing back while something goes on, or before an answer has left", async () => {
  const { now, giveBack, guard } = start();
  guard.look();
  Object.assign(now, { megabytes: 600, isAtWork: true });
  guard.look();
  await answersLeave();
  now.isAtWork = false;
  guard.look();
  guard.requestBegins();
  await answersLeave();
  expect(giveBack).not.toHaveBeenCalled();
  guard.requestEnds();
  expect(giveBack).not.toHaveBeenCalled();
  await answersLeave();
  expect(giveBack).toHaveBeenCalledTimes(1);
});
