/** Vectors of a real index, made by a server in memory: nothing is embedded twice, and what is whole serves. */

import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tryAcquireWriterLock, VECTORS_LOCK_FILE } from "../../../src/adapters/store/writerLock";
import { searchFolders } from "../../../src/core/retrieval/searcher";
import { installed } from "../../support/fakeChatServer";
import { type FakeEmbedding, fakeEmbedding } from "../../support/fakeEmbedding";
import { commitAll, git } from "../../support/gitRepository";
import { files, model, read, serving, start, world } from "../../support/vectorWorld";

const { signal } = new AbortController();

describe("nothing is embedded twice", () => {
  test("by a second run, and after a restart", async () => {
    const here = world(files(100));
    const first = await start(here);
    expect(await first.vectors.fill(signal)).toEqual({ model: "all-minilm:latest", texts: 100, embedded: 100 });
    expect(await first.vectors.fill(signal)).toMatchObject({ embedded: 0 });
    await first.stop();
    const second = await start(here);
    expect(await second.vectors.fill(signal)).toMatchObject({ texts: 100, embedded: 0 });
    expect(second.embedding.requests).toEqual([]); // what its vectors are like is known
  });

  test("when 500 files get other names and another directory", async () => {
    const here = world(files(500));
    const first = await start(here);
    await first.vectors.fill(signal);
    const before = first.embedded().length;
    mkdirSync(join(here.folder, "lib"));
    for (const name of readdirSync(join(here.folder, "src"))) {
      renameSync(join(here.folder, "src", name), join(here.folder, "lib", `renamed-${name}`));
    }
    await first.index.refresh();
    expect(await first.vectors.fill(signal)).toMatchObject({ texts: 500, embedded: 0 });
    expect(first.embedded()).toHaveLength(before);
  });

  test("by switching to another branch and back", async () => {
    const here = world(files(60));
    commitAll(here.folder);
    const { index, vectors, embedded } = await start(here);
    await vectors.fill(signal);
    git(here.folder, "checkout", "-q", "-b", "other");
    for (const [path, text] of Object.entries(files(30))) {
      writeFileSync(join(here.folder, path), `${text}on the other branch\n`);
    }
    git(here.folder, "commit", "-q", "-a", "-m", "other");
    await index.refresh();
    expect(await vectors.fill(signal)).toMatchObject({ texts: 60, embedded: 30 });
    git(here.folder, "checkout", "-q", "main");
    await index.refresh();
    expect(await vectors.fill(signal)).toMatchObject({ texts: 60, embedded: 0 });
    expect(embedded()).toHaveLength(90);
  });

  test("when the index is built anew", async () => {
    const here = world(files(20));
    const { handle, index, vectors } = await start(here);
    await vectors.fill(signal);
    await handle.rebuild();
    await index.refresh();
    expect(await vectors.fill(signal)).toMatchObject({ texts: 20, embedded: 0 });
  });

  test("by two processes that fill at once", async () => {
    const here = world(files(200));
    const [one, two] = [await start(here), await start(here)];
    const filled = await Promise.all([one.vectors.fill(signal), two.vectors.fill(signal)]);
    expect(filled.map(({ embedded }) => embedded).sort((a, b) => a - b)).toEqual([0, 200]);
  });

  test("that stands in two files", async () => {
    const here = world({ "a.txt": "the same\n", "b/c.txt": "the same\n", "d.txt": "another\n" });
    const { vectors } = await start(here);
    expect(await vectors.fill(signal)).toMatchObject({ texts: 2, embedded: 2 });
  });

  test("of what was stored before a stop", async () => {
    const here = world(files(320));
    const stop = new AbortController();
    let replies = 0;
    const first = await start(here, {
      reply: () => {
        replies += 1;
        if (replies === 200) {
          stop.abort();
        }
        return undefined;
      },
    });
    await expect(first.vectors.fill(stop.signal)).rejects.toThrow("aborted");
    await first.stop();
    const second = await start(here);
    const { embedded } = await second.vectors.fill(signal);
    expect(embedded).toBeGreaterThan(0);
    expect(embedded).toBeLessThanOrEqual(320 - 160);
  });
});

test("a status tells of vectors that another process has left", async () => {
  const here = world(files(10));
  await (await start(here)).vectors.fill(signal);
  const { handle, vectors } = await start(here);
  const { status, serving: identity } = await read(handle, (index) => vectors.describe(index));
  expect(status).toMatchObject({ state: "complete", model: "all-minilm:latest", done: 10, total: 10 });
  expect(identity).toMatchObject({ digest: "d1" });
});

describe("requests", () => {
  test("are not made by runs that find nothing to do, but for one a minute", async () => {
    const here = world(files(5));
    const { index, vectors, embedding } = await start(here);
    await vectors.fill(signal);
    const before = { listed: here.listed, embedded: embedding.requests.length };
    for (let save = 0; save < 10; save += 1) {
      await index.refresh();
      await vectors.fill(signal);
    }
    expect({ listed: here.listed, embedded: embedding.requests.length }).toEqual(before);
  });

  test("for the models are made again after a failure", async () => {
    const here = world(files(5));
    const { vectors } = await start(here);
    here.models = [];
    here.wanted = "all-minilm";
    await expect(vectors.fill(signal)).rejects.toMatchObject({ detail: { code: "model-not-installed" } });
    here.models = [model()];
    expect(await vectors.fill(signal)).toMatchObject({ embedded: 5 });
  });

  test("hold at most 32 texts, and at most two are under way", async () => {
    const here = world(files(320));
    let underWay = 0;
    let most = 0;
    let release = (): void => undefined;
    const inner = fakeEmbedding();
    const counted: FakeEmbedding = {
      ...inner,
      embed: async (name, inputs, own) => {
        underWay += 1;
        most = Math.max(most, underWay);
        if (underWay === 2) {
          release();
        } else if (inputs.length > 1) {
          await new Promise<void>((go) => {
            release = go; // each waits for another one to be under way
          });
        }
        underWay -= 1;
        return inner.embed(name, inputs, own);
      },
    };
    await (await start(here, {}, counted)).vectors.fill(signal);
    expect(most).toBe(2);
    expect(Math.max(...inner.requests.map(({ length }) => length))).toBe(32);
    expect(inner.requests).toHaveLength(1 + 320 / 32);
  });

  test("wait while someone waits for an answer", async () => {
    const { vectors, traffic, embedded } = await start(world(files(5)));
    const leave = traffic.enter();
    const filling = vectors.fill(signal);
    await new Promise((next) => setTimeout(next, 300));
    expect(embedded()).toEqual([]);
    leave();
    expect(await filling).toMatchObject({ embedded: 5 });
  });

  test("begin with the files that are open", async () => {
    const { vectors, embedded } = await start(world(files(200)));
    vectors.prefer(["src/file123.txt"]);
    await vectors.fill(signal);
    expect(embedded()[0]).toContain("file number 123");
  });

  test("go on with a file that is opened meanwhile, and embed nothing twice for it", async () => {
    let open = (): void => undefined;
    const { vectors, embedded } = await start(world(files(640)), { reply: () => open() });
    open = () => {
      if (embedded().length >= 64) {
        vectors.prefer(["src/file321.txt"]);
        vectors.prefer(["src/file321.txt"]); // an editor tells of the same tab again
      }
    };
    expect(await vectors.fill(signal)).toMatchObject({ texts: 640, embedded: 640 });
    expect(embedded().findIndex((text) => text.includes("number 321\n"))).toBeLessThan(64 + 3 * 32);
    expect(embedded()).toHaveLength(640);
  });
});

describe("what serves", () => {
  test("nothing before every text has its vector, then the set; also in a process that only reads", async () => {
    const here = world(files(40));
    const first = await start(here);
    expect(await serving(first)).toBeUndefined();
    await first.vectors.fill(signal);
    expect(await serving(first)).toMatchObject({ model: "all-minilm:latest", digest: "d1" });
    expect(await serving(await start(here))).toMatchObject({ digest: "d1" });
  });

  test("the old vectors until the new ones are complete, and then those alone", async () => {
    const here = world(files(100));
    await (await start(here)).vectors.fill(signal);
    here.models = [model(), model("nomic-embed-text:latest", "n1")];
    here.wanted = "nomic-embed-text";
    const stop = new AbortController();
    const half = await start(here, {
      reply: (input) => {
        if (input.endsWith("number 70")) {
          stop.abort();
        }
        return undefined;
      },
    });
    await expect(half.vectors.fill(stop.signal)).rejects.toThrow("aborted");
    expect(await serving(half)).toMatchObject({ model: "all-minilm:latest" });
    const whole = await start(here);
    await whole.vectors.fill(signal);
    expect(await serving(whole)).toMatchObject({ model: "nomic-embed-text:latest" });
    expect(
      readdirSync(join(whole.handle.location.indexDir, "vectors")).filter((name) => name.endsWith(".json")),
    ).toHaveLength(1);
  });

  test("the model there is, though a better one is installed and none was named", async () => {
    const here = world(files(10));
    await (await start(here)).vectors.fill(signal);
    here.models = [model("nomic-embed-text:latest", "n1"), model()];
    const { vectors } = await start(here);
    expect(await vectors.fill(signal)).toEqual({ model: "all-minilm:latest", texts: 10, embedded: 0 });
  });

  test("the old vectors until somebody knows what new ones cost, and agrees", async () => {
    const here = world(files(40));
    await (await start(here)).vectors.fill(signal);
    here.models = [model(), model("nomic-embed-text:latest", "n1")];
    here.wanted = "nomic-embed-text";
    const changed = await start(here);
    changed.vectors.fillSoon();
    await expect.poll(() => changed.vectors.status.state).toBe("asking");
    expect(changed.vectors.status).toMatchObject({ model: "nomic-embed-text:latest", total: 40 });
    expect(changed.vectors.status.leftMs).toBeGreaterThanOrEqual(0);
    expect(await serving(changed)).toMatchObject({ model: "all-minilm:latest" });
    const measured = changed.embedding.requests.length;
    expect(changed.embedded().length).toBeLessThanOrEqual(16);
    await changed.vectors.pause();
    changed.vectors.fillSoon(); // as after a save
    await changed.vectors.pause();
    expect(changed.vectors.status.state).toBe("asking");
    expect(changed.embedding.requests).toHaveLength(measured);
    changed.vectors.fillSoon(true);
    await expect.poll(() => changed.vectors.status.state).toBe("complete");
    expect(await serving(changed)).toMatchObject({ model: "nomic-embed-text:latest" });
  });

  test("a model with other contents under the same name is another model", async () => {
    const here = world(files(10));
    const first = await start(here);
    await first.vectors.fill(signal);
    here.models = [model("all-minilm:latest", "d2")];
    const identity = await serving(first);
    expect(identity && (await first.embeddings.queryVector(identity, "where?", 5_000))).toBeUndefined();
    expect(await first.vectors.fill(signal)).toMatchObject({ embedded: 10 });
    expect(await serving(first)).toMatchObject({ digest: "d2" });
  });

  test("a model that changes while texts are embedded: nothing of it is stored", async () => {
    const here = world(files(10));
    const changed = await start(here, {
      reply: () => {
        here.models = [model("all-minilm:latest", "d2")];
        return undefined;
      },
    });
    await expect(changed.vectors.fill(signal)).rejects.toMatchObject({ detail: { code: "model-not-installed" } });
    expect(changed.vectors.status).toMatchObject({ state: "failed", problem: { code: "model-not-installed" } });
    expect(await serving(changed)).toBeUndefined();
    expect(await changed.vectors.fill(signal)).toMatchObject({ embedded: 10 });
  });

  test("nothing while search by meaning is turned off, and then what there was", async () => {
    const here = world(files(10));
    const { handle, vectors, embeddings, embedding, ...rest } = await start(here);
    await vectors.fill(signal);
    const before = embedding.requests.length;
    here.isOff = true;
    expect(await vectors.fill(signal)).toEqual({ model: undefined, texts: 0, embedded: 0 });
    expect(await serving({ handle, vectors, embeddings, embedding, ...rest })).toBeUndefined();
    expect((await read(handle, (index) => vectors.describe(index))).status.state).toBe("off");
    here.isOff = false;
    expect(await vectors.fill(signal)).toMatchObject({ texts: 10, embedded: 0 });
    expect(embedding.requests).toHaveLength(before);
  });

  test("not without a model", async () => {
    const here = world(files(3));
    here.models = [installed("gemma4:e4b")];
    const { vectors } = await start(here);
    expect(await vectors.fill(signal)).toEqual({ model: undefined, texts: 0, embedded: 0 });
    expect(vectors.status.state).toBe("off");
    here.wanted = "bge-m3";
    await expect(vectors.fill(signal)).rejects.toMatchObject({ detail: { code: "model-not-installed" } });
  });

  test("again after the vectors were damaged", async () => {
    const here = world(files(10));
    const first = await start(here);
    await first.vectors.fill(signal);
    const { indexDir } = first.handle.location;
    await first.stop();
    const [table = ""] = readdirSync(join(indexDir, "vectors")).filter((name) => name.endsWith(".lance"));
    rmSync(join(indexDir, "vectors", table, "data"), { recursive: true });
    const second = await start(here);
    expect(await serving(second)).toBeUndefined();
    expect(await second.vectors.fill(signal)).toMatchObject({ embedded: 10 });
    expect(await serving(second)).toBeDefined();
  });
});

test("a question finds by its meaning what shares no word with it", async () => {
  const here = world({ ...files(30), "src/target.txt": "throttle requests\n" });
  const like = [9, 1, 0, 0, 0, 0, 0, 0];
  const other = [0, 0, 1, 5, 0, 0, 0, 0];
  const reply = (input: string) => (/throttle|slow down/.test(input) ? like : input === "hello" ? undefined : other);
  const process_ = await start(here, { reply });
  await process_.vectors.fill(signal);
  const { results } = await read(process_.handle, async (index) => {
    const serves = await process_.vectors.serving(index);
    const vector = serves && (await process_.embeddings.queryVector(serves.set.identity, "slow down callers", 5_000));
    const meaning = vector && serves && { vector, store: serves.store, keys: index.keys };
    return searchFolders([{ searcher: index.searcher, meaning }], "slow down callers", 3, signal);
  });
  expect(results[0]?.chunk.path).toBe("src/target.txt");
});

test("a question is asked for once, and not for ever", async () => {
  const here = world(files(5));
  const never = new Promise<never>(() => undefined);
  let isSlow = false;
  const inner = fakeEmbedding();
  const { vectors, embeddings, handle } = await start(
    here,
    {},
    { ...inner, embed: (...call) => (isSlow ? never : inner.embed(...call)) },
  );
  await vectors.fill(signal);
  const identity = await read(handle, async (index) => (await vectors.serving(index))?.set.identity);
  expect(identity).toBeDefined();
  const ask = (question: string) => embeddings.queryVector(identity as NonNullable<typeof identity>, question, 50);
  expect(await ask("one")).toBeDefined();
  const before = inner.requests.length;
  expect(await ask("one")).toBeDefined();
  expect(inner.requests).toHaveLength(before);
  isSlow = true;
  expect(await ask("one")).toBeDefined();
  expect(await Promise.all(["two", "three", "four"].map(ask))).toEqual([undefined, undefined, undefined]);
});

test("filling waits for whoever holds the lock, and a pause ends the waiting", async () => {
  const { vectors, handle, embedded } = await start(world(files(5)));
  const lock = tryAcquireWriterLock(handle.location.indexDir, VECTORS_LOCK_FILE);
  expect(lock).toBeDefined();
  vectors.fillSoon();
  await expect.poll(() => vectors.status.state).toBe("waiting");
  await vectors.pause();
  expect(vectors.status.state).toBe("paused");
  lock?.release();
  expect(embedded()).toEqual([]);
  vectors.fillSoon();
  await expect.poll(() => vectors.status.state).toBe("complete");
});
