import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Change, ChangeHints, changeOf } from "../../../src/extension/indexing/changeHints";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** `"a@0 b!20"`: the watcher names a at once, a save names b after 20 ms. The result: when what was passed on. */
function passedOn(events: string): string {
  const start = Date.now();
  const passed: string[] = [];
  const hints = new ChangeHints((change) => passed.push(`${Date.now() - start}:${write(change)}`));
  for (const [, path, sign, at] of events.matchAll(/(\S+?)([@!])(\d+)/g)) {
    vi.advanceTimersByTime(start + Number(at) - Date.now());
    hints.add(path ?? "", sign === "!" ? "save" : "watch");
  }
  vi.advanceTimersByTime(10_000);
  return passed.join(" ");
}

const write = (change: Change) => (change === "everything" ? "*" : [...change].join("+"));

test.each([
  { events: "a!0", passed: "50:a", why: "a save is passed on quickly" },
  { events: "a@0", passed: "300:a", why: "the watcher waits for quiet" },
  { events: "a@0 b@200 a@400", passed: "700:a+b", why: "each event of the watcher starts the wait again" },
  { events: "a@0 b!10", passed: "60:a+b", why: "a save takes along what waits" },
  { events: "a!0 b@10", passed: "50:a+b", why: "the watcher does not put off a save" },
  { events: "a!0 b!40", passed: "50:a+b", why: "the second save does not put off the first" },
  { events: "a!0 b@60", passed: "50:a 360:b", why: "what comes later is passed on later" },
  {
    events: Array.from({ length: 30 }, (_, i) => `a@${i * 100}`).join(" "),
    passed: "2000:a 3200:a",
    why: "nothing waits longer than two seconds",
  },
  { events: "a@0 .git/HEAD@10", passed: "310:*", why: "another branch changes everything" },
  { events: "a@0 src/.gitignore@10", passed: "310:*", why: "other rules change everything" },
  { events: ".git/index@0 node_modules/a/b@0 a/.git/x!0", passed: "", why: "what is never indexed is not passed on" },
])("$events is passed on as $passed: $why", ({ events, passed }) => {
  expect(passedOn(events)).toBe(passed);
});

test.each([
  { count: 500, passed: 500 },
  { count: 501, passed: "everything" },
])("$count paths at once are passed on as $passed", ({ count, passed }) => {
  const changes: Change[] = [];
  const hints = new ChangeHints((change) => changes.push(change));
  for (let number = 0; number < count; number++) {
    hints.add(`f${number}`, "watch");
  }
  vi.advanceTimersByTime(1_000);
  expect(changes.map((change) => (change === "everything" ? change : change.size))).toEqual([passed]);
});

test("nothing is passed on after the folder was closed", () => {
  const changes: Change[] = [];
  const hints = new ChangeHints((change) => changes.push(change));
  hints.add("a", "save");
  hints.dispose();
  vi.advanceTimersByTime(1_000);
  expect(changes).toEqual([]);
});

test.each([
  { path: "src/a.ts", change: "src/a.ts" },
  { path: "", change: "*" },
  { path: ".git/HEAD", change: "*" },
  { path: "sub/.git/HEAD", change: undefined },
  { path: ".gitmodules", change: ".gitmodules" },
  { path: "my.git/a", change: "my.git/a" },
  { path: "docs/node_modules.md", change: "docs/node_modules.md" },
])("$path means $change", ({ path, change }) => {
  const meant = changeOf(path);
  expect(meant && write(meant)).toBe(change);
});
