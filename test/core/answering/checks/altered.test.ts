import fc from "fast-check";
import { expect, test } from "vitest";
import { isAltered } from "../../../../src/core/answering/checks/altered";

const WHOLE = "export function save(path: string) { writeFile(path, dump(STATE), { mode: 0o600 }); }";

test.each([
  ["writeFile(path, dump(STAGE)", true, "one letter"],
  ["writeFile(path, dump(STATE), { mode: 0o640", true, "one digit"],
  ["writeFile(path, dmp(STATE)", true, "one left out"],
  ["writeFile(path, ddump(STATE)", true, "one added"],
  ["writeFile(path, dump(SAGE), { mode", true, "two in a long one"],
  ["xport function save(pathh: string", true, "two, far apart"],
  ["writeFile(file, dump(ALL)", false, "whole words"],
  ["mode: 1", false, "too short to tell"],
  ["removeEverything(path)", false, "something else"],
  ["", false, "nothing"],
])("%j: %s (%s)", (text, expected) => {
  expect(isAltered(text, WHOLE)).toBe(expected);
});

test("any one change of a long enough part is noticed", () => {
  const part = fc.tuple(fc.nat(40), fc.integer({ min: 16, max: 40 }));
  fc.assert(
    fc.property(part, fc.nat(1000), ([start, length], at) => {
      const text = WHOLE.slice(start, start + length);
      const place = at % text.length;
      expect(isAltered(`${text.slice(0, place)}\u00a4${text.slice(place + 1)}`, WHOLE)).toBe(true);
    }),
  );
});
