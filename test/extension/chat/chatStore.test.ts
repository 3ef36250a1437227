import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Chat, chatToJson, parseChat, type Turn } from "../../../src/extension/chat/chat";
import { ChatStore } from "../../../src/extension/chat/chatStore";

let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), "cloister-chats-")), "chats");
});

afterEach(async () => {
  await rm(join(directory, ".."), { recursive: true });
});

const turn = (question: string, text = "answer"): Turn => ({
  turnId: question,
  question,
  selection: undefined,
  state: "done",
  text,
  thinking: "",
  sources: [],
  result: undefined,
  notice: undefined,
});

const chat = (id: string, updatedAt = 0, turns = [turn(`question of ${id}`)]): Chat => ({
  format: 1,
  id,
  updatedAt,
  turns,
});

function openStore(at: string | undefined = directory) {
  const problems: string[] = [];
  return { store: new ChatStore({ directory: at, onProblem: (what) => problems.push(what) }), problems };
}

test("what was saved is there for the next window", async () => {
  const { store } = openStore();
  store.save(chat("a"));
  store.save(chat("a", 1, [turn("first"), turn("second")]));
  await store.flush();
  expect(await openStore().store.load("a")).toEqual(chat("a", 1, [turn("first"), turn("second")]));
});

test("a chat without a question is no chat", async () => {
  const { store } = openStore();
  store.save(chat("a", 0, []));
  expect(await store.list()).toEqual([]);
});

test("chats are listed with the newest first, also one that is not yet written", async () => {
  const { store } = openStore();
  store.save(chat("old", 1));
  await store.flush();
  store.save(chat("new", 2));
  expect((await store.list()).map(({ id }) => id)).toEqual(["new", "old"]);
});

test("a chat that is deleted does not come back from what was about to be written", async () => {
  const { store } = openStore();
  store.save(chat("a"));
  await store.flush();
  store.save(chat("a", 1));
  await store.delete("a");
  expect(await store.list()).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test.each([
  { name: "cut", damage: (json: string) => json.slice(0, json.length / 2) },
  { name: "empty", damage: () => "" },
  { name: "zeroed", damage: (json: string) => "\0".repeat(json.length) },
  { name: "of another shape", damage: () => `{"format":1,"id":"a","updatedAt":0,"turns":[{"question":3}]}` },
  { name: "no object", damage: () => "null" },
])("a file that is $name is moved aside, and the others are listed", async ({ damage }) => {
  const { store, problems } = openStore();
  store.save(chat("a"));
  store.save(chat("b"));
  await store.flush();
  await writeFile(join(directory, "a.json"), damage(await readFile(join(directory, "a.json"), "utf8")));

  expect((await store.list()).map(({ id }) => id)).toEqual(["b"]);
  expect(problems).toEqual(["The chat a is damaged and was moved aside."]);
  expect((await readdir(directory)).sort()).toEqual(["a.json.damaged", "b.json"]);
});

test("a chat of a later version is left alone", async () => {
  const { store, problems } = openStore();
  store.save(chat("a"));
  await store.flush();
  await writeFile(join(directory, "a.json"), `{"format":2}`);
  expect(await store.load("a")).toBeUndefined();
  expect(problems).toEqual([]);
  expect(await readdir(directory)).toEqual(["a.json"]);
});

test("others cannot read what was asked", async () => {
  const { store } = openStore();
  store.save(chat("a"));
  await store.flush();
  const modes = await Promise.all([directory, join(directory, "a.json")].map(async (path) => (await stat(path)).mode));
  expect(modes.map((mode) => mode & 0o077)).toEqual(process.platform === "win32" ? expect.anything() : [0, 0]);
});

test("a place that cannot be written is reported and breaks nothing", async () => {
  const file = join(directory, "..", "file");
  await writeFile(file, "");
  const { store, problems } = openStore(join(file, "chats"));
  store.save(chat("a"));
  await store.flush();
  expect(problems).toEqual(["A chat could not be kept."]);
});

test("without a workspace nothing is kept", async () => {
  const store = new ChatStore({ directory: undefined, onProblem: () => expect.unreachable() });
  store.save(chat("a"));
  expect(await store.list()).toEqual([]);
  expect(await store.load("a")).toBeUndefined();
});

test("the oldest chats make room for new ones", async () => {
  const { store } = openStore();
  for (let number = 0; number < 53; number++) {
    store.save(chat(`c${number}`, number));
    await store.flush();
  }
  expect(await readdir(directory)).toHaveLength(50);
});

test("a chat that grows too large loses its oldest turns and keeps its newest", () => {
  const turns = Array.from({ length: 30 }, (_, number) => turn(`q${number}`, "x".repeat(300_000)));
  const kept = parseChat(chatToJson(chat("a", 0, turns))).turns;
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.length).toBeLessThan(15);
  expect(kept.at(-1)?.question).toBe("q29");
});
