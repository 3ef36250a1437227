import fc from "fast-check";
import { expect, test } from "vitest";
import { IntGroups } from "../../../../src/core/retrieval/table/intGroups";

const addition = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));

test("holds what was added in its order, before and after it is sorted", () => {
  fc.assert(
    fc.property(fc.array(fc.array(addition, { maxLength: 200 }), { maxLength: 4 }), fc.boolean(), (rounds, isMany) => {
      const groups = new IntGroups();
      const expected = new Map<number, number[]>();
      const add = (group: number, value: number) => {
        groups.add(group, value);
        expected.set(group, [...(expected.get(group) ?? []), value]);
      };
      for (const round of rounds) {
        for (const [group, value] of round) {
          add(group, value);
        }
        for (let filler = 0; isMany && filler < 5_000; filler += 1) {
          add(100 + (filler % 7), filler);
        }
        for (let group = 0; group < 110; group += 1) {
          expect([...groups.of(group)]).toEqual(expected.get(group) ?? []);
        }
      }
    }),
    { numRuns: 30 },
  );
});
