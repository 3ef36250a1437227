/**
 * What is kept of the score when the same questions are asked in Spanish over the same, English, code.
 *
 * `spanish.json` holds the 1st, 5th, 9th, 13th and 17th question of each repository as a Spanish-speaking developer
 * would type them; one that is a name stays a name. They are for measuring alone: nothing is fitted on them, and no
 * word goes into the glossary for being missed here.
 */

import { readFileSync } from "node:fs";
import { type KeptScore, keptLine } from "./report";

interface Translation {
  readonly repository: string;
  readonly english: string;
  readonly spanish: string;
}

/** Of one question in both languages. */
interface SpanishScore extends KeptScore {
  readonly isSame: boolean;
}

/** The Spanish questions by repository and English question. */
export class SpanishQuestions {
  readonly #translations: readonly Translation[];
  readonly #scores: SpanishScore[] = [];

  constructor(file: string) {
    this.#translations = JSON.parse(readFileSync(file, "utf8")) as Translation[];
  }

  /** @returns undefined for a question that was not translated. */
  of(repository: string, english: string): string | undefined {
    return this.#translations.find((one) => one.repository === repository && one.english === english)?.spanish;
  }

  /** Keeps the scores of a question that was asked in both languages. */
  add(score: SpanishScore): void {
    this.#scores.push(score);
  }

  /** One line for all questions, and one for those in words. */
  summary(): string[] {
    const worded = this.#scores.filter(({ isSame }) => !isSame);
    return [keptLine("Spanish", "in English", this.#scores), keptLine("Spanish, in words", "in English", worded)];
  }
}
