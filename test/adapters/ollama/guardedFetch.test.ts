import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createGuardedFetch, type FetchLimits } from "../../../src/adapters/ollama/guardedFetch";
import { type EngineErrorDetail, isAbort, toErrorDetail } from "../../../src/domain/errors";
import type { SentRequest } from "../../../src/domain/sentRequest";
import { closedPort, type Handler, startServer, type TestServer } from "../../support/httpServer";

const servers: TestServer[] = [];
const serve = async (handle: Handler, host?: string): Promise<TestServer> => {
  const server = await startServer(handle, host);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const SHORT: Partial<FetchLimits> = {
  connectMs: 2_000,
  headersMs: 50,
  silenceMs: 50,
  maxLineBytes: 1000,
  maxBytes: 5000,
};

const guarded = (baseUrl: string, options: Partial<Parameters<typeof createGuardedFetch>[0]> = {}) =>
  createGuardedFetch({ baseUrl, allowRemote: false, ...options });

/** What a request and the reading of its body end with. */
async function outcome(send: typeof fetch, url: string, init?: RequestInit): Promise<string | EngineErrorDetail> {
  try {
    return await (await send(url, init)).text();
  } catch (error) {
    return isAbort(error) ? "aborted" : toErrorDetail(error);
  }
}

test("posts a body and reads the answer", async () => {
  const server = await serve(({ method, path, body }, response) => response.end(`${method} ${path} ${body}`));
  const send = guarded(server.url);
  expect(await outcome(send, `${server.url}/api/chat?x=1`, { method: "POST", body: "früh" })).toBe(
    "POST /api/chat?x=1 früh",
  );
});

test("passes status, content type and headers", async () => {
  const server = await serve((_, response) => {
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  const response = await guarded(server.url)(`${server.url}/x`, { headers: { "X-Test": "1" } });
  expect([response.status, response.ok, response.headers.get("content-type"), await response.text()]).toEqual([
    404,
    false,
    "application/json",
    "{}",
  ]);
});

test("a response without a body is read as empty", async () => {
  const server = await serve((_, response) => response.writeHead(204).end());
  expect(await outcome(guarded(server.url), server.url)).toBe("");
});

test("finds localhost on whichever loopback address the server listens", async () => {
  const server = await serve((_, response) => response.end("here"));
  const url = server.url.replace("127.0.0.1", "localhost");
  expect(await outcome(guarded(url), `${url}/`)).toBe("here");
});

test.each([301, 302, 303, 307, 308])("refuses a %d, and the other host gets no byte", async (status) => {
  const other = await serve((_, response) => response.end("secret received"));
  const server = await serve((_, response) => response.writeHead(status, { location: `${other.url}/steal` }).end());
  expect(await outcome(guarded(server.url), `${server.url}/api/chat`, { method: "POST", body: "my code" })).toEqual({
    code: "ollama-address-refused",
    url: server.url,
    why: `it redirects to ${other.url}`,
  });
  expect(other.bytesIn()).toBe(0);
});

test("another origin than the configured one is refused before anything is sent", async () => {
  const other = await serve((_, response) => response.end("received"));
  const result = await outcome(guarded("http://127.0.0.1:11434"), other.url);
  expect(result).toMatchObject({ code: "ollama-address-refused", url: other.url });
  expect(other.bytesIn()).toBe(0);
});

test.each([
  ["http://192.168.1.20:11434", "it is not on this machine"],
  ["http://169.254.169.254/", "no Ollama server has such an address"],
  ["http://user:secret@127.0.0.1:11434", "the address holds a user name or password"],
  ["not an address", "it is not an address"],
])("refuses the configured address %s", async (baseUrl, why) => {
  const url = URL.canParse(baseUrl) ? baseUrl : "http://127.0.0.1:11434";
  const result = await outcome(guarded(baseUrl), url);
  expect(result).toMatchObject({ code: "ollama-address-refused", why });
  expect(JSON.stringify(result)).not.toContain("secret");
});

/** A resolver that gives one list of addresses after the other. */
function scriptedResolver(...answers: string[][]) {
  let asked = 0;
  return async () => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    return addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
}

test.each([
  [["127.0.0.1", "10.0.0.1"], "it is not on this machine"],
  [["10.0.0.1"], "it is not on this machine"],
  [["::1", "169.254.169.254"], "no Ollama server has such an address"],
])("a name counts only if every address it stands for does: %s", async (addresses, why) => {
  const server = await serve((_, response) => response.end("received"));
  const url = server.url.replace("127.0.0.1", "localhost");
  const send = guarded(url, { resolve: scriptedResolver(addresses) });
  expect(await outcome(send, url)).toMatchObject({ code: "ollama-address-refused", why });
  expect(server.bytesIn()).toBe(0);
});

test("a name that resolves differently the next time gains nothing", async () => {
  const server = await serve((_, response) => response.end("first"));
  const url = server.url.replace("127.0.0.1", "localhost");
  const send = guarded(url, { resolve: scriptedResolver(["127.0.0.1"], ["10.0.0.1"]) });
  expect(await outcome(send, url)).toBe("first");
  expect(await outcome(send, url)).toMatchObject({ code: "ollama-address-refused" });
});

test.skipIf(process.platform === "darwin")(
  "the connection goes to the address that was checked, and asks for it once",
  async () => {
    const server = await serve((_, response) => response.end("pinned"), "127.0.0.2");
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: "127.0.0.2", family: 4 }];
    };
    const url = server.url.replace("127.0.0.2", "localhost");
    expect(await outcome(guarded(url, { resolve }), url)).toBe("pinned");
    expect(asked).toBe(1);
  },
);

test("a proxy in the environment is not used", async () => {
  const proxy = await serve((_, response) => response.end("through the proxy"));
  const server = await serve((_, response) => response.end("direct"));
  const before = { ...process.env };
  Object.assign(process.env, { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NODE_USE_ENV_PROXY: "1" });
  try {
    expect(await outcome(guarded(server.url), server.url)).toBe("direct");
  } finally {
    process.env = before;
  }
  expect(proxy.bytesIn()).toBe(0);
});

test("nobody listens", async () => {
  const url = `http://127.0.0.1:${await closedPort()}`;
  expect(await outcome(guarded(url), url)).toEqual({ code: "ollama-unreachable", url });
});

test("the name is unknown", async () => {
  const resolve = () => Promise.reject(Object.assign(new Error("not found"), { code: "ENOTFOUND" }));
  const url = "http://localhost:11434";
  expect(await outcome(guarded(url, { resolve }), url)).toEqual({ code: "ollama-unreachable", url });
});

test.each<[string, Handler, EngineErrorDetail["code"]]>([
  ["no headers in time", () => undefined, "ollama-timeout"],
  ["silence in the middle", (_, response) => void response.write("begun"), "ollama-timeout"],
  ["a line that is too long", (_, response) => response.end("x".repeat(1500)), "ollama-not-ollama"],
  ["more than allowed in all", (_, response) => response.end("short line\n".repeat(600)), "ollama-not-ollama"],
  ["a connection closed before the headers", (_, response) => void response.destroy(), "ollama-interrupted"],
  [
    "a connection closed in the middle",
    (_, response) => void response.write("begun", () => response.destroy()),
    "ollama-interrupted",
  ],
  [
    "fewer bytes than announced",
    (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("ten bytes.", () => response.destroy());
    },
    "ollama-interrupted",
  ],
])("%s", async (_, handler, code) => {
  const server = await serve(handler);
  expect(await outcome(guarded(server.url, { limits: SHORT }), server.url)).toMatchObject({ code });
});

test("what speaks no HTTP is not Ollama", async () => {
  const server = createServer((socket) => socket.end("220 mail.example ESMTP\r\n")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  expect(await outcome(guarded(url), url)).toEqual({ code: "ollama-not-ollama", url });
  server.close();
});

test("lines below the limit pass, however many", async () => {
  const text = `${"y".repeat(900)}\n`.repeat(5);
  const server = await serve((_, response) => response.end(text));
  expect(await outcome(guarded(server.url, { limits: SHORT }), server.url)).toBe(text);
});

test("an abort before, while waiting and while reading closes the connection", async () => {
  const server = await serve(({ path }, response) => {
    if (path === "/reading") {
      response.write("begun\n");
    }
  });
  const send = guarded(server.url);
  expect(await outcome(send, server.url, { signal: AbortSignal.abort() })).toBe("aborted");
  expect(server.bytesIn()).toBe(0);

  const waiting = new AbortController();
  const pending = outcome(send, server.url, { signal: waiting.signal });
  setImmediate(() => waiting.abort());
  expect(await pending).toBe("aborted");

  const reading = new AbortController();
  const response = await send(`${server.url}/reading`, { signal: reading.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("begun\n");
  reading.abort();
  await expect(reader.read()).rejects.toSatisfy(isAbort);
  await server.abandoned;
});

test("a reader that leaves closes the connection", async () => {
  const server = await serve((_, response) => void response.write("begun\n"));
  const response = await guarded(server.url)(server.url);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  await server.abandoned;
});

test("takes text bodies only", async () => {
  await expect(
    guarded("http://127.0.0.1:1")("http://127.0.0.1:1", { method: "POST", body: new Blob([]) }),
  ).rejects.toThrow(TypeError);
});

test("the log tells time, place, size and end of each request, and nothing of what was said", async () => {
  const entries: SentRequest[] = [];
  const server = await serve(({ path }, response) =>
    path === "/api/broken" ? void response.destroy() : void response.end("the answer"),
  );
  const send = guarded(server.url, { log: (entry) => entries.push(entry) });
  await outcome(send, `${server.url}/api/chat?q=private`, { method: "POST", body: "the question" });
  await outcome(send, `${server.url}/api/broken`, { method: "POST", body: "the question" });
  expect(entries).toEqual([
    expect.objectContaining({
      method: "POST",
      origin: server.url,
      endpoint: "/api/chat",
      status: 200,
      sentBytes: 12,
      receivedBytes: 10,
      outcome: "done",
    }),
    expect.objectContaining({ endpoint: "/api/broken", status: undefined, outcome: "ollama-interrupted" }),
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/question|answer|private/);
});
