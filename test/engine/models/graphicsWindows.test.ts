import { join } from "node:path";
import { expect, test } from "vitest";
import { GraphicsWindows } from "../../../src/engine/models/graphicsWindows";
import { temporaryFolder } from "../../support/temporaryFolder";

const MIB = 1024 ** 2;
const DAY_MS = 24 * 3_600_000;

const model = (digest: string) => ({ model: "m", digest, cache: { bytesPerToken: 128 * 1024, fixedBytes: 0 } });
const loaded = (graphicsMib: number, contextLength = 16_384) => ({
  contextLength,
  sizeBytes: 8000 * MIB,
  graphicsBytes: graphicsMib * MIB,
});

test("a model that spilled gets a smaller window, also in other processes, and for some days", () => {
  let now = 0;
  const file = join(temporaryFolder(), "graphics-windows.json");
  const windows = new GraphicsWindows(file, () => now);
  windows.look(model("a"), 16_384, loaded(7500));
  windows.look(model("b"), 16_384, loaded(8000));
  for (const same of [windows, new GraphicsWindows(file, () => now)]) {
    expect(same.of(model("a"))).toBe(11_264);
    expect(same.of(model("b"))).toBeUndefined();
  }
  now = 8 * DAY_MS;
  expect(windows.of(model("a"))).toBeUndefined();
});

test("one that fits stays as it is; one that spills again gets less, by the context in force", () => {
  const windows = new GraphicsWindows(undefined, () => 0);
  windows.look(model("a"), 16_384, loaded(7500));
  windows.look(model("a"), 11_264, loaded(8000));
  expect(windows.of(model("a"))).toBe(11_264);
  windows.look(model("a"), 11_264, loaded(7900, 8192));
  expect(windows.of(model("a"))).toBe(7168);
});
