import { describe, expect, test } from "vitest";
import { indexLabel, isProgressShown, shareDone, timeLeftMs } from "../../src/webview/indexWords";
import { createTranslate } from "../../src/webview/translate";
import { index, progress } from "./panelStates";

const t = createTranslate({}, "en");

describe("words of the index", () => {
  test.each([
    { view: index(), label: "3,057 files", bar: false },
    { view: index({ files: 1 }), label: "1 file", bar: false },
    { view: index({ health: "none" }), label: "Not indexed", bar: false },
    { view: index({ health: "partial", progress: progress() }), label: "Indexing 39%", bar: true },
    { view: index({ progress: progress({ phase: "paused" }) }), label: "Paused at 39%", bar: true },
    { view: index({ progress: progress({ elapsedMs: 200 }) }), label: "Indexing 39%", bar: false },
    { view: index({ progress: progress({ phase: "idle" }) }), label: "3,057 files", bar: false },
    { view: index({ progress: progress({ phase: "waiting" }) }), label: "Another window is indexing", bar: false },
    {
      view: index({ health: "partial", progress: progress({ phase: "scanning" }) }),
      label: "Looking for changes…",
      bar: true,
    },
    { view: index({ health: "untrusted", progress: progress() }), label: "Restricted Mode", bar: true },
  ])("$label, bar: $bar", ({ view, label, bar }) => {
    expect(indexLabel(t, view)).toBe(label);
    expect(isProgressShown(view)).toBe(bar);
  });

  test("the share counts bytes, and files while no bytes are known", () => {
    expect(shareDone(progress())).toBeCloseTo(9 / 23);
    expect(shareDone(progress({ bytesTotal: 0, filesDone: 1, filesTotal: 4 }))).toBe(0.25);
    expect(shareDone(progress({ bytesTotal: 0, filesTotal: 0 }))).toBe(0);
    expect(shareDone(progress({ bytesDone: 30, bytesTotal: 20 }))).toBe(1);
  });

  test("an estimate waits until there is something to estimate from", () => {
    expect(timeLeftMs(progress({ bytesDone: 50, bytesTotal: 200, elapsedMs: 10_000 }))).toBe(30_000);
    expect(timeLeftMs(progress({ elapsedMs: 1000 }))).toBeUndefined();
    expect(timeLeftMs(progress({ bytesDone: 0 }))).toBeUndefined();
    expect(timeLeftMs(progress({ phase: "paused" }))).toBeUndefined();
  });
});
