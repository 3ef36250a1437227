/**
 * What one search costs, by the size of the index, and whether the definition of a name comes first.
 *
 *     npm run bench:query -- FOLDER… [--questions N] [--indexes DIR]
 *
 * Each folder is indexed by the engine. Questions are made of it: words of a line of code, names, paths. A search inside
 * one warm process stands beside one full-text query of LanceDB, of the same terms over the same table, asked right after
 * it: for as many chunks as are shown, and for as many as are ranked. Each question is asked three times: of all searches the
 * slowest tell of the machine as well, of the medians of each question only of the questions. The first search of a new engine is timed from the
 * start of its process. Memory is what the heap holds more once the manifest is open again, once the table that ranking
 * needs is built again, and with what else a search looks into. Prints one line of JSON for each folder.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CHUNK_COLUMNS } from "../src/adapters/store/chunkTable";
import { readHistory } from "../src/adapters/store/historyFile";
import { ALL_AT_ONCE, loadLance } from "../src/adapters/store/lanceModule";
import { PLACE_COLUMNS, RowPlaces } from "../src/adapters/store/lanceRowPlaces";
import { connectTo, TABLE_NAME } from "../src/adapters/store/lanceTable";
import { openSqliteManifest } from "../src/adapters/store/sqliteManifest";
import { decodeDefinitions } from "../src/core/definitions";
import type { Manifest } from "../src/core/ports";
import { analyseQuestion } from "../src/core/retrieval/query/question";
import { splitIdentifier } from "../src/core/retrieval/query/splitIdentifier";
import { BM25 } from "../src/core/retrieval/ranking/weights";
import { createSearcher } from "../src/core/retrieval/searcher";
import { commitIndexOf } from "../src/engine/folder/folderHistory";
import { requests } from "../src/protocol/engine";
import { createRandom, type Random } from "./citations/synthesis";
import { type OpenRepository, openRepository } from "./retrieval/openRepository";
import { percentile } from "./retrieval/report";
import { openEngine } from "./support/benchEngine";

/** Chunks that a search shows. */
const LIMIT = 10;

/** Chunks that a search ranks. */
const RANKED_HITS = 200;

/** How often each question is asked. */
const ROUNDS = 3;

const collectGarbage = exposedGc();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { questions: { type: "string", default: "300" }, indexes: { type: "string" } },
  });
  if (positionals.length === 0) {
    throw new Error("FOLDER is needed");
  }
  const indexRoot = values.indexes ?? mkdtempSync(join(tmpdir(), "cloister-query-"));
  try {
    for (const folder of positionals) {
      const figures = await measure(indexRoot, resolve(folder), Number(values.questions));
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
  } finally {
    if (values.indexes === undefined) {
      rmSync(indexRoot, { recursive: true, force: true });
    }
  }
}

async function measure(indexRoot: string, folder: string, count: number) {
  const engine = openEngine(indexRoot);
  const repository = await openRepository(engine, folder);
  await engine.dispose();
  await createSearcher(repository).search("warm up", LIMIT);
  const { indexDir, manifest } = repository;
  const openManifest = () => openSqliteManifest(indexDir, false);
  const openCommits = () => commitIndexOf(readHistory(indexDir), manifest);
  const openTable = () => {
    const { table } = createSearcher(repository);
    table.sync(manifest);
    return table;
  };
  const held = {
    manifest: heldBy(openManifest, (opened) => opened.close()),
    table: heldBy(openTable, (table) => table.size),
    commits: heldBy(openCommits, (commits) => commits.score([], BM25.commits)),
  };
  const placesBytes = await bytesOfPlaces(repository);
  try {
    const questions = makeQuestions(repository, count, createRandom(7));
    const firstMs = await firstSearch(indexRoot, folder, questions[0] ?? "");
    const times = await searchTimes(repository, questions);
    return {
      folder: basename(folder),
      files: repository.files,
      chunks: repository.chunks,
      firstSearchMs: firstMs,
      searchMs: spread(times.search.flat()),
      fullTextMs: { [`first ${LIMIT}`]: spread(times.few.flat()), [`first ${RANKED_HITS}`]: spread(times.many.flat()) },
      ratio: {
        [`first ${LIMIT}`]: ratios(times.search.flat(), times.few.flat()),
        [`first ${RANKED_HITS}`]: ratios(times.search.flat(), times.many.flat()),
      },
      ratioOfMedians: {
        [`first ${LIMIT}`]: ratios(times.search.map(median), times.few.map(median)),
        [`first ${RANKED_HITS}`]: ratios(times.search.map(median), times.many.map(median)),
      },
      bytesPerChunk: {
        manifest: Math.round(held.manifest / repository.chunks),
        table: Math.round(held.table / repository.chunks),
        commits: Math.round(held.commits / repository.chunks),
        places: Math.round(placesBytes / repository.chunks),
      },
      definitionFirst: await definitionsFirst(repository, count),
    };
  } finally {
    await repository.close();
  }
}

// ---------------------------------------------------------------- time

/** Milliseconds from the start of an engine's process to its first result. */
async function firstSearch(indexRoot: string, folder: string, query: string): Promise<number> {
  const startedAt = performance.now();
  const engine = openEngine(indexRoot);
  try {
    await engine.request(requests.search, { folders: [{ folder, settings: undefined }], query, limit: LIMIT });
    return Math.round(performance.now() - startedAt);
  } finally {
    await engine.dispose();
  }
}

/**
 * Each is asked over a connection of its own: what one has read of the index, none of the others finds read already.
 *
 * @returns milliseconds, an array for each question.
 */
async function searchTimes(repository: OpenRepository, questions: readonly string[]) {
  const searcher = createSearcher(repository);
  const few = await openFullText(repository.indexDir, LIMIT);
  const many = await openFullText(repository.indexDir, RANKED_HITS);
  await searcher.search("warm up", LIMIT);
  const none = () => questions.map((): number[] => []);
  const times = { search: none(), few: none(), many: none() };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, question] of questions.entries()) {
      const { terms } = analyseQuestion(question);
      times.search[at]?.push(await timed(() => searcher.search(question, LIMIT)));
      times.few[at]?.push(await timed(() => few.query(terms)));
      times.many[at]?.push(await timed(() => many.query(terms)));
    }
  }
  few.close();
  many.close();
  return times;
}

/** LanceDB's own query for the best `limit` chunks, asked once already. */
async function openFullText(indexDir: string, limit: number) {
  const lance = await loadLance();
  const connection = await connectTo(lance, indexDir);
  const table = await connection.openTable(TABLE_NAME);
  const query = (terms: readonly string[]) => {
    const match = new lance.MatchQuery(terms.join(" "), "terms", { operator: lance.Operator.Or });
    const columns = [...CHUNK_COLUMNS, "_score"];
    return table.query().fullTextSearch(match).select(columns).limit(limit).toArrow();
  };
  await query(["warm"]);
  const close = () => {
    table.close();
    connection.close();
  };
  return { query, close };
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

function spread(times: readonly number[]) {
  return { p50: round(percentile(times, 0.5)), p95: round(percentile(times, 0.95)) };
}

function ratios(times: readonly number[], others: readonly number[]) {
  const at = (share: number) => round(percentile(times, share) / percentile(others, share));
  return { p50: at(0.5), p95: at(0.95) };
}

const median = (times: readonly number[]): number => percentile(times, 0.5);

function round(value: number): number {
  return Number(value.toFixed(2));
}

// ---------------------------------------------------------------- questions

/** Two of three in words, the others names and paths; of files and names drawn by `random`. */
function makeQuestions({ manifest }: OpenRepository, count: number, random: Random): string[] {
  const files = [...manifest.all()].filter(({ definitions }) => definitions.length > 0);
  const draw = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  return Array.from({ length: files.length === 0 ? 0 : count }, (_, turn) => {
    const file = draw(files);
    const { name } = draw(decodeDefinitions(file.definitions));
    const kinds = [() => name, () => file.path, () => inWords(name, file.path), () => inWords(name, draw(files).path)];
    return (kinds[turn % 6] ?? kinds[2 + (turn % 2)] ?? (() => name))();
  });
}

function inWords(name: string, path: string): string {
  const words = [name, ...path.split("/").slice(-2)].flatMap(splitIdentifier);
  return `where do we ${words.join(" ").toLowerCase()} and why`;
}

// ---------------------------------------------------------------- definitions

/** Of names that are defined once: how many are asked, and the share whose definition is the first result. */
async function definitionsFirst(repository: OpenRepository, count: number) {
  const searcher = createSearcher(repository);
  const names = definedOnce(repository.manifest);
  const step = Math.max(1, Math.floor(names.length / count));
  const asked = names.filter((_, at) => at % step === 0).slice(0, count);
  const missed: string[] = [];
  for (const { name, path } of asked) {
    const [first] = await searcher.search(name, 1);
    if (first?.path !== path || (first.symbol !== name && !first.text.includes(name))) {
      missed.push(name);
    }
  }
  return { names: asked.length, share: round(1 - missed.length / asked.length), missed: missed.slice(0, 10) };
}

/** Identifiers of three characters or more, with the file that defines them. */
function definedOnce(manifest: Manifest): { name: string; path: string }[] {
  const places = Map.groupBy(
    [...manifest.all()].flatMap(({ path, definitions }) =>
      decodeDefinitions(definitions).map(({ name }) => ({ name, path })),
    ),
    ({ name }) => name,
  );
  return [...places.values()]
    .flatMap((own) => (own.length === 1 ? own : []))
    .filter(({ name }) => /^[\p{L}_$][\p{L}\p{N}_$]{2,}$/u.test(name));
}

// ---------------------------------------------------------------- memory

async function bytesOfPlaces({ indexDir }: OpenRepository): Promise<number> {
  const connection = await connectTo(await loadLance(), indexDir);
  const table = await connection.openTable(TABLE_NAME);
  const rows = await table
    .query()
    .select([...PLACE_COLUMNS])
    .withRowId()
    .toArrow(ALL_AT_ONCE);
  const bytes = heldBy(
    () => new RowPlaces(rows),
    (places) => places.at(0),
  );
  table.close();
  connection.close();
  return bytes;
}

/** Bytes that the heap holds more once something is made; the median, since the heap gives back other things meanwhile. */
function heldBy<T>(make: () => T, use: (made: T) => unknown): number {
  const all: T[] = [];
  const sizes = [heapBytes()];
  while (sizes.length < 8) {
    all.push(make());
    sizes.push(heapBytes());
  }
  all.forEach(use); // which keeps them in memory until now
  const differences = sizes.slice(1).map((size, at) => size - (sizes[at] ?? 0));
  return percentile(differences, 0.5);
}

function exposedGc(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

function heapBytes(): number {
  collectGarbage();
  collectGarbage(); // buffers go in the round after what held them
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

await main();
