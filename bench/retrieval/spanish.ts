/**
 * What is kept of the score when the same questions are asked in Spanish over the same, English, code.
 *
 * `spanish.json` holds the 1st, 5th, 9th, 13th and 17th question of each repository as a Spanish-speaking developer
 * would type them; one that is a name stays a name. They are for measuring alone: nothing is fitted on them, and no
 * word goes into the glossary for being missed here.
 */

import { readFileSync } from "node:fs";
import { mean } from "./report";

interface Translation {
  readonly repository: string;
  readonly english: string;
  readonly spanish: string;
}

/** Scores of one question in both languages. */
interface Pair {
  readonly repository: string;
  readonly isSame: boolean;
  readonly english: number;
  readonly spanish: number;
}

/** The Spanish questions by repository and English question. */
export class SpanishQuestions {
  readonly #translations: readonly Translation[];
  readonly #pairs: Pair[] = [];

  constructor(file: string) {
    this.#translations = JSON.parse(readFileSync(file, "utf8")) as Translation[];
  }

  /** @returns undefined for a question that was not translated. */
  of(repository: string, english: string): string | undefined {
    return this.#translations.find((one) => one.repository === repository && one.english === english)?.spanish;
  }

  /** Keeps the scores of a question that was asked in both languages. */
  add(repository: string, isSame: boolean, english: number, spanish: number): void {
    this.#pairs.push({ repository, isSame, english, spanish });
  }

  /** One line for all questions, and one for those in words. */
  summary(): string[] {
    const worded = this.#pairs.filter(({ isSame }) => !isSame);
    return [shareLine("Spanish", this.#pairs), shareLine("Spanish, in words", worded)];
  }
}

/** Means over the questions of each repository, then over repositories. */
function shareLine(title: string, pairs: readonly Pair[]): string {
  const byRepository = [...Map.groupBy(pairs, ({ repository }) => repository).values()];
  const of = (language: "english" | "spanish") =>
    mean(byRepository.map((own) => mean(own.map((pair) => pair[language]))));
  const [spanish, english] = [of("spanish"), of("english")];
  return (
    `${title.padEnd(20)}   NDCG@10 ${spanish.toFixed(4)}, in English ${english.toFixed(4)}, ` +
    `kept ${(spanish / english).toFixed(4)} of ${pairs.length} questions`
  );
}
