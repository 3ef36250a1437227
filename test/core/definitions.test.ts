import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeDefinitions, encodeDefinitions } from "../../src/core/definitions";

const definition = fc.record({
  name: fc.string({ unit: "binary", minLength: 1 }).filter((name) => !name.includes("\n")),
  isTopLevel: fc.boolean(),
  isType: fc.boolean(),
  chunk: fc.nat(100),
});

test("definitions come back as they were, in order of their chunks", () => {
  fc.assert(
    fc.property(fc.array(definition), (definitions) => {
      expect(decodeDefinitions(encodeDefinitions(definitions))).toEqual(
        definitions.toSorted((a, b) => a.chunk - b.chunk),
      );
    }),
  );
});

test("a name over several lines stays one name", () => {
  const encoded = encodeDefinitions([
    { name: "a,\n.b", isTopLevel: true, isType: false, chunk: 0 },
    { name: "c", isTopLevel: false, isType: true, chunk: 0 },
  ]);
  expect(decodeDefinitions(encoded).map(({ name }) => name)).toEqual(["a, .b", "c"]);
});

test("any text is read without an error", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => decodeDefinitions(text).length >= 0));
});
