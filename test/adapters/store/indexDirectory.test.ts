import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { describe, expect, test } from "vitest";
import {
  clearIndex,
  defaultIndexRoot,
  INDEX_FORMAT_VERSION,
  type IndexLocation,
  inspectIndex,
  isForeign,
  locateIndex,
  makeIndexDirectory,
  measureIndex,
  removeTemporaries,
  writeMarker,
} from "../../../src/adapters/store/indexDirectory";
import { openQuarantine } from "../../../src/adapters/store/quarantine";
import { rememberIndex } from "../../../src/adapters/store/rememberIndex";
import { temporaryFolder } from "../../support/temporaryFolder";

const IDENTITY = { chunkerVersion: 3, analyzerVersion: 1 };
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function newIndex(): IndexLocation {
  const location = locateIndex(temporaryFolder(), temporaryFolder());
  makeIndexDirectory(location);
  writeMarker(location, IDENTITY, NOW);
  return location;
}

function rewriteMarker({ indexDir }: IndexLocation, change: object): void {
  const path = join(indexDir, "index.json");
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change }));
}

describe("where an index lives", () => {
  test.each([
    { name: "my project", expected: /^my-project-[0-9a-f]{16}$/ },
    { name: "données é ✓", expected: /^donn-es-[0-9a-f]{16}$/ },
    { name: "日本語", expected: /^folder-[0-9a-f]{16}$/ },
    { name: "..hidden..", expected: /^hidden-[0-9a-f]{16}$/ },
    { name: "x' OR '1'='1", expected: /^x-OR-1-1-[0-9a-f]{16}$/ },
    { name: "a".repeat(200), expected: /^a{40}-[0-9a-f]{16}$/ },
  ])("of $name: a name for people, unique by the path", ({ name, expected }) => {
    const folder = join(temporaryFolder(), name);
    const root = temporaryFolder();
    mkdirSync(folder);
    const { indexDir } = locateIndex(folder, root);
    expect(indexDir.startsWith(root + sep)).toBe(true);
    expect(indexDir.slice(root.length + 1)).toMatch(expected);
  });

  test("is one place for a folder however it is reached", () => {
    const folder = temporaryFolder({ "inside/file": "" });
    const root = temporaryFolder();
    const link = join(temporaryFolder(), "link");
    symlinkSync(folder, link);
    expect(locateIndex(link, root)).toEqual(locateIndex(folder, root));
    expect(locateIndex(join(folder, "inside", ".."), root)).toEqual(locateIndex(folder, root));
    expect(locateIndex(join(folder, "inside"), root)).not.toEqual(locateIndex(folder, root));
  });

  test("is the user's data folder unless told otherwise", () => {
    const { indexDir } = locateIndex(temporaryFolder(), undefined);
    expect(indexDir.startsWith(defaultIndexRoot() + sep)).toBe(true);
    expect(existsSync(indexDir)).toBe(false);
  });

  test.each([
    { root: "relative/path", why: "must be an absolute path" },
    { root: "", why: "must be an absolute path" },
    { root: "s3://bucket/index", why: "must be an absolute path" },
    { root: "db://cloud", why: "must be an absolute path" },
  ])("is refused at $root: $why", ({ root, why }) => {
    expect(() => locateIndex(temporaryFolder(), root)).toThrow(why);
  });

  test.each(["", ".index", "deep/down/index"])("is refused inside the folder: %j", (inside) => {
    const folder = temporaryFolder();
    expect(() => locateIndex(folder, join(folder, inside))).toThrow("lies inside the folder");
  });

  test("is refused inside the folder behind a link", () => {
    const folder = temporaryFolder({ "inside/file": "" });
    const link = join(temporaryFolder(), "link");
    symlinkSync(join(folder, "inside"), link);
    expect(() => locateIndex(folder, join(link, "new"))).toThrow("lies inside the folder");
  });

  test.each([
    { path: "nothing", code: "folder-not-found" },
    { path: "file", code: "folder-not-a-directory" },
    { path: "file/below", code: "folder-not-a-directory" },
  ])("$path: $code", ({ path, code }) => {
    const folder = temporaryFolder({ file: "" });
    expect(() => locateIndex(join(folder, path), temporaryFolder())).toThrow(code);
  });
});

describe("the condition of an index", () => {
  test("missing, then current; outdated under another identity", () => {
    const location = locateIndex(temporaryFolder(), temporaryFolder());
    expect(inspectIndex(location, IDENTITY)).toBe("missing");
    makeIndexDirectory(location);
    expect(inspectIndex(location, IDENTITY)).toBe("missing");
    writeMarker(location, IDENTITY, NOW);
    expect(inspectIndex(location, IDENTITY)).toBe("current");
    expect(inspectIndex(location, { ...IDENTITY, chunkerVersion: 4 })).toBe("outdated");
    expect(inspectIndex(location, { chunkerVersion: 3 })).toBe("outdated");
    expect(inspectIndex(location, { ...IDENTITY, embedding: "x" })).toBe("outdated");
  });

  test("of another folder: foreign, however the own one is reached", () => {
    const location = newIndex();
    const link = join(temporaryFolder(), "link");
    symlinkSync(location.folder, link);
    expect(inspectIndex(locateIndex(link, dirname(location.indexDir)), IDENTITY)).toBe("current");
    const other = { ...location, folder: temporaryFolder() };
    expect(inspectIndex(other, IDENTITY)).toBe("foreign");
    expect([isForeign(location), isForeign(other), isForeign(locateIndex(other.folder, temporaryFolder()))]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test("of an older format: outdated, whatever else it holds", () => {
    const location = newIndex();
    writeFileSync(join(location.indexDir, "index.json"), `{"formatVersion":${INDEX_FORMAT_VERSION - 1}}`);
    expect(inspectIndex(location, IDENTITY)).toBe("outdated");
  });

  test("of a newer format: refused, with both versions", () => {
    const location = newIndex();
    rewriteMarker(location, { formatVersion: INDEX_FORMAT_VERSION + 1, identity: null });
    expect(() => inspectIndex(location, IDENTITY)).toThrow(
      `"index-too-new","indexDir":${JSON.stringify(location.indexDir)},"found":${INDEX_FORMAT_VERSION + 1}`,
    );
  });

  test.each([
    { content: "", why: "empty" },
    { content: "\0".repeat(200), why: "zeroed" },
    { content: '{"formatVersion":1,"folder"', why: "cut off" },
    { content: "[]", why: "no object" },
    { content: "null", why: "null" },
    { content: `{"formatVersion":${INDEX_FORMAT_VERSION}}`, why: "incomplete" },
    { content: '{"formatVersion":"1"}', why: "version of the wrong type" },
  ])("with a marker that is $why: damaged", ({ content }) => {
    const location = newIndex();
    writeFileSync(join(location.indexDir, "index.json"), content);
    expect(() => inspectIndex(location, IDENTITY)).toThrow("index-damaged");
  });
});

describe("making and unmaking", () => {
  test("is for its owner alone, under any umask", () => {
    const root = join(temporaryFolder(), "new", "root");
    const location = locateIndex(temporaryFolder(), root);
    const before = process.umask(0);
    try {
      makeIndexDirectory(location);
      writeMarker(location, IDENTITY, NOW);
    } finally {
      process.umask(before);
    }
    expect(statSync(location.indexDir).mode & 0o777).toBe(0o700);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    expect(statSync(join(location.indexDir, "index.json")).mode & 0o777).toBe(0o600);
  });

  test("takes rights away that an older program gave", () => {
    const location = newIndex();
    chmodSync(location.indexDir, 0o755);
    makeIndexDirectory(location);
    expect(statSync(location.indexDir).mode & 0o777).toBe(0o700);
  });

  test.each([
    { root: (folder: string) => join(folder, "file", "root"), why: "below a file" },
    { root: (folder: string) => join(folder, "file"), why: "at a file" },
    { root: () => "/proc/cloister", why: "where nothing can be made" },
    { root: (folder: string) => join(folder, "n".repeat(300)), why: "under too long a name" },
  ])("fails $why", ({ root }) => {
    const location = locateIndex(temporaryFolder(), root(temporaryFolder({ file: "" })));
    expect(() => makeIndexDirectory(location)).toThrow("index-unwritable");
  });

  test("clearing leaves the lock and nothing else", () => {
    const location = newIndex();
    mkdirSync(join(location.indexDir, "chunks.lance", "data"), { recursive: true });
    writeFileSync(join(location.indexDir, "writer.lock"), "");
    clearIndex(location);
    expect(readdirSync(location.indexDir)).toEqual(["writer.lock"]);
  });

  test("what was asked for outlives the index: settings and a pause", () => {
    const location = newIndex();
    writeFileSync(join(location.indexDir, "settings.json"), "{}");
    writeFileSync(join(location.indexDir, "paused"), "");
    clearIndex(location);
    openQuarantine(location, NOW).setAllAside();
    expect(readdirSync(location.indexDir).sort()).toEqual(["paused", "settings.json"]);
  });

  test("a damaged index is moved aside, whole; the one before it goes", () => {
    const location = newIndex();
    writeFileSync(join(location.indexDir, "writer.lock"), "");
    writeFileSync(join(location.indexDir, "manifest.sqlite"), "first");
    openQuarantine(location, NOW).setAllAside();
    const first = openQuarantine(location, NOW).path;
    expect(first).toBe(`${location.indexDir}-damaged-2026-01-02T03-04-05-000Z`);
    expect(readdirSync(first).sort()).toEqual(["index.json", "manifest.sqlite"]);
    expect(readdirSync(location.indexDir)).toEqual(["writer.lock"]);

    writeFileSync(join(location.indexDir, "manifest.sqlite"), "second");
    writeMarker(location, IDENTITY, NOW); // the repair has come to its end
    openQuarantine(location, NOW + 1000).setAllAside();
    const second = openQuarantine(location, NOW + 1000).path;
    expect(existsSync(first)).toBe(false);
    expect(readFileSync(join(second, "manifest.sqlite"), "utf8")).toBe("second");
  });

  test("what a repair sets aside twice under one name is there twice", () => {
    const location = newIndex();
    const quarantine = openQuarantine(location, NOW);
    for (const content of ["first", "second"]) {
      writeFileSync(join(location.indexDir, "manifest.sqlite"), content);
      quarantine.setAside("manifest.sqlite");
    }
    const kept = readdirSync(quarantine.path).map((name) => readFileSync(join(quarantine.path, name), "utf8"));
    expect(kept.sort()).toEqual(["first", "second"]);
  });

  test("what a repair set aside that has not come to its end stays", () => {
    const location = newIndex();
    const later = Date.now() + 60_000;
    for (const [n, name] of ["one", "two"].entries()) {
      writeFileSync(join(location.indexDir, name), "");
      openQuarantine(location, later + n).setAside(name);
    }
    expect(existsSync(openQuarantine(location, later).path)).toBe(true);
  });

  test("what was half written is removed, and nothing else", () => {
    const location = newIndex();
    writeFileSync(join(location.indexDir, "index.json.tmp"), "half");
    mkdirSync(join(location.indexDir, "folder.tmp"));
    removeTemporaries(location);
    expect(readdirSync(location.indexDir).sort()).toEqual(["folder.tmp", "index.json"]);
  });
});

describe("an index that is in use", () => {
  test.each([
    { does: () => undefined, intact: true, what: "left alone" },
    {
      does: ({ indexDir }: IndexLocation) => writeFileSync(join(indexDir, "other"), ""),
      intact: true,
      what: "written to",
    },
    { does: ({ indexDir }: IndexLocation) => rmSync(indexDir, { recursive: true }), intact: false, what: "deleted" },
    {
      does: ({ indexDir }: IndexLocation) => {
        renameSync(join(indexDir, "manifest.sqlite"), join(indexDir, "old"));
        writeFileSync(join(indexDir, "manifest.sqlite"), "");
      },
      intact: false,
      what: "given another manifest",
    },
    { does: ({ indexDir }: IndexLocation) => renameSync(indexDir, `${indexDir}-2`), intact: false, what: "renamed" },
    {
      does: (location: IndexLocation) => {
        rmSync(location.indexDir, { recursive: true });
        makeIndexDirectory(location);
        writeMarker(location, IDENTITY, NOW);
      },
      intact: false,
      what: "made anew",
    },
  ])("and is $what is intact: $intact", ({ does, intact }) => {
    const location = newIndex();
    writeFileSync(join(location.indexDir, "manifest.sqlite"), "");
    const isIntact = rememberIndex(location);
    does(location);
    expect(isIntact()).toBe(intact);
  });

  test("that is not there is not intact", () => {
    expect(rememberIndex(locateIndex(temporaryFolder(), temporaryFolder()))()).toBe(false);
  });

  test("is measured with all its folders", async () => {
    const location = newIndex();
    const before = await measureIndex(location.indexDir);
    mkdirSync(join(location.indexDir, "chunks.lance", "data"), { recursive: true });
    writeFileSync(join(location.indexDir, "chunks.lance", "data", "1"), "x".repeat(1000));
    expect(await measureIndex(location.indexDir)).toBe(before + 1000);
    expect(await measureIndex(join(location.indexDir, "nothing"))).toBe(0);
  });
});
