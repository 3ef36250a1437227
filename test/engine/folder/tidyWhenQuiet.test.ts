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
  const tidy = vi.fn(async (_giveWay: AbortSignal) => {
    tidying.stop(); // it is a run itself
    await Promise.resolve();
    tidying.quiet();
  });
  const tidying: TidyWhenQuiet = new TidyWhenQuiet(tidy, Date.now);
  return { tidy, tidying };
}

test("tidies once after the first run, whatever it wrote, since an earlier engine may have left something", async () => {
  const { tidy, tidying } = start();
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(TEN_SECONDS);
  expect(tidy).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(TEN_MINUTES);
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(TEN_MINUTES);
  expect(tidy).toHaveBeenCalledTimes(1);
});

test("tidies again only when something was written", async () => {
  const { tidy, tidying } = start();
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(TEN_MINUTES);
  tidying.note({ chunksWritten: 0, filesRemoved: 0 });
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(TEN_MINUTES);
  expect(tidy).toHaveBeenCalledTimes(1);
  tidying.note({ chunksWritten: 0, filesRemoved: 1 });
  tidying.note({ chunksWritten: 0, filesRemoved: 0 });
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(TEN_MINUTES);
  expect(tidy).toHaveBeenCalledTimes(2);
});

test("waits for as long as runs follow each other, and does not forget what one of them wrote", async () => {
  const { tidy, tidying } = start();
  tidying.note({ chunksWritten: 3, filesRemoved: 0 });
  const work = async (minutes: number) => {
    for (let run = 0; run < minutes * 6; run += 1) {
      tidying.quiet();
      await vi.advanceTimersByTimeAsync(TEN_SECONDS);
      tidying.stop();
    }
  };
  await work(9);
  expect(tidy).not.toHaveBeenCalled();
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(3 * TEN_SECONDS);
  expect(tidy).toHaveBeenCalledTimes(1);
});

test("tidies every ten minutes or so where it is never quiet", async () => {
  const { tidy, tidying } = start();
  for (let run = 0; run < 6 * 35; run += 1) {
    tidying.note({ chunksWritten: 3, filesRemoved: 0 });
    tidying.quiet();
    await vi.advanceTimersByTimeAsync(TEN_SECONDS);
    tidying.stop();
  }
  expect(tidy).toHaveBeenCalledTimes(3);
});

test("gives way to a run that comes meanwhile, and goes on when it is quiet again", async () => {
  const begun: { readonly giveWay: AbortSignal; readonly end: () => void }[] = [];
  const tidying = new TidyWhenQuiet((giveWay) => {
    tidying.stop(); // as every run does
    return new Promise((end) => begun.push({ giveWay, end }));
  }, Date.now);
  const next = async () => {
    tidying.quiet(); // the other run has ended
    await vi.advanceTimersByTimeAsync(3 * TEN_SECONDS);
  };
  await next();
  expect(begun.map(({ giveWay }) => giveWay.aborted)).toEqual([false]);
  tidying.stop();
  expect(begun[0]?.giveWay.aborted).toBe(true);
  begun[0]?.end();
  await vi.advanceTimersByTimeAsync(0);
  await next();
  expect(begun.map(({ giveWay }) => giveWay.aborted)).toEqual([true, false]);
  begun[1]?.end();
  await next();
  expect(begun).toHaveLength(2);
});

test("goes on as well where the run that it gave way to is wanted no more", async () => {
  const { promise: isTold, resolve: end } = Promise.withResolvers<void>();
  const tidy = vi.fn(() => isTold.then(() => tidying.quiet())); // as at the end of every run
  const tidying: TidyWhenQuiet = new TidyWhenQuiet(tidy, Date.now);
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(3 * TEN_SECONDS);
  tidying.stop();
  end();
  await vi.advanceTimersByTimeAsync(3 * TEN_SECONDS);
  expect(tidy).toHaveBeenCalledTimes(2);
});

test("gives way no longer once it is long due", async () => {
  const begun: AbortSignal[] = [];
  const tidying = new TidyWhenQuiet((giveWay) => {
    begun.push(giveWay);
    return new Promise(() => undefined);
  }, Date.now);
  await vi.advanceTimersByTimeAsync(TEN_MINUTES);
  tidying.quiet();
  await vi.advanceTimersByTimeAsync(TEN_SECONDS);
  tidying.stop();
  expect(begun.map(({ aborted }) => aborted)).toEqual([false]);
});
