import { describe, expect, test } from "vitest";
import { judgeAnswerability } from "../../../../src/core/retrieval/answerable/answerability";
import { highestSimilarity } from "../../../../src/core/retrieval/answerable/highestSimilarity";
import { createSearcher } from "../../../../src/core/retrieval/searcher";
import { codeFiles } from "../../../support/codeFiles";
import { memoryIndex } from "../../../support/memoryIndex";

const FILES = {
  "src/http/client.py": [
    "class HttpClient # sends requests over a connection",
    "  def send_request # retries when the connection breaks",
    "  def close # closes the connection",
  ].join("\n\n"),
  "src/http/retry.py": "def back_off # how long to wait before a request is sent again",
  "src/config/settings.py": "class Settings # what the user can change\n\n  def load # reads settings from a file",
  "docs/client.md": "The HTTP client sends requests over a connection.\n\nSet retries in the settings.",
};

const searcher = createSearcher(memoryIndex(...codeFiles(FILES)));

const judge = async (question: string) =>
  judgeAnswerability(question, await searcher.search(question, 16), [searcher.table]);

test.each([
  ["how does the client send requests over a connection", "its own words"],
  ["what retries when the connection breaks", "other words of one place"],
  ["where are settings read from a file", "words of one definition"],
  ["HttpClient", "a name it knows"],
  ["who calls send_request", "a name it knows, in a question"],
  ["how is the database migrated in src/http/retry.py", "a file that is there"],
  ["what does this do", "no word to judge by"],
  ["give me an overview of the architecture of this project", "the project as a whole"],
  ["Erkläre, wie die Verbindung aufgebaut wird und was der Cache tut", "another language"],
  ["¿Cómo se guardan los resultados de la sesión del usuario?", "Spanish"],
  ["come si configura il server di posta elettronica", "a language without accents"],
  ["接続はどのように再試行されますか", "another script"],
  ["", "nothing"],
])("%j is answered: %s", async (question) => {
  expect((await judge(question)).isWeak).toBe(false);
});

test.each([
  ["how does the garbage collector mark reachable objects", "nothing of it is here"],
  ["how are database migrations applied to a postgres schema", "nor of this"],
  ["which shader draws the shadow map of the terrain", "nor of this"],
  ["GarbageCollector.markRoots", "a name it does not know"],
  ["who calls mark_roots", "a name it does not know, in a question"],
])("%j is not: %s", async (question) => {
  expect((await judge(question)).isWeak).toBe(true);
});

test("features are what they say", async () => {
  const { coverage } = await judge("client sends requests over HttpClients missing");
  expect(coverage).toMatchObject({ terms: 6, unknownNames: 1 });
  expect(coverage.chunk).toBeGreaterThan(0.4);
  expect(coverage.file).toBeGreaterThanOrEqual(coverage.chunk);
  expect(coverage.pairs).toBeGreaterThan(0.3);
  expect(coverage.missing).toBeGreaterThan(0);
});

test("a term that is common in one folder is common", async () => {
  const [first] = await searcher.search("client", 1);
  const rare = judgeAnswerability(
    "client tea biscuits",
    [first].flatMap((chunk) => chunk ?? []),
    [
      { rarity: () => 5, sitesOf: () => [] },
      { rarity: (term) => (term === "client" ? 5 : 0.1), sitesOf: () => [] },
    ],
  );
  expect(rare.coverage.names).toBeGreaterThan(0.9);
});

describe("with the eyes of an embedding model", () => {
  const near = (similarity: number, model = "all-minilm:latest") => ({ model, similarity });
  const judgeNear = async (question: string, nearness: { readonly model: string; readonly similarity: number }) =>
    judgeAnswerability(question, await searcher.search(question, 16), [searcher.table], nearness).isWeak;

  /** Shares few words with what answers it. */
  const OTHER_WORDS = "pausing between failed attempts of a connection";

  test("what meaning alone answers is answered", async () => {
    expect((await judge(OTHER_WORDS)).isWeak).toBe(true);
    expect(await judgeNear(OTHER_WORDS, near(0.75))).toBe(false);
  });

  test("what neither finds is not", async () => {
    expect(await judgeNear(OTHER_WORDS, near(0.1))).toBe(true);
  });

  test("words that stand there by chance do not suffice", async () => {
    const question = "which file of settings does the user read in bed";
    expect((await judge(question)).isWeak).toBe(false);
    expect(await judgeNear(question, near(0.05))).toBe(true);
    expect(await judgeNear(question, near(0.5))).toBe(false);
  });

  test("a model that nobody measured has no say", async () => {
    expect(await judgeNear(OTHER_WORDS, near(0.9, "somebody/else:7b"))).toBe(true);
  });
});

test("how near a folder comes is told by what is still there", async () => {
  const hits = [
    { key: "gone", similarity: 0.9 },
    { key: "there", similarity: 0.4 },
  ];
  const meaning = (keys: readonly string[]) => ({
    vector: new Float32Array(),
    store: { keys: new Set<string>(), nearest: async () => hits },
    keys: {
      size: keys.length,
      all: () => keys.values(),
      ofFile: () => keys,
      sync: async () => undefined,
      places: (key: string) => (keys.includes(key) ? [{ path: "a.ts", fileId: 1, ordinal: 0 }] : []),
    },
  });
  expect(await highestSimilarity(meaning(["there"]))).toBe(0.4);
  expect(await highestSimilarity(meaning([]))).toBeUndefined();
});
