/**
 * What a selection of code is connected with: the definitions of the names it uses, and the code that uses what it
 * defines.
 *
 * Names are matched as they are spelled; no language is understood. A name that many files define says little about
 * which of them is meant, so it ranks low and soon not at all.
 */

import type { Chunk } from "../../domain/chunk";
import type { LineRange } from "../../domain/lines";
import { placeKey } from "../chunkPlace";
import { decodeDefinitions } from "../definitions";
import type { ChunkHit } from "../ports";
import { currentHits } from "./currentRows";
import { foldName } from "./query/splitIdentifier";
import { pathWords, searchTerms } from "./query/terms";
import { definesExactly } from "./ranking/findCandidates";
import { hasWord, isCalledIn, namesDefinedIn } from "./ranking/nameInText";
import { pathPenalty } from "./ranking/pathPenalty";
import { compareChunks, type RankedChunk } from "./ranking/pickChunks";
import { DEFINITION_LEVEL, RELATED } from "./ranking/weights";
import type { Searcher } from "./searchDeps";
import type { DefinitionLevel } from "./table/symbolTable";

/** Lines of a file, as they are in the editor. */
export interface SelectedLines extends LineRange {
  readonly path: string;
  readonly text: string;
}

export interface RelatedChunk extends RankedChunk {
  /** `definition` of a name that the selection uses; `caller`: uses a name that the selection defines. */
  readonly role: "definition" | "caller";
}

/** What only a ranking of files has to say. */
const UNRANKED = { alsoAt: [], explanation: undefined } as const;

/** Bounds on what one selection may ask for. */
const MAX_TEXT = 50_000;
const MAX_NAMES = 300;
const MAX_FILES_READ = 12;
const MAX_OWN_NAMES = 4;
const CALLER_HITS = 60;

/** A name defined in more files than this is nobody's. */
const MAX_DEFINING_FILES = 20;

/**
 * @param selection need not be indexed, nor equal to what is.
 * @returns at most `limit` chunks of the folder, none of the selection's own lines; definitions and callers take
 *   turns, each best first.
 */
export async function relatedTo(
  searcher: Searcher,
  selection: SelectedLines,
  limit: number,
  signal?: AbortSignal,
): Promise<RelatedChunk[]> {
  searcher.table.sync(searcher.deps.manifest);
  const own = await ownChunks(searcher, selection);
  signal?.throwIfAborted();
  const ownNames = namesDefinedBy(searcher, selection, own);
  const [definitions, callers] = await Promise.all([
    definitionsUsed(searcher, selection, ownNames),
    callersOf(searcher, selection, ownNames, signal),
  ]);
  signal?.throwIfAborted();
  return takeTurns(definitions, callers).slice(0, Math.max(0, limit));
}

function takeTurns(definitions: readonly RelatedChunk[], callers: readonly RelatedChunk[]): RelatedChunk[] {
  const isKnown = new Set<string>();
  const merged: RelatedChunk[] = [];
  for (let turn = 0; turn < Math.max(definitions.length, callers.length); turn += 1) {
    for (const chunk of [definitions[turn], callers[turn]]) {
      if (chunk !== undefined && !isKnown.has(placeKey(chunk))) {
        isKnown.add(placeKey(chunk));
        merged.push(chunk);
      }
    }
  }
  return merged;
}

// ---------------------------------------------------------------- what the selection defines

/** The indexed chunks that the selection touches. */
async function ownChunks({ deps }: Searcher, selection: SelectedLines): Promise<ChunkHit[]> {
  const record = deps.manifest.get(selection.path);
  const chunks = record === undefined ? [] : await deps.store.chunksOfFiles([record.fileId]);
  return chunks.filter((chunk) => overlaps(chunk, selection));
}

/** Names the selection defines for others; where it defines none, the name of the definition it lies in. */
function namesDefinedBy({ deps }: Searcher, { path, text }: SelectedLines, own: readonly Chunk[]): string[] {
  const bounded = text.slice(0, MAX_TEXT);
  const defined = new Set(decodeDefinitions(deps.manifest.get(path)?.definitions ?? "").map(({ name }) => name));
  const symbols = own.flatMap(({ symbol }) => (symbol !== undefined && hasWord(bounded, symbol) ? [symbol] : []));
  const written = namesDefinedIn(bounded).filter((name) => defined.size === 0 || defined.has(name));
  const names = new Set([...symbols, ...written]);
  if (names.size === 0) {
    return own.flatMap(({ symbol }) => symbol ?? []).slice(0, 1);
  }
  return [...names].slice(0, MAX_OWN_NAMES);
}

// ---------------------------------------------------------------- what it uses

interface UsedDefinition {
  readonly name: string;
  readonly path: string;
  readonly fileId: number;
  readonly level: DefinitionLevel;
  readonly score: number;
}

async function definitionsUsed(
  searcher: Searcher,
  selection: SelectedLines,
  ownNames: readonly string[],
): Promise<RelatedChunk[]> {
  const isDefinedHere = new Set([...ownNames, ...namesDefinedIn(selection.text.slice(0, MAX_TEXT))]);
  const used = usedNames(selection.text)
    .filter(({ name }) => !isDefinedHere.has(name))
    .flatMap((use) => sitesOfUse(searcher, selection, use))
    .sort(
      (a, b) => b.score - a.score || (a.path < b.path ? -1 : Number(a.path > b.path)) || (a.name < b.name ? -1 : 1),
    );
  const paths = [...new Set(used.map(({ path }) => path))].slice(0, MAX_FILES_READ);
  const fileIds = paths.flatMap((path) => searcher.deps.manifest.get(path)?.fileId ?? []);
  const chunks = Map.groupBy(await searcher.deps.store.chunksOfFiles(fileIds), ({ path }) => path);
  const found = new Map<string, RelatedChunk>();
  for (const { name, path, level, score } of used) {
    const chunk = definingChunk(name, level, chunks.get(path) ?? []);
    const id = `${path}:${chunk?.ordinal}`;
    if (chunk !== undefined && !isOwn(chunk, selection) && !found.has(id)) {
      found.set(id, { ...chunk, ...UNRANKED, score, role: "definition" });
    }
  }
  return [...found.values()].sort(compareChunks);
}

interface NameUse {
  readonly name: string;
  /** It is called, built or stands behind a dot: `name(`, `new name`, `.name`. */
  readonly isCall: boolean;
}

const NAME_IN_CODE = /(\.|::|->|#|\bnew\s+)?([\p{L}_$][\p{L}\p{N}_$]*)(\s{0,2}[(<!{])?/gu;

/** Different names in order of appearance. */
function usedNames(text: string): NameUse[] {
  const uses = new Map<string, boolean>();
  for (const [, before, name = "", after] of text.slice(0, MAX_TEXT).matchAll(NAME_IN_CODE)) {
    if (name.length > 1 && (uses.has(name) || uses.size < MAX_NAMES)) {
      uses.set(name, (uses.get(name) ?? false) || before !== undefined || after !== undefined);
    }
  }
  return [...uses].map(([name, isCall]) => ({ name, isCall }));
}

function sitesOfUse({ table, deps }: Searcher, selection: SelectedLines, { name, isCall }: NameUse): UsedDefinition[] {
  const sites = table.sitesOf(name).filter((site) => definesExactly(name, site, table, deps.manifest));
  if (sites.length > MAX_DEFINING_FILES) {
    return [];
  }
  const places = sites.flatMap(({ slot, level }) => {
    const path = table.pathOf(slot) ?? "";
    const fileId = deps.manifest.get(path)?.fileId;
    return fileId === undefined ? [] : [{ path, fileId, level, penalty: relativePenalty(path, selection.path) }];
  });
  // A copy in a test or a build says little against the original.
  const rivals = places.reduce((sum, { penalty }) => sum + penalty, 0);
  return places
    .filter(({ level }) => level !== "member" || isCall) // a plain word that is a member somewhere is most often a variable
    .map(({ path, fileId, level, penalty }) => {
      const own = DEFINITION_LEVEL[level] * (isCall ? 1 : RELATED.notCalled) * penalty;
      return { name, path, fileId, level, score: (own * nearness(path, selection.path, name)) / Math.sqrt(rivals) };
    });
}

/** How much less likely `path` is meant than the selection's own file, from its place alone. */
function relativePenalty(path: string, selectionPath: string): number {
  return Math.min(1, pathPenalty(path, new Set()) / pathPenalty(selectionPath, new Set()));
}

function nearness(path: string, selectionPath: string, name: string): number {
  if (path === selectionPath) {
    return RELATED.sameFile;
  }
  const directory = (file: string) => file.slice(0, file.lastIndexOf("/") + 1);
  const isNamedSo = foldName(pathWords(path).stem) === foldName(name);
  return (
    (isNamedSo ? RELATED.sameName : 1) * (directory(path) === directory(selectionPath) ? RELATED.sameDirectory : 1)
  );
}

/** The chunk that is named so, else the first that defines it in words, else, unless it is a member, that holds it. */
function definingChunk(name: string, level: DefinitionLevel, chunks: readonly ChunkHit[]): ChunkHit | undefined {
  const holding = chunks.filter(({ text }) => hasWord(text, name));
  return (
    chunks.find(({ symbol }) => symbol === name) ??
    holding.find(({ text }) => namesDefinedIn(text).includes(name)) ??
    (level === "member" ? undefined : holding[0])
  );
}

// ---------------------------------------------------------------- what uses it

async function callersOf(
  { deps, table }: Searcher,
  selection: SelectedLines,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<RelatedChunk[]> {
  const found = new Map<string, RelatedChunk>();
  for (const name of names.filter((own) => table.sitesOf(own).length <= MAX_DEFINING_FILES)) {
    const term = searchTerms(name).at(-1);
    const hits = term === undefined ? [] : await currentHits(deps, [term], CALLER_HITS, signal);
    const using = hits.filter((hit) => hasWord(hit.text, name) && hit.symbol !== name && !isOwn(hit, selection));
    const largest = Math.max(...using.map(({ score }) => score), Number.MIN_VALUE);
    for (const hit of using) {
      const id = `${hit.path}:${hit.ordinal}`;
      const score = callerScore(hit, hit.score / largest, name, selection.path);
      if (score > (found.get(id)?.score ?? 0)) {
        found.set(id, { ...hit, ...UNRANKED, score, role: "caller" });
      }
    }
  }
  return onePerFile([...found.values()].sort(compareChunks));
}

function callerScore({ text, path }: Chunk, relevance: number, name: string, selectionPath: string): number {
  return relevance * relativePenalty(path, selectionPath) * (isCalledIn(text, name) ? 1 : RELATED.notCalled);
}

/** The best chunk of each file first, then the others in their order. */
function onePerFile(chunks: readonly RelatedChunk[]): RelatedChunk[] {
  const isFirst = new Map<string, RelatedChunk>();
  for (const chunk of chunks) {
    if (!isFirst.has(chunk.path)) {
      isFirst.set(chunk.path, chunk);
    }
  }
  return [...isFirst.values(), ...chunks.filter((chunk) => isFirst.get(chunk.path) !== chunk)];
}

// ---------------------------------------------------------------- places

function overlaps(a: LineRange, b: LineRange): boolean {
  return a.startLine <= b.endLine && b.startLine <= a.endLine;
}

function isOwn(chunk: Chunk, selection: SelectedLines): boolean {
  return chunk.path === selection.path && overlaps(chunk, selection);
}
