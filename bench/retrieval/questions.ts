/**
 * Questions with known answers: those of the public code-search benchmark, and those made of history (`commits.py` of the
 * benchmark's folder: the subject of a commit asks, the files it changed answer).
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export interface AskedOf {
  readonly name: string;
  /** Absolute path of the repository's files. */
  readonly folder: string;
  readonly questions: readonly KnownQuestion[];
}

export interface KnownQuestion {
  readonly query: string;
  readonly category: string;
  /** Paths; a result counts that ends with one. */
  readonly targets: readonly string[];
}

/** What is known of a repository of the benchmark. */
export interface PublishedRepository {
  readonly name: string;
  readonly language: string;
  readonly url: string;
  /** NDCG@10 of other programs, by their names. */
  readonly published: Readonly<Record<string, number>>;
}

type Target = string | { readonly path: string };

interface Annotation {
  readonly query: string;
  readonly relevant: readonly Target[];
  readonly secondary?: readonly Target[];
  readonly category: string;
}

/**
 * @param repos holds a folder for each repository and, where the questions are its own, `NAME.questions.json` beside it.
 * @param benchmark holds `annotations/NAME.json` and `repos.json`.
 * @param only names; all if empty.
 */
export function readQuestions(repos: string, benchmark: string, only: readonly string[]): AskedOf[] {
  return readdirSync(repos, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (only.length === 0 || only.includes(entry.name)))
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => {
      const own = join(repos, `${name}.questions.json`);
      const file = existsSync(own) ? own : join(benchmark, "annotations", `${name}.json`);
      return existsSync(file) ? [{ name, folder: resolve(repos, name), questions: readAnnotations(file) }] : [];
    });
}

function readAnnotations(file: string): KnownQuestion[] {
  const annotations = JSON.parse(readFileSync(file, "utf8")) as Annotation[];
  return annotations.map(({ query, category, relevant, secondary = [] }) => ({
    query,
    category,
    targets: [...relevant, ...secondary].map((target) => (typeof target === "string" ? target : target.path)),
  }));
}

/** @returns none where the folder has no `repos.json`. */
export function readPublished(benchmark: string): ReadonlyMap<string, PublishedRepository> {
  const file = join(benchmark, "repos.json");
  const repositories = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PublishedRepository[]) : [];
  return new Map(repositories.map((repository) => [repository.name, repository]));
}
