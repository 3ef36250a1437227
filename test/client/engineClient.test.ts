import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { createEngineClient, type EngineClient, type EngineState } from "../../src/client/engineClient";
import { EngineError } from "../../src/domain/errors";
import { type EngineSettings, type FolderRef, PROTOCOL_VERSION, requests } from "../../src/protocol/engine";

const settings: EngineSettings = {
  indexRoot: undefined,
  ollamaUrl: "http://127.0.0.1:11434",
  allowRemoteOllama: false,
  noOllama: true,
  chatModel: undefined,
  embeddingModel: undefined,
  contextWindow: 8192,
};
const folder: FolderRef = { folder: "/a", settings: undefined };

let client: EngineClient;
const states: EngineState[] = [];

function start(): EngineClient {
  states.length = 0;
  client = createEngineClient({ engineScript: join(__dirname, "../support/fakeEngine.cjs"), settings });
  client.onStateChange((state) => states.push(state));
  return client;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const kill = () => client.request(requests.pause, { folder: "/a" });
const nextState = (wanted: EngineState) =>
  vi.waitFor(() => expect(states.at(-1)).toBe(wanted), { timeout: 10_000, interval: 10 });

afterEach(() => client.dispose());

test("starts the engine at the first request, once", async () => {
  start();
  expect(states).toEqual([]);
  await Promise.all([client.request(requests.models, {}), client.request(requests.models, {})]);
  expect(states).toEqual(["starting", "running"]);
});

test("passes the engine's errors on as data", async () => {
  const refused = start().request(requests.status, { folder });
  await expect(refused).rejects.toMatchObject({ detail: { code: "index-missing", folder: "/a" } });
});

test("an abort ends the request at once and cancels it in the engine", async () => {
  const log: string[] = [];
  start().onLog(({ message }) => log.push(message));
  const abort = new AbortController();
  const request = client.request(requests.index, { folder, rebuild: false }, abort.signal);
  await vi.waitFor(() => expect(log).toContain("index started"));
  abort.abort();
  await expect(request).rejects.toMatchObject({ name: "AbortError" });
  await vi.waitFor(() => expect(log).toContain("index cancelled"));
});

test("work that the engine itself cancelled ends as an abort and not as a failure", async () => {
  const update = start().request(requests.update, { folder: "/a", paths: [] });
  await expect(update).rejects.toMatchObject({ name: "AbortError" });
});

test("a crash fails what was asked, and the engine starts again by itself", async () => {
  start();
  await expect(kill()).rejects.toMatchObject({ detail: { code: "engine-stopped", cause: "killed by SIGKILL" } });
  await nextState("running");
  expect(states).toEqual(["starting", "running", "restarting", "starting", "running"]);
});

test("an engine that has outgrown its memory answers what it was asked, and another one what comes then", async () => {
  start();
  const initialize = { protocolVersion: PROTOCOL_VERSION, settings };
  const pid = async () => (await client.request(requests.initialize, initialize)).pid;
  const grow = () => client.request(requests.embed, { folder: "/a" });
  const first = await pid();
  const asked = grow();
  await vi.waitFor(() => expect(states).toEqual(["starting", "running", "restarting", "starting", "running"]));
  const second = await pid();
  expect(second).not.toBe(first);
  expect(isAlive(first)).toBe(true);
  await expect(asked).resolves.toBeNull();
  await vi.waitFor(() => expect(isAlive(first)).toBe(false));
  await grow();
  expect(await pid()).toBe(second); // it did not help
});

test("after the third crash it stays down and says so, until it is restarted", async () => {
  start();
  for (const _ of [1, 2, 3]) {
    await kill().catch((error: unknown) => expect(error).toBeInstanceOf(EngineError));
    await vi.waitFor(() => expect(["running", "failed"]).toContain(states.at(-1)), { timeout: 10_000 });
  }
  expect(states.at(-1)).toBe("failed");
  await expect(client.request(requests.models, {})).rejects.toMatchObject({ detail: { code: "engine-stopped" } });
  await client.restart();
  await expect(client.request(requests.models, {})).resolves.toMatchObject({ models: [] });
});

test("refuses an engine of another protocol", async () => {
  vi.stubEnv("FAKE_PROTOCOL_VERSION", "99");
  try {
    await expect(start().request(requests.models, {})).rejects.toMatchObject({
      detail: { code: "protocol-mismatch", engine: 99 },
    });
  } finally {
    vi.unstubAllEnvs();
  }
});

test("an engine that does not end when asked is killed", async () => {
  vi.stubEnv("FAKE_HANGS_AT_SHUTDOWN", "1");
  try {
    await start().request(requests.models, {});
    await client.dispose();
    expect(states.at(-1)).toBe("stopped");
  } finally {
    vi.unstubAllEnvs();
  }
});
