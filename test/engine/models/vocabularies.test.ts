import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { VocabularyServer } from "../../../src/core/modelPorts";
import { Vocabularies } from "../../../src/engine/models/vocabularies";
import { temporaryFolder } from "../../support/temporaryFolder";

const model = (digest: string) => ({ model: "m", digest });

/** A server that knows " the", and how often it was asked. */
function fakeServer(tokens: VocabularyServer["tokens"] = async () => ({ tokens: ["▁the"], types: [] })) {
  const asked = vi.fn(tokens);
  return { asked, server: (): VocabularyServer => ({ tokens: asked }) };
}

const counts = (vocabularies: Vocabularies, digest: string) => vocabularies.of(model(digest))?.count(" the");

test("the first question goes without; later ones, and other processes, have it", async () => {
  const directory = join(temporaryFolder(), "vocabularies");
  const { asked, server } = fakeServer();
  const vocabularies = new Vocabularies(directory, server);
  expect(counts(vocabularies, "sha256:a1")).toBeUndefined();
  expect(counts(vocabularies, "sha256:a1")).toBeUndefined();
  await vi.waitFor(() => expect(counts(vocabularies, "sha256:a1")).toBe(1));
  expect(counts(new Vocabularies(directory, server), "sha256:a1")).toBe(1);
  expect(asked).toHaveBeenCalledTimes(1);
});

test.each<[string, VocabularyServer["tokens"]]>([
  ["does not say", async () => undefined],
  ["says it in a way we do not know", async () => ({ tokens: ["the", "##ing"], types: [] })],
  ["fails", () => Promise.reject(new Error("gone"))],
])("a server that %s is asked once", async (_, tokens) => {
  const directory = join(temporaryFolder(), "vocabularies");
  const { asked, server } = fakeServer(tokens);
  const vocabularies = new Vocabularies(directory, server);
  expect(counts(vocabularies, "a1")).toBeUndefined();
  await Promise.allSettled(asked.mock.results.map(({ value }) => value));
  expect(counts(vocabularies, "a1")).toBeUndefined();
  expect(asked).toHaveBeenCalledTimes(1);
});

test("where Ollama is turned off nobody is asked, and a digest is no path", () => {
  const { asked, server } = fakeServer();
  const directory = temporaryFolder();
  expect(counts(new Vocabularies(directory, () => undefined), "a1")).toBeUndefined();
  expect(counts(new Vocabularies(directory, server), "../a1")).toBeUndefined();
  expect(counts(new Vocabularies(directory, server), "")).toBeUndefined();
  expect(asked).not.toHaveBeenCalled();
});

test("a damaged file is asked for again; of many the oldest go", async () => {
  const directory = temporaryFolder();
  const { server } = fakeServer();
  for (const [age, digest] of ["a", "b", "c", "d"].entries()) {
    writeFileSync(join(directory, `${digest}.1`), "damaged");
    utimesSync(join(directory, `${digest}.1`), 1000 + age, 1000 + age);
  }
  const vocabularies = new Vocabularies(directory, server);
  expect(counts(vocabularies, "e")).toBeUndefined();
  await vi.waitFor(() => expect(counts(vocabularies, "e")).toBe(1));
  expect(readdirSync(directory).toSorted()).toEqual(["b.1", "c.1", "d.1", "e.1"]);
  expect(counts(vocabularies, "b")).toBeUndefined();
  await vi.waitFor(() => expect(counts(vocabularies, "b")).toBe(1));
});
