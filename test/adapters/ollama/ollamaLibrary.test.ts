import { afterEach, expect, test } from "vitest";
import { createGuardedFetch } from "../../../src/adapters/ollama/guardedFetch";
import { createOllamaLibrary, DOWNLOAD_LIMITS } from "../../../src/adapters/ollama/ollamaLibrary";
import type { ModelLibrary, PullProgress } from "../../../src/core/modelPorts";
import { isAbort, toErrorDetail } from "../../../src/domain/errors";
import { type Handler, startServer, type TestServer } from "../../support/httpServer";

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function library(handle: Handler): Promise<{ readonly models: ModelLibrary; readonly server: TestServer }> {
  const server = await startServer(handle);
  servers.push(server);
  const send = createGuardedFetch({ baseUrl: server.url, allowRemote: false, limits: DOWNLOAD_LIMITS });
  return { models: createOllamaLibrary({ url: server.url, send }), server };
}

/** Lines of a download, as the server sends them; what follows is up to the test. */
const sends =
  (lines: readonly object[], isEnd = true): Handler =>
  (_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    if (isEnd) {
      response.end();
    }
  };

const part = (digest: string, total: number, completed?: number) => ({
  status: `pulling ${digest}`,
  digest,
  total,
  ...(completed === undefined ? {} : { completed }),
});

async function pullAll(models: ModelLibrary, name = "m:1b"): Promise<PullProgress[]> {
  const all: PullProgress[] = [];
  for await (const progress of models.pull(name, new AbortController().signal)) {
    all.push(progress);
  }
  return all;
}

test("the parts of a model are added up, and success ends it", async () => {
  const { models, server } = await library(
    sends([
      { status: "pulling manifest" },
      part("a", 100),
      part("a", 100, 40),
      part("b", 10),
      part("a", 100, 100),
      part("b", 10, 10),
      { status: "verifying sha256 digest" },
      { status: "success" },
    ]),
  );
  const progress = await pullAll(models);
  expect(progress.map(({ completedBytes, totalBytes }) => `${completedBytes}/${totalBytes}`)).toEqual([
    "0/100",
    "40/100",
    "40/110",
    "100/110",
    "110/110",
  ]);
  expect(server.received[0]).toMatchObject({ method: "POST", path: "/api/pull" });
});

test("counts that are no counts do no harm", async () => {
  const { models } = await library(
    sends([part("a", -1), part("a", 100, 400), { digest: 7, total: 5 }, { total: 9 }, { status: "success" }]),
  );
  expect(await pullAll(models)).toEqual([{ completedBytes: 100, totalBytes: 100 }]);
});

test.each<[string, Handler, object]>([
  [
    "a name that nobody knows",
    sends([{ status: "pulling manifest" }, { error: "pull model manifest: file does not exist" }]),
    { code: "model-unknown", model: "m:1b" },
  ],
  ["an end without success", sends([part("a", 100, 40)]), { code: "ollama-interrupted" }],
  [
    "no way to the library",
    sends([{ error: "dial tcp: lookup registry.ollama.ai: no such host" }]),
    { code: "ollama-failed" },
  ],
  ["something that is no Ollama", (_, response) => void response.end("<html>"), { code: "ollama-not-ollama" }],
])("%s is told", async (_, handler, error) => {
  const { models } = await library(handler);
  expect(toErrorDetail(await pullAll(models).catch((thrown: unknown) => thrown))).toMatchObject(error);
});

test("a pause closes the connection, at which the server stops downloading", async () => {
  const { models, server } = await library(sends([part("a", 100, 40)], false));
  const pause = new AbortController();
  const seen: PullProgress[] = [];
  const pulling = async () => {
    for await (const progress of models.pull("m:1b", pause.signal)) {
      seen.push(progress);
      pause.abort();
    }
  };
  await expect(pulling()).rejects.toSatisfy(isAbort);
  await server.abandoned;
  expect(seen).toEqual([{ completedBytes: 40, totalBytes: 100 }]);
});

test("a reader that leaves closes the connection as well", async () => {
  const { models, server } = await library(sends([part("a", 100, 40)], false));
  for await (const _ of models.pull("m:1b", new AbortController().signal)) {
    break;
  }
  await server.abandoned;
});

test("a cloud model is not pulled", async () => {
  const { models, server } = await library(sends([{ status: "success" }]));
  const failed = await pullAll(models, "big:120b-cloud").catch((error: unknown) => error);
  expect(toErrorDetail(failed)).toMatchObject({ code: "model-is-remote" });
  expect(server.received).toEqual([]);
});

test("deleting says nothing where it succeeds, and names a model that is not there", async () => {
  const { models, server } = await library(({ body }, response) =>
    body.includes("absent")
      ? response
          .writeHead(404, { "content-type": "application/json" })
          .end(JSON.stringify({ error: "model 'absent' not found" }))
      : response.writeHead(200).end(),
  );
  const { signal } = new AbortController();
  await models.remove("m:1b", signal);
  expect(server.received[0]).toMatchObject({ method: "DELETE", path: "/api/delete" });
  const failed = await models.remove("absent", signal).catch((error: unknown) => error);
  expect(toErrorDetail(failed)).toMatchObject({ code: "model-not-installed", model: "absent" });
});
