/**
 * The one table of numbers that ranking depends on.
 *
 * `fittedWeights.json` is written by `npm run bench:fit`, with where its numbers come from; nobody edits it by hand.
 * `SINGLE` comes from a prototype on the public code-search benchmark. What is marked so is set by hand.
 */

import fitted from "./fittedWeights.json" with { type: "json" };

/** Parts of a file's score, each from 0 to 1. */
export interface FileFeatures {
  /** Full-text score of the file's best chunk, over the best of all files. */
  readonly maxChunk: number;
  /** Sum over the file's three best chunks, over the largest of all files. */
  readonly sum3: number;
  /** BM25 over the names the file defines. */
  readonly definitions: number;
  /** BM25 over the names of its types and top-level definitions. */
  readonly topDefinitions: number;
  /** BM25 over file name and directories. */
  readonly path: number;
  /** Share of the question, by rarity, that stands in the file's name or its directory. */
  readonly pathCoverage: number;
  /** Share of the question, by rarity, that stands in the last three directories. */
  readonly directoryCoverage: number;
  /** Share of the file's name that the question covers. */
  readonly stemCoverage: number;
  /** 1 if the file's name is the question, 0.5 if it is one of its words. */
  readonly stemExact: number;
  /** Definitions of names that the question mentions. */
  readonly namedDefinition: number;
  /** A definition of the name that the whole question is. */
  readonly wholeDefinition: number;
  /** The same where few files define it in this spelling: 1 over their number. */
  readonly soleDefinition: number;
  /** The question mentions the file's path. */
  readonly pathMention: number;
  /** A chunk of the file holds a phrase that the question quotes. */
  readonly phrase: number;
  /** BM25 over the subjects of the commits that changed the file, over the largest of all files. */
  readonly commits: number;
  /** How similar the file's three most similar chunks are to the question, over the largest of all files; 0 without vectors. */
  readonly meaning: number;
}

/** What is said of a file whatever is asked, each from 0 to 1. */
export interface FileTraits {
  /** By the number of its directories. */
  readonly depth: number;
  /** The share of the code that is written in its language. */
  readonly language: number;
}

export type FileWeights = { readonly [Feature in keyof FileFeatures]: number };

/** For questions in words. */
export const WORDS: FileWeights = {
  ...fitted.words,
  wholeDefinition: 0,
  soleDefinition: 0,
  pathMention: 1.5, // by hand: a path in the question is what the question is about
  commits: 0.4, // by `npm run bench:fit`, all others being as they are
  phrase: 3, // by hand: what is quoted is wanted word for word
  meaning: 1, // by `npm run bench:meaning`
};

/** For one word or one name. */
export const SINGLE: FileWeights = {
  maxChunk: 0.75,
  sum3: 2,
  definitions: 0,
  topDefinitions: 0.75,
  path: 0.2,
  pathCoverage: 0.75,
  directoryCoverage: 0,
  stemCoverage: 0.3,
  stemExact: 1,
  namedDefinition: 0.35, // by hand: the qualifier of `Foo::bar`
  wholeDefinition: 1.5,
  soleDefinition: 3, // by hand: who types a name that one file defines wants its definition
  pathMention: 4, // by hand: above all the rest together
  phrase: 4, // by hand: likewise
  commits: 0, // by hand: likewise
  meaning: 0, // by hand: one word is looked up and not understood
};

/** Files that words rank first, and that nothing else moves. */
export const KEPT_FILES = 3;

/** What the best file beside a file adds to its score; by `npm run bench:fit`. */
export const NEIGHBOURS = fitted.neighbours;

export const NEIGHBOUR_KINDS = Object.keys(NEIGHBOURS) as readonly (keyof typeof NEIGHBOURS)[];

/** All features, in the order in which they are added. */
export const FEATURES = Object.keys(WORDS) as readonly (keyof FileFeatures)[];

/** The features whose weights are fitted. */
export const FITTED_FEATURES = Object.keys(fitted.words) as readonly (keyof typeof fitted.words)[];

/** BM25 over a file's path and definition names; from the prototype. */
export const BM25 = {
  path: { k1: 1, b: 0.3 },
  definitions: { k1: 1.2, b: 0.6 },
  topDefinitions: { k1: 1.2, b: 0.5 },
  commits: { k1: 1.2, b: 0.3 }, // fitted with the weights; hardly matters
} as const;

/** How much of a term of the question stands in a word of a path; from the prototype. */
export const WORD_MATCH = { exact: 1, prefix: 0.9, substring: 0.7, parentDirectory: 0.8 } as const;

/** What a definition is worth; from the prototype. The last is by hand: the name is spelled another way. */
export const DEFINITION_LEVEL = { type: 1, topLevel: 0.75, member: 0.5, otherSpelling: 0.8 } as const;

/** What a path is of, by which its file seldom holds the answer. */
export type PathKind =
  | "tests"
  | "vendored"
  | "examples"
  | "documents"
  | "configuration"
  | "tools"
  | "declarations"
  | "reExports"
  | "superseded"
  | "besideMain";

export const PATH_KINDS = Object.keys(fitted.penalties) as readonly PathKind[];

/** Factors for paths that seldom hold the answer. */
export const PENALTIES: Readonly<Record<PathKind, number>> = fitted.penalties;

export const TRAITS = Object.keys(fitted.traits) as readonly (keyof FileTraits)[];

/** Factors for files whose trait is 1, for questions in words; one whose trait is 0.5 gets the root. */
export const TRAIT_FACTORS: Readonly<Record<keyof FileTraits, number>> = fitted.traits;

/** Choosing chunks of a ranked file; by hand. */
export const CHUNKS = {
  /** A chunk that defines a name of the question, beside 1 for the file's best full-text score. */
  definesName: 1,
  /** A chunk that defines such a name among others. */
  definesAmongOthers: 0.8,
  /** A chunk in which such a name stands. */
  holdsName: 0.3,
  /** A chunk with a phrase that the question quotes. */
  holdsPhrase: 3,
  /** A chunk with a line that the question mentions. */
  holdsLine: 3,
  /** The file's chunk that is most similar to the question. */
  meaning: 0.5,
  /** A chunk whose name the question covers. */
  coversSymbol: 0.3,
  /** A chunk worth this share of the file's best one is worth naming. */
  goodPlace: 0.6,
  /** What each further chunk of one file is worth beside the one before. */
  repeatDecay: 0.25,
} as const;

/** Ranking what a selection is connected with; by hand. */
export const RELATED = {
  sameFile: 1.5,
  sameDirectory: 1.2,
  /** A file that is called as the name it defines. */
  sameName: 1.3,
  /** A name that is mentioned and not called. */
  notCalled: 0.6,
} as const;
