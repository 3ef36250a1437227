import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TidyWhenQuiet } from "../../../src/engine/folder/tidyWhenQuiet";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const TEN_SECONDS = 10_000;
const TEN_MINUTES = 600_000;

function start() {
  const tidy = vi.fn();
  return { tidy, tidying: new TidyWhenQuiet(tidy, Date.now) };
}

test("tidies once after the first run, whatever it wrote, since an earlier engine may have left something", () => {
  const { tidy, tidying } = start();
  tidying.quiet();
  vi.advanceTimersByTime(TEN_SECONDS);
  expect(tidy).not.toHaveBeenCalled();
  vi.advanceTimersByTime(TEN_MINUTES);
  tidying.quiet();
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(tidy).toHaveBeenCalledTimes(1);
});

test("tidies again only when something was written", () => {
  const { tidy, tidying } = start();
  tidying.quiet();
  vi.advanceTimersByTime(TEN_MINUTES);
  tidying.note({ chunksWritten: 0, filesRemoved: 0 });
  tidying.quiet();
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(tidy).toHaveBeenCalledTimes(1);
  tidying.note({ chunksWritten: 0, filesRemoved: 1 });
  tidying.note({ chunksWritten: 0, filesRemoved: 0 });
  tidying.quiet();
  vi.advanceTimersByTime(TEN_MINUTES);
  expect(tidy).toHaveBeenCalledTimes(2);
});

test("waits for as long as runs follow each other, and does not forget what one of them wrote", () => {
  const { tidy, tidying } = start();
  tidying.note({ chunksWritten: 3, filesRemoved: 0 });
  const work = (minutes: number) => {
    for (let run = 0; run < minutes * 6; run += 1) {
      tidying.quiet();
      vi.advanceTimersByTime(TEN_SECONDS);
      tidying.stop();
    }
  };
  work(9);
  expect(tidy).not.toHaveBeenCalled();
  tidying.quiet();
  vi.advanceTimersByTime(3 * TEN_SECONDS);
  expect(tidy).toHaveBeenCalledTimes(1);
});

test("tidies every ten minutes or so where it is never quiet", () => {
  const { tidy, tidying } = start();
  for (let run = 0; run < 6 * 35; run += 1) {
    tidying.note({ chunksWritten: 3, filesRemoved: 0 });
    tidying.quiet();
    vi.advanceTimersByTime(TEN_SECONDS);
    tidying.stop();
  }
  expect(tidy).toHaveBeenCalledTimes(3);
});
