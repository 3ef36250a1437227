import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { describeError } from "../../src/client/describeError";
import { ERROR_CODES, FAILURE_STATES, failureState } from "../../src/client/failureStates";
import type { EngineErrorDetail } from "../../src/domain/errors";

/** An error of every code; the values it carries do not matter here. */
const errorOf = (code: EngineErrorDetail["code"]): EngineErrorDetail =>
  ({ code, url: "u", why: "w", model: "m", installed: [], folder: "f", path: "p", waitedMs: 1, message: "x" }) as never;

test("there are few states, and every one of them is reached", () => {
  expect(FAILURE_STATES.length).toBeLessThanOrEqual(15);
  expect([...new Set(ERROR_CODES.map(failureState))].sort()).toEqual([...FAILURE_STATES].sort());
});

test.each(ERROR_CODES)("%s has a state, a sentence and one thing to do", (code) => {
  const { message, advice } = describeError(errorOf(code));
  expect(FAILURE_STATES).toContain(failureState(code));
  expect(message).toMatch(/\S/);
  expect(advice).toMatch(/\.$/);
});

test("docs/failures.md lists the states", () => {
  const page = readFileSync(resolve(__dirname, "../../docs/failures.md"), "utf8");
  const listed = [...page.matchAll(/^\| `([\w-]+)`/gm)].map(([, state]) => state);
  expect(listed).toEqual([...FAILURE_STATES]);
});
