import { expect, test } from "vitest";
import { availableModels } from "../../../src/core/models/availableModels";

const GIB = 1024 ** 3;

test("on any machine the first of each role is the best that fits", () => {
  for (const memory of [4, 8, 16, 32, 64]) {
    const models = availableModels(memory * GIB);
    for (const role of ["chat", "embedding"] as const) {
      const fits = models.filter((model) => model.role === role).map(({ fit }) => fit);
      expect(fits).toEqual(fits.toSorted((a, b) => "ftx".indexOf(letter(a)) - "ftx".indexOf(letter(b))));
    }
    expect(models.findIndex(({ role }) => role === "embedding")).toBeGreaterThan(0);
  }
  expect(availableModels(32 * GIB)[0]).toMatchObject({ name: "gemma4:e4b", role: "chat", fit: "fits" });
});

const letter = (fit: string | undefined): string => (fit === "too-large" ? "x" : (fit?.slice(0, 1) ?? "x"));

test("without a known memory nothing is judged, and each is named as it is pulled", () => {
  const models = availableModels(undefined);
  expect(models.every(({ fit }) => fit === undefined)).toBe(true);
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
  for (const { name, downloadBytes } of models) {
    expect(name).toMatch(/^[a-z\d.-]+(:[a-z\d._-]+)?$/);
    expect(downloadBytes).toBeGreaterThan(10_000_000);
  }
});
