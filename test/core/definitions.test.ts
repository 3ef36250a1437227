import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeDefinitions, encodeDefinitions } from "../../src/core/definitions";

const definition = fc.record({
  name: fc.string({ unit: "binary" }).filter((name) => !name.includes("\n")),
  isTopLevel: fc.boolean(),
  isType: fc.boolean(),
});

test("definitions come back as they were", () => {
  fc.assert(
    fc.property(fc.array(definition), (definitions) => {
      expect(decodeDefinitions(encodeDefinitions(definitions))).toEqual(definitions);
    }),
  );
});

test("a name over several lines stays one name", () => {
  const encoded = encodeDefinitions([
    { name: "a,\n.b", isTopLevel: true, isType: false },
    { name: "c", isTopLevel: false, isType: true },
  ]);
  expect(decodeDefinitions(encoded).map(({ name }) => name)).toEqual(["a, .b", "c"]);
});

test("any text is read without an error", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => decodeDefinitions(text).length >= 0));
});
