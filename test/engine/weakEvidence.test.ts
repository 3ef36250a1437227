/** Whether to ask a model at all, judged by an engine's sessions: by words, and by meaning where that counted in the search. */

import { expect, test } from "vitest";
import { isWeakEvidence, searchSessions } from "../../src/engine/searchSessions";
import { Embeddings } from "../../src/engine/vectors/embeddings";
import { ModelTraffic } from "../../src/engine/vectors/modelTraffic";
import { fakeChatServer, installed } from "../support/fakeChatServer";
import { fakeEmbedding } from "../support/fakeEmbedding";
import { openFolderSession } from "../support/folderSession";
import { temporaryFolder } from "../support/temporaryFolder";

const { signal } = new AbortController();
const model = { ...installed("all-minilm:latest", { capabilities: ["embedding"] }) };

const QUESTION = "pausing between failed attempts of a connection";
const FILES = {
  "retry.txt": "how long to wait until a broken connection is tried again\n",
  "settings.txt": "what the user can change is read from a file\n",
};

/** What the question is about points its way, all else elsewhere. */
const reply = (input: string) => (/broken|pausing/.test(input) ? [1, 0, 0, 0, 0, 0, 0, 0] : [0, 1, 0, 0, 0, 0, 0, 0]);

async function open() {
  const folder = temporaryFolder(FILES);
  const embeddings = new Embeddings({
    server: () => ({ models: fakeChatServer([], { models: [model] }), embedding: fakeEmbedding({ reply }) }),
    wanted: () => undefined,
    traffic: new ModelTraffic(),
    clock: Date.now,
  });
  const { session } = openFolderSession(folder, { embeddings });
  await session.index(false, signal);
  return { session, deps: { sessions: [session], embeddings, patienceMs: 10_000 } };
}

test("words refuse what meaning answers", async () => {
  const { session, deps } = await open();
  const byWords = await searchSessions(deps, QUESTION, 16, signal);
  expect(byWords.tier).toBe("lexical");
  expect(await isWeakEvidence(deps, QUESTION, byWords)).toBe(true);

  await session.vectors.fill(signal);
  const byMeaning = await searchSessions(deps, QUESTION, 16, signal);
  expect(byMeaning.tier).toBe("hybrid");
  expect(await isWeakEvidence(deps, QUESTION, byMeaning)).toBe(false);
  expect(await isWeakEvidence(deps, QUESTION, byWords), "a search that went without meaning").toBe(true);
});
