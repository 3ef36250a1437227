import { describe, expect, test } from "vitest";
import { PANEL_STRINGS } from "../../src/webview/strings";
import { createTranslate } from "../../src/webview/translate";

const t = createTranslate({}, "en");

describe("translation", () => {
  test("uses the host's words, and English for what it lacks", () => {
    const es = createTranslate({ "composer.send": "Enviar", "index.files.other": "{0} archivos" }, "es");
    expect([es.text("composer.send"), es.text("composer.stop"), es.plural("index.files", 12_345)]).toEqual([
      "Enviar",
      "Stop",
      "12.345 archivos",
    ]);
  });

  test("values are never read as placeholders, nor as replacement patterns", () => {
    expect(t.text("sources.label.lines", 1, "{1}$&.ts", 2, 3)).toBe("Source 1: {1}$&.ts lines 2 to 3");
  });

  test.each(["", "xx-not a tag", "qps-ploc"])("a language the browser does not know: %j", (language) => {
    expect(createTranslate({}, language).number(1234.5)).toBe("1,234.5");
  });

  test("every plural has both its forms, and both name the count", () => {
    const keys = Object.keys(PANEL_STRINGS);
    const one = keys.filter((key) => key.endsWith(".one")).map((key) => key.slice(0, -4));
    const other = keys.filter((key) => key.endsWith(".other")).map((key) => key.slice(0, -6));
    expect(one).toEqual(other);
    expect(
      keys.filter((key) => /\.(one|other)$/.test(key) && !PANEL_STRINGS[key as "index.none"].includes("{0}")),
    ).toEqual([]);
  });
});
