/** Terms by number, from 0 in order of appearance. */

export class Vocabulary {
  readonly #ids = new Map<string, number>();
  readonly #terms: string[] = [];

  /** @param terms by number. */
  constructor(terms: readonly string[] = []) {
    for (const term of terms) {
      this.add(term);
    }
  }

  /** By number. */
  get terms(): readonly string[] {
    return this.#terms;
  }

  /** @returns the number of the term, a new one if it has none. */
  add(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) {
      return known;
    }
    const id = this.#terms.push(term) - 1;
    this.#ids.set(term, id);
    return id;
  }

  get(term: string): number | undefined {
    return this.#ids.get(term);
  }

  /** @param id of a term of this vocabulary. */
  term(id: number): string {
    return this.#terms[id] ?? "";
  }

  /** @returns the numbers of those terms that have one. */
  idsOf(terms: readonly string[]): number[] {
    return terms.flatMap((term) => this.#ids.get(term) ?? []);
  }

  entries(): IterableIterator<[term: string, id: number]> {
    return this.#ids.entries();
  }
}
