/** What happens to source texts: they are cut off, mixed up, written to with junk, put on one line. */

import fc from "fast-check";

export type Damage = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const junk = fc.oneof(
  fc.constantFrom("{", "}", "(", ")", "[", "]", '"', "'", "`", '"""', "/*", "*/", "<!--", "<", "\\", "\n\n", "#if 0\n"),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const oneDamage: fc.Arbitrary<Damage> = fc.oneof(
  place.map(
    (at): Damage =>
      (text) =>
        text.slice(0, at * text.length),
  ),
  place.map(
    (at): Damage =>
      (text) =>
        text.slice(at * text.length),
  ),
  fc.tuple(place, place).map(
    ([from, length]): Damage =>
      (text) =>
        text.slice(0, from * text.length) + text.slice((from + length * 0.2) * text.length),
  ),
  fc.tuple(place, junk).map(
    ([at, added]): Damage =>
      (text) =>
        text.slice(0, at * text.length) + added + text.slice(at * text.length),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Damage =>
      (text) => {
        const lines = text.split("\n");
        lines.splice(to * lines.length, 0, ...lines.splice(from * lines.length, 7));
        return lines.join("\n");
      },
  ),
  fc.constant<Damage>((text) => text + text),
  fc.constant<Damage>((text) => text.replaceAll("\n", " ")),
);

/** Some of it, one after the other. The result is text as it is decoded: well formed, with `\n` at the ends of lines. */
export const anyDamage: fc.Arbitrary<Damage> = fc.array(oneDamage, { minLength: 1, maxLength: 4 }).map(
  (damages) => (text) =>
    damages
      .reduce((damaged, damage) => damage(damaged), text)
      .toWellFormed()
      .replaceAll(/\r\n?/g, "\n"),
);
