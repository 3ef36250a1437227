/**
 * Text that is nearly a part of another: a quotation in which a character or two were changed.
 *
 * What a model invents freely is unlike its sources and what it quotes stands there; what is left between is a
 * quotation gone wrong, the kind that a reader trusts most.
 */

/** Shorter texts are near too much. */
const SHORTEST = 8;
/** Of a longer quotation its beginning must do. */
const LONGEST = 300;
/** From this length on, two changes still leave no doubt about what is quoted. */
const TWO_CHANGES_FROM = 24;
/** Places of one part of the quotation that are compared. */
const MAX_PLACES = 20;

/** @returns true if `text` stands in `whole` once one or two of its characters are changed, added or left out. */
export function isAltered(text: string, whole: string): boolean {
  const quoted = text.slice(0, LONGEST);
  if (quoted.length < SHORTEST) {
    return false;
  }
  const changes = quoted.length >= TWO_CHANGES_FROM ? 2 : 1;
  return unchangedParts(quoted, changes).some(({ part, offset }) =>
    placesOf(part, whole).some((place) => {
      const from = Math.max(0, place - offset - changes);
      return distanceWithin(quoted, whole.slice(from, place - offset + quoted.length + changes)) <= changes;
    }),
  );
}

/** Of one more parts than changes, one is unchanged. */
function unchangedParts(text: string, changes: number): { readonly part: string; readonly offset: number }[] {
  const length = Math.ceil(text.length / (changes + 1));
  return Array.from({ length: changes + 1 }, (_, index) => ({
    part: text.slice(index * length, (index + 1) * length),
    offset: index * length,
  })).filter(({ part }) => part !== "");
}

function placesOf(part: string, whole: string): number[] {
  const places: number[] = [];
  for (let at = whole.indexOf(part); at >= 0 && places.length < MAX_PLACES; at = whole.indexOf(part, at + 1)) {
    places.push(at);
  }
  return places;
}

/** The smallest edit distance between `text` and any part of `window` (Sellers, 1980). */
function distanceWithin(text: string, window: string): number {
  let row = new Array<number>(window.length + 1).fill(0);
  for (let at = 1; at <= text.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= window.length; to += 1) {
      const changed = (row[to - 1] ?? 0) + Number(text[at - 1] !== window[to - 1]);
      next.push(Math.min(changed, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(...row);
}
