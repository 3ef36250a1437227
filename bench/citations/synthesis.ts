/**
 * Answers made from real files: correct ones, and the same with one known fault.
 *
 * Each statement claims something of a source as models do: where a name is defined or used, what a line or a comment
 * says, which lines to read. The same seed gives the same answers.
 */

import { isTelling, namesIn } from "../../src/core/answering/checks/evidence";
import { namesDefinedIn } from "../../src/core/retrieval/ranking/nameInText";
import type { Source } from "../../src/domain/answer";

export interface RepositoryFile {
  readonly path: string;
  readonly lines: readonly string[];
}

export const FAULTS = ["wrong-line", "wrong-path", "invented-identifier", "source-number", "altered-quote"] as const;
export type Fault = (typeof FAULTS)[number];

export interface SyntheticAnswer {
  readonly text: string;
  readonly sources: readonly Source[];
  /** The false statement as it stands in the answer; undefined for a correct answer. */
  readonly fault: { readonly kind: Fault; readonly text: string } | undefined;
}

/** A statement, and what it claims. */
interface Claim {
  readonly text: string;
  /** What of the text a fault of that kind changes. */
  readonly place: Partial<Record<Fault, string>>;
  readonly source: Source;
}

export type Random = () => number;

/** Mulberry32: the same numbers from the same seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SOURCES = 5;
const STATEMENTS = 5;

/** @param fault what is to be wrong with the answer; undefined for nothing. */
export function synthesise(
  files: readonly RepositoryFile[],
  fault: Fault | undefined,
  random: Random,
): SyntheticAnswer {
  for (;;) {
    const sources = Array.from({ length: SOURCES }, (_, index) => window(pick(files, random), index + 1, random));
    const claims = Array.from({ length: STATEMENTS }, () => claimOf(pick(sources, random), random)).filter(
      (claim) => claim !== undefined,
    );
    const changed = fault === undefined ? undefined : withFault(claims, fault, files, sources, random);
    if (claims.length === STATEMENTS && (fault === undefined || changed !== undefined)) {
      const statements = changed?.claims ?? claims.map(({ text }) => text);
      return { text: statements.join("\n\n"), sources, fault: changed?.fault };
    }
  }
}

const pick = <T>(list: readonly T[], random: Random): T => {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) {
    throw new Error("nothing to choose from");
  }
  return chosen;
};

const between = (low: number, high: number, random: Random): number => low + Math.floor(random() * (high - low + 1));

function window({ path, lines }: RepositoryFile, n: number, random: Random): Source {
  const length = Math.min(lines.length, between(12, 50, random));
  const start = between(0, lines.length - length, random);
  const text = lines.slice(start, start + length).join("\n");
  return {
    n,
    role: "found",
    inPrompt: true,
    folder: "/project",
    path,
    language: "text",
    kind: "lines",
    symbol: namesDefinedIn(text)[0],
    enclosing: [],
    score: 1,
    text,
    startLine: start + 1,
    endLine: start + length,
  };
}

// ---------------------------------------------------------------- claims

type MakeClaim = (source: Source, random: Random) => Claim | undefined;

const MAKERS: readonly MakeClaim[] = [
  (source, random) => {
    const at = lineWith(source, random, (line) => definedIn(line).length > 0);
    const name = at && definedIn(at.text)[0];
    return at && name
      ? named(source, at.line, name, pick(["is defined in", "is declared at", "se define en"], random))
      : undefined;
  },
  (source, random) => {
    const at = lineWith(source, random, (line) => identifiersIn(line).length > 0);
    const name = at && identifiersIn(at.text)[0];
    return at && name
      ? named(source, at.line, name, pick(["is used at", "appears in", "aparece en"], random))
      : undefined;
  },
  (source, random) => {
    const at = lineWith(source, random, isQuotable);
    const quote = at?.text.trim();
    return quote
      ? { text: `There it runs \`${quote}\` [${source.n}].`, place: { "altered-quote": quote }, source }
      : undefined;
  },
  (source, random) => {
    const lines = source.text.split("\n");
    const start = between(0, Math.max(0, lines.length - 4), random);
    const block = lines.slice(start, start + 4).filter((line) => isQuotable(line));
    const quote = block[0]?.trim();
    return block.length === 4 && quote
      ? {
          text: `As it stands in [${source.n}]:\n\n\`\`\`\n${block.join("\n")}\n\`\`\``,
          place: { "altered-quote": quote },
          source,
        }
      : undefined;
  },
  (source, random) => {
    const at = lineWith(
      source,
      random,
      (line) => /^\s*(?:\/\/|#|\*|--)\s+\S+(?:\s+[\w',-]+){5,}/.test(line) && !/["`“]/.test(line),
    );
    const quote = at?.text.replace(/^\s*(?:\/\/|#|\*|--)+\s+/, "").trim();
    return quote
      ? { text: `The comment says “${quote}” [${source.n}].`, place: { "altered-quote": quote }, source }
      : undefined;
  },
  (source, random) => {
    const start = between(source.startLine, source.endLine, random);
    const lines = `${start}-${between(start, source.endLine, random)}`;
    const path = `${source.path}:${lines}`;
    return { text: `See ${path} [${source.n}].`, place: { "wrong-line": path, "wrong-path": path }, source };
  },
  (source) => ({
    text: `All of this keeps the state of the program together [${source.n}].`,
    place: { "source-number": `[${source.n}]` },
    source,
  }),
  (source, random) => {
    const name = identifiersIn(pick(source.text.split("\n"), random))[0];
    return name
      ? {
          text: `Here \`${name}\` does the work [${source.n}].`,
          place: { "invented-identifier": name, "source-number": `[${source.n}]` },
          source,
        }
      : undefined;
  },
  (source, random) => {
    const name = identifiersIn(pick(source.text.split("\n"), random))[0];
    return name
      ? {
          text: `One could write:\n\n\`\`\`\nbrand_new_result = try_something_else(${name}, 12345)\n\`\`\``,
          place: {},
          source,
        }
      : undefined;
  },
];

const claimOf: MakeClaim = (source, random) => pick(MAKERS, random)(source, random);

function named(source: Source, line: number, name: string, verb: string): Claim {
  const path = `${source.path}:${line}`;
  return {
    text: `\`${name}\` ${verb} \`${path}\` [${source.n}].`,
    place: {
      "wrong-line": path,
      "wrong-path": path,
      "invented-identifier": name,
      "source-number": `[${source.n}]`,
    },
    source,
  };
}

function lineWith(
  source: Source,
  random: Random,
  isWanted: (line: string) => boolean,
): { readonly line: number; readonly text: string } | undefined {
  const lines = source.text.split("\n").map((text, index) => ({ text, line: source.startLine + index }));
  const wanted = lines.filter(({ text }) => isWanted(text));
  return wanted.length === 0 ? undefined : pick(wanted, random);
}

const identifiersIn = (line: string): string[] =>
  namesIn(line).filter((name) => name.length > 4 && isTelling(name) && /^[A-Za-z_]\w+$/.test(name));

const definedIn = (line: string): string[] => namesDefinedIn(line).filter((name) => name.length > 3 && isTelling(name));

const isQuotable = (line: string): boolean =>
  line.trim().length >= 20 && line.trim().length <= 100 && /\s/.test(line.trim()) && !/[`…]|\.{3}/.test(line);

// ---------------------------------------------------------------- faults

function withFault(
  claims: readonly Claim[],
  kind: Fault,
  files: readonly RepositoryFile[],
  sources: readonly Source[],
  random: Random,
): { readonly claims: readonly string[]; readonly fault: { readonly kind: Fault; readonly text: string } } | undefined {
  const index = claims.findIndex(({ place }) => place[kind] !== undefined);
  const claim = claims[index];
  const right = claim?.place[kind];
  const wrong = claim && right && FALSIFY[kind](right, claim, files, sources, random);
  if (!claim || !right || !wrong) {
    return undefined;
  }
  const texts = claims.map(({ text }, at) => (at === index ? text.replace(right, () => wrong) : text));
  return { claims: texts, fault: { kind, text: wrong } };
}

type Falsify = (
  right: string,
  claim: Claim,
  files: readonly RepositoryFile[],
  sources: readonly Source[],
  random: Random,
) => string | undefined;

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

const FALSIFY: Readonly<Record<Fault, Falsify>> = {
  "wrong-line": (right, claim, _, sources, random) => {
    const [path = "", start = "0", end] = right.split(/:|-(?=\d+$)/);
    const shift = between(3, 80, random) * (random() < 0.5 ? -1 : 1);
    const first = Number(start) + shift;
    const last = end === undefined ? first : Number(end) + shift;
    return first > 0 && isWrongPlace(claim, first, last, sources)
      ? `${path}:${first}${end === undefined ? "" : `-${last}`}`
      : undefined;
  },
  "wrong-path": (right, _, files, __, random) => {
    const [path = "", lines = ""] = right.split(":");
    const parts = path.split("/");
    const at = between(0, parts.length - 1, random);
    parts[at] =
      at === parts.length - 1
        ? `${pick(["new_", "base", "old-"], random)}${parts[at]}`
        : `${parts[at]}${pick(["s", "2", "_core"], random)}`;
    const wrong = parts.join("/");
    const isReal = files.some((file) => file.path.endsWith(wrong) || wrong.endsWith(`/${file.path}`));
    return isReal ? undefined : `${wrong}:${lines}`;
  },
  "invented-identifier": (right, _, files, __, random) => {
    const verb = pick(["flush", "resolve", "rebuild", "schedule"], random);
    const wrong = right.includes("_") ? `${verb}_${right}` : `${verb}${right.charAt(0).toUpperCase()}${right.slice(1)}`;
    return files.some(({ lines }) => lines.some((line) => line.includes(wrong))) ? undefined : wrong;
  },
  "source-number": (_, __, ___, sources, random) =>
    `[${pick([0, sources.length + 1, sources.length + between(2, 30, random)], random)}]`,
  "altered-quote": (right, _, __, sources, random) => {
    const at = between(1, right.length - 2, random);
    const letter = LETTERS.charAt(between(0, 25, random));
    const wrong = pick(
      [
        right.slice(0, at) + letter + right.slice(at + 1),
        right.slice(0, at) + right.slice(at + 1),
        right.slice(0, at) + letter + right.slice(at),
      ],
      random,
    );
    const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();
    const isSame = sources.some(({ text }) => squeezed(text).includes(squeezed(wrong)));
    return isSame ? undefined : wrong;
  },
};

/** True where the lines do not hold what the claim names, nor lie within one of the file's sources if it names nothing. */
function isWrongPlace({ source, place }: Claim, first: number, last: number, sources: readonly Source[]): boolean {
  const name = place["invented-identifier"];
  return !sources
    .filter(({ path }) => path === source.path)
    .some(({ startLine, endLine, text }) => {
      const isShown = startLine <= first && last <= endLine;
      const lines = text.split("\n").slice(Math.max(0, first - startLine - 1), last - startLine + 2);
      return isShown && (name === undefined || lines.some((line) => namesIn(line).includes(name)));
    });
}
