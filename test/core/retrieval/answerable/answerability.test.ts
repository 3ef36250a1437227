import { expect, test } from "vitest";
import { judgeAnswerability } from "../../../../src/core/retrieval/answerable/answerability";
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
