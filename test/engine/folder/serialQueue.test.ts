import { expect, test } from "vitest";
import { SerialQueue } from "../../../src/engine/folder/serialQueue";

test("jobs run one after the other, in order, also after one that fails", async () => {
  const queue = new SerialQueue();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue.run(async () => {
    log.push("first begins");
    await gate.promise;
    log.push("first ends");
    throw new Error("first fails");
  });
  const second = queue.run(async () => log.push("second"));
  gate.resolve();
  await expect(first).rejects.toThrow("first fails");
  await second;
  expect(log).toEqual(["first begins", "first ends", "second"]);
});

test("a job that is stopped before its turn never begins, and the next one does", async () => {
  const queue = new SerialQueue();
  const gate = Promise.withResolvers<void>();
  const stopped = new AbortController();
  void queue.run(() => gate.promise);
  let hasBegun = false;
  const waiting = queue.run(async () => {
    hasBegun = true;
  }, stopped.signal);
  stopped.abort();
  gate.resolve();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  expect(hasBegun).toBe(false);
  await expect(queue.run(async () => "next")).resolves.toBe("next");
});
