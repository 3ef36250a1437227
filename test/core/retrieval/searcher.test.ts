import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSearcher, searchFolders } from "../../../src/core/retrieval/searcher";
import { codeFile, codeFiles } from "../../support/codeFiles";
import { memoryIndex, recordOf } from "../../support/memoryIndex";

const FILES = {
  "src/http/client.py": [
    "class HttpClient # sends requests over a connection",
    "  def send_request # retries when the connection breaks",
    "  def close # closes the connection",
  ].join("\n\n"),
  "src/http/retry.py": "def back_off # how long to wait before a request is sent again",
  "src/config/settings.py": "class Settings # what the user can change\n\n  def load # reads settings from a file",
  "src/config/index.py": "from settings import Settings",
  "tests/test_client.py": "def test_send_request # sends requests over a connection, client, HttpClient, retry",
  "docs/client.md": "The HTTP client sends requests over a connection.\n\nSet retries in the settings.",
  "vendor/http/client.py": "class HttpClient # sends requests over a connection",
  "CHANGELOG.md": "Client: sends requests over a connection again, settings, retry",
};

const searcherOf = (files: Readonly<Record<string, string>>) => createSearcher(memoryIndex(...codeFiles(files)));

const places = async (query: string, limit = 10, files: Readonly<Record<string, string>> = FILES) => {
  const found = await searcherOf(files).search(query, limit);
  return found.map(({ path, startLine }) => `${path}:${startLine}`);
};

describe("the first result", () => {
  test.each([
    ["how does the client send requests over a connection", "src/http/client.py:3", "words"],
    ["HttpClient", "src/http/client.py:1", "a type by its name"],
    ["http_client", "src/http/client.py:1", "spelled another way"],
    ["HttpClient.close", "src/http/client.py:5", "a qualified member"],
    ["send_request", "src/http/client.py:3", "a member"],
    ["test_send_request", "tests/test_client.py:1", "a name that only a test defines"],
    ["where does load read from", "src/config/settings.py:3", "a word that is a definition's name"],
    ["settings", "src/config/settings.py:1", "a file's name"],
    ["retry.py", "src/http/retry.py:1", "a path"],
    ["what fails at src/http/client.py:5", "src/http/client.py:5", "a path with a line"],
    ["tests of the client", "tests/test_client.py:1", "tests, when asked for"],
    ["docs about the client sending requests", "docs/client.md:1", "documents, when asked for"],
    ["vendored http client", "vendor/http/client.py:1", "vendored code, when asked for"],
    ["¿cómo se cierra la conexión?", "src/http/client.py:5", "Spanish over English code"],
    ["ajustes", "src/config/settings.py:1", "a Spanish word that no file holds"],
  ])("for %j is %s: %s", async (query, expected) => {
    expect((await places(query))[0]).toBe(expected);
  });
});

test("a Spanish word that a file holds is its name", async () => {
  const files = { "src/cola.ts": "def cola", "src/queue.ts": "def queue" };
  expect(await places("cola", 10, files)).toEqual(["src/cola.ts:1"]);
});

test("Spanish comments are found by Spanish questions", async () => {
  const files = { "src/a.ts": "def x # vacía la cola de envíos", "src/b.ts": "def y # lee la configuración" };
  expect((await places("¿dónde se vacía la cola?", 10, files))[0]).toBe("src/a.ts:1");
});

test("tests, copies and change logs come after the code they repeat", async () => {
  const paths = (await places("client sends requests over a connection")).map((place) => place.split(":")[0]);
  const first = paths.indexOf("src/http/client.py");
  expect(first).toBe(0);
  for (const other of ["tests/test_client.py", "vendor/http/client.py", "CHANGELOG.md"]) {
    expect(paths.indexOf(other)).toBeGreaterThan(first);
  }
});

test("a file that no chunk matches is found by its name", async () => {
  const files = { "src/authentication.py": "def check", "src/other.py": "def auth_header" };
  expect(await places("authentic", 5, { "src/authentication.py": files["src/authentication.py"] })).toEqual([
    "src/authentication.py:1",
  ]);
});

test("one file does not crowd out the others", async () => {
  const long = Array.from({ length: 30 }, (_, n) => `def lock_${n} # takes the lock`).join("\n\n");
  const found = await places("takes the lock", 10, {
    "a.py": long,
    "b.py": "def b # takes the lock once",
    "c.py": "def c # takes the lock twice",
  });
  expect(new Set(found.slice(0, 4).map((place) => place.split(":")[0]))).toEqual(new Set(["a.py", "b.py", "c.py"]));
  expect(found).toHaveLength(10);
});

describe("questions without an answer", () => {
  test.each([
    ["", "nothing"],
    ["?!", "signs"],
    ["zebra", "a word that is nowhere"],
    ["🎉", "an emoji"],
  ])("%j finds nothing: %s", async (query) => {
    expect(await places(query)).toEqual([]);
  });

  test("an empty index has none", async () => {
    expect(await places("anything", 10, {})).toEqual([]);
  });

  test.each([0, -1])("a limit of %i gives none", async (limit) => {
    expect(await places("client", limit)).toEqual([]);
  });
});

test("any question is answered with chunks of the folder, no more than asked for, best first, none twice", async () => {
  const searcher = searcherOf(FILES);
  const words = fc.constantFrom(
    "client",
    "HttpClient",
    "src/http",
    "::",
    "a.b.c",
    "settings.py:3",
    "'--",
    "锁",
    "close()",
  );
  const anyQuestion = fc.oneof(
    fc.array(words, { maxLength: 6 }).map((parts) => parts.join(" ")),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(anyQuestion, fc.integer({ min: 1, max: 12 }), async (question, limit) => {
      const found = await searcher.search(question, limit);
      const places = found.map(({ path, ordinal }) => `${path}:${ordinal}`);
      expect(found.length).toBeLessThanOrEqual(limit);
      expect(new Set(places).size).toBe(found.length);
      expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
      expect(found.every(({ score }) => Number.isFinite(score))).toBe(true);
    }),
  );
});

test("the order does not depend on the order of indexing", async () => {
  const files = codeFiles(FILES);
  const forwards = await createSearcher(memoryIndex(...files)).search("client settings connection", 20);
  const backwards = await createSearcher(memoryIndex(...files.toReversed())).search("client settings connection", 20);
  const place = ({ path, startLine }: (typeof forwards)[number]) => `${path}:${startLine}`;
  expect(backwards.map(place)).toEqual(forwards.map(place));
});

describe("an index that is being written", () => {
  test("rows of a superseded version are not shown", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    const old = index.manifest.get("src/http/retry.py");
    const searcher = createSearcher(index);
    expect(await searcher.search("back_off", 5)).not.toEqual([]);
    index.manifest.commit({ put: [recordOf(codeFile("src/http/retry.py", ""), (old?.fileId ?? 0) + 100)], remove: [] });
    expect((await searcher.search("back_off", 5)).filter(({ symbol }) => symbol === "back_off")).toEqual([]);
  });

  test("rows that are newer than the manifest make it look again, once", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    const { manifest, store } = index;
    const stale = { behind: true, refreshed: 0, queries: 0 };
    const record = manifest.get("src/http/retry.py");
    const searcher = createSearcher({
      ...index,
      manifest: {
        ...manifest,
        get revision() {
          return manifest.revision + stale.refreshed;
        },
        withFileId: (id) => (stale.behind && id === record?.fileId ? undefined : manifest.withFileId(id)),
        refresh: () => {
          stale.behind = false;
          stale.refreshed += 1;
          return true;
        },
      },
      store: {
        ...store,
        search: (terms, limit) => {
          stale.queries += 1;
          return store.search(terms, limit);
        },
      },
    });
    const [first] = await searcher.search("back_off", 5);
    expect(first?.path).toBe("src/http/retry.py");
    expect([stale.refreshed, stale.queries]).toEqual([1, 2]);
  });

  test("a file that the table names and the store no longer holds is left out", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    const empty = { ...index.store, chunksOfFiles: () => Promise.resolve([]) };
    const searcher = createSearcher({ ...index, store: empty });
    expect((await searcher.search("authentic retry", 5)).every(({ text }) => text !== "")).toBe(true);
  });
});

test("a file that is written while it is searched for is found as it is now", async () => {
  const index = memoryIndex(...codeFiles(FILES));
  const other = createSearcher(index);
  let turns = 0;
  const nextTurn = async () => {
    turns += 1;
    if (turns === 6) {
      index.put(codeFile("src/http/retry.py", "def back_off # how long to wait, in seconds"));
      other.table.sync(index.manifest);
      searcher.table.sync(index.manifest); // as another search would
    }
  };
  const searcher = createSearcher({ ...index, nextTurn });
  const found = await searcher.search("retry back off", 5);
  const shown = await other.search("retry back off", 5);
  expect(turns).toBeGreaterThan(6);
  expect(found.map(({ text }) => text)).toEqual(shown.map(({ text }) => text)); // scores are of what the query found
  const reasons = (chunks: typeof found) => chunks[0]?.explanation?.parts.map(({ feature }) => feature);
  expect(reasons(found)).toEqual(reasons(shown));
  expect(found[0]?.path).toBe("src/http/retry.py");
});

describe("what commits say", () => {
  test("finds a file that holds no word of the question, and says why", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    const [nothing] = await createSearcher(index).search("who throttles impatient callers", 5);
    expect(nothing).toBeUndefined();
    index.commit({ subject: "Throttle callers that are impatient", paths: ["src/http/retry.py", "gone.py"] });
    const [first] = await createSearcher(index).search("who throttles impatient callers", 5);
    expect(first?.path).toBe("src/http/retry.py");
    expect(first?.explanation?.parts.map(({ feature }) => feature)).toEqual(["commits"]);
  });

  test("does not keep a name from its definition", async () => {
    const index = memoryIndex(...codeFiles(FILES));
    const before = await createSearcher(index).search("back_off", 5);
    index.commit({ subject: "Use back_off", paths: Object.keys(FILES).filter((path) => path !== before[0]?.path) });
    expect(await createSearcher(index).search("back_off", 5)).toEqual(before);
  });
});

test("stops when it is told to", async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(searcherOf(FILES).search("client", 5, stop.signal)).rejects.toMatchObject({ name: "AbortError" });
});

describe("several folders", () => {
  const folder = (name: string, files: Readonly<Record<string, string>>) => ({ name, searcher: searcherOf(files) });

  test("are ranked against each other: a folder with little to say comes last", async () => {
    const folders = [folder("weak", { "notes.py": "def remember # a connection, once" }), folder("strong", FILES)];
    const { results: found } = await searchFolders(folders, "how does the client send requests over a connection", 10);
    expect(found[0]?.folder.name).toBe("strong");
    const weak = found.findIndex((result) => result.folder.name === "weak");
    expect(weak).toBeGreaterThan(2);
  });

  test("with the same path are told apart", async () => {
    const files = { "a.py": "def lock" };
    const { results: found } = await searchFolders([folder("one", files), folder("two", files)], "lock", 10);
    expect(found.map(({ folder: { name }, chunk }) => `${name}/${chunk.path}`)).toEqual(["one/a.py", "two/a.py"]);
  });

  test("none", async () => {
    expect(await searchFolders([], "lock", 10)).toMatchObject({ results: [] });
  });
});

describe("a folder full of documents", () => {
  const documents = Object.fromEntries(
    Array.from({ length: 250 }, (_, n) => [`docs/lang${n}/retry.md`, "The retry policy waits and retries, and waits."]),
  );

  test("does not hide the code that they are about", async () => {
    const files = {
      ...documents,
      "src/a.py": "def back_off # waits long, once, before it sends what failed; a policy",
    };
    expect((await places("waits policy", 10, files))[0]).toBe("src/a.py:1");
  });
});
