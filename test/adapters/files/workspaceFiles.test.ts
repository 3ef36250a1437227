import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createWorkspaceFiles } from "../../../src/adapters/files/workspaceFiles";
import { commitAll, committed, git } from "../../support/gitRepository";
import { filesOf, look, never, scan } from "../../support/listedFiles";
import { temporaryFolder } from "../../support/temporaryFolder";

/** Contents for a repository and for a plain folder: both must give the same files. */
const plain = (contents: Record<string, string> = {}) => temporaryFolder(contents);
const tracked = (contents: Record<string, string> = {}) => {
  const folder = temporaryFolder(contents);
  git(folder, "init", "-q");
  return folder;
};

describe.each([
  ["a plain folder", plain],
  ["a repository with nothing in it yet", tracked],
  ["a repository with everything in it", committed],
])("%s", (_name, make) => {
  test("files at every level, with size and time", async () => {
    const folder = make({ "a.ts": "12345", "src/deep/er/b.py": "", ".hidden": "x" });
    expect(await scan(folder)).toEqual([".hidden", "a.ts", "src/deep/er/b.py"]);
    const { files } = await filesOf(folder).scan(never);
    expect(files.find(({ path }) => path === "a.ts")).toMatchObject({ sizeBytes: 5, mtimeMs: expect.any(Number) });
  });

  test.skipIf(process.platform !== "linux")("a folder whose name is not UTF-8 is mentioned", async () => {
    const folder = make({ "a.ts": "" });
    const odd = Buffer.concat([Buffer.from(`${folder}/d`), Buffer.from([0xe9])]);
    mkdirSync(odd);
    writeFileSync(Buffer.concat([odd, Buffer.from("/b.ts")]), "");
    expect(await scan(folder)).toEqual(["a.ts", expect.stringMatching(/^d\ufffd.* \(unreadable\)$/)]);
  });

  test("an empty folder", async () => {
    expect(await scan(make())).toEqual([]);
  });

  test("names of every kind", async () => {
    const names = [
      "with space",
      "with\nnewline",
      "with\ttab",
      `qu"ote's`,
      "x' OR '1'='1",
      "🦊.ts",
      "größe",
      "-rf",
      "--",
      "a\\b",
      ":(top)x",
      "*",
      "[a]",
      "#x",
      "!x",
      "%2e",
      " lead",
      "trail ",
      "x'; DROP TABLE chunks;--",
    ];
    const folder = make(Object.fromEntries(names.map((name) => [`d/${name}`, "text"])));
    expect(await scan(folder)).toEqual(names.map((name) => `d/${name}`).sort());
    expect(
      await look(
        folder,
        names.map((name) => `d/${name}`),
      ),
    ).toEqual(names.map((name) => `d/${name}`).sort());
    for (const name of names) {
      expect(await filesOf(folder).readText(`d/${name}`)).toBe("text");
    }
  });

  test("what is left out, and why", async () => {
    const folder = make({
      "a.ts": "",
      ".env": "K=1",
      "package-lock.json": "{}",
      "logo.png": "",
      "jquery.min.js": "",
      "key.pem": "",
    });
    writeFileSync(join(folder, "large.txt"), "");
    truncateSync(join(folder, "large.txt"), 100 * 1024 + 1);
    expect(await scan(folder)).toEqual([
      ".env (secret)",
      "a.ts",
      "jquery.min.js (minified)",
      "key.pem (secret)",
      "large.txt (too-large)",
      "logo.png (binary)",
      "package-lock.json (lock-file)",
    ]);
  });

  test("the size limit itself still counts", async () => {
    const folder = make({ "a.txt": "x".repeat(1024), "b.txt": "x".repeat(1025) });
    expect(await scan(folder, { maxFileKiB: 1 })).toEqual(["a.txt", "b.txt (too-large)"]);
  });

  test("tool folders are not listed", async () => {
    const folder = temporaryFolder({
      "node_modules/x/index.js": "",
      "a/__pycache__/x.txt": "",
      ".venv/lib/x.py": "",
      "src/build/x.ts": "",
      "vendor/x.go": "",
    });
    expect(await scan(folder)).toEqual(["src/build/x.ts", "vendor/x.go"]);
    expect(await look(folder, ["node_modules/x/index.js", "node_modules", "a", "vendor/x.go"])).toEqual([
      "vendor/x.go",
    ]);
  });

  test("links: none is followed, and each is named", async () => {
    const outside = temporaryFolder({ secret: "outside", "sub/x": "outside" });
    const folder = temporaryFolder({ "real/file.ts": "inside" });
    for (const [target, path] of [
      ["/etc/passwd", "passwd"],
      [outside, "outside"],
      ["real/file.ts", "alias.ts"],
      ["real", "folder"],
      ["..", "real/up"],
      ["loop", "loop"],
      ["nowhere", "dangling"],
    ] as const) {
      symlinkSync(target, join(folder, path));
    }
    linkSync(join(folder, "real/file.ts"), join(folder, "hard.ts"));
    if (make !== plain) {
      commitAll(folder);
    }
    expect(await scan(folder)).toEqual([
      "alias.ts (not-a-file)",
      "dangling (not-a-file)",
      "folder (not-a-file)",
      "hard.ts",
      "loop (not-a-file)",
      "outside (outside-link)",
      "passwd (outside-link)",
      "real/file.ts",
      "real/up (not-a-file)",
    ]);
    expect(await look(folder, ["outside/secret", "folder/file.ts", "real/up/real/file.ts", "passwd"])).toEqual([
      "passwd (outside-link)",
    ]);
    expect(await filesOf(folder).readText("outside/secret")).toBeUndefined();
  });

  test.skipIf(process.platform === "win32")("a FIFO does not block", async () => {
    const folder = make({ "a.ts": "" });
    execFileSync("mkfifo", [join(folder, "fifo")]);
    // Git knows only files and links, so it does not mention a FIFO.
    expect(await scan(folder)).toEqual(make === plain ? ["a.ts", "fifo (not-a-file)"] : ["a.ts"]);
    expect(await filesOf(folder).readText("fifo")).toBeUndefined();
  });

  test(".gitignore at every level", async () => {
    const folder = temporaryFolder({
      ".gitignore": "*.log\n/out/\n!keep.log\n",
      "a.log": "",
      "keep.log": "",
      "out/x.ts": "",
      "sub/.gitignore": "!*.log\n*.tmp\n",
      "sub/b.log": "",
      "sub/c.tmp": "",
      "sub/out/y.ts": "",
    });
    if (make !== plain) {
      commitAll(folder);
    }
    const kept = [".gitignore", "keep.log", "sub/.gitignore", "sub/b.log", "sub/out/y.ts"];
    expect(await scan(folder)).toEqual(kept);
    expect(await look(folder, ["a.log", "keep.log", "out/x.ts", "out", "sub"])).toEqual(
      kept.filter((path) => path !== ".gitignore"),
    );
  });

  test(".cloisterignore and the user's patterns name what they leave out", async () => {
    const folder = make({
      ".cloisterignore": "/data/\n*.csv\n",
      "data/a.txt": "",
      "data/deep/b.txt": "",
      "c.csv": "",
      "sub/.cloisterignore": "!c.csv\n",
      "sub/c.csv": "",
      "sub/d.md": "",
      ".env": "",
    });
    const options = { exclude: ["*.md", ".env"] };
    const expected = [
      ".cloisterignore",
      ".env (excluded)",
      "c.csv (excluded)",
      "data/a.txt (excluded)",
      "data/deep/b.txt (excluded)",
      "sub/.cloisterignore",
      "sub/c.csv",
      "sub/d.md (excluded)",
    ];
    expect(await scan(folder, options)).toEqual(expected);
    expect(await look(folder, ["c.csv", "data", "sub/c.csv"], options)).toEqual([
      "c.csv (excluded)",
      "data/a.txt (excluded)",
      "data/deep/b.txt (excluded)",
      "sub/c.csv",
    ]);
  });

  test("deep folders", async () => {
    const deep = `${"d/".repeat(100)}file.ts`;
    expect(await scan(make({ [deep]: "" }))).toEqual([deep]);
  });

  test("a clone and a worktree inside the folder are listed by their own rules", async () => {
    const folder = make({ "a.ts": "" });
    mkdirSync(join(folder, "clone/deep"), { recursive: true });
    git(join(folder, "clone"), "init", "-q");
    writeFileSync(join(folder, "clone/.gitignore"), "x.ts\n");
    writeFileSync(join(folder, "clone/x.ts"), "");
    writeFileSync(join(folder, "clone/deep/y.ts"), "");
    expect(await scan(folder)).toEqual(["a.ts", "clone/.gitignore", "clone/deep/y.ts"]);
    expect(await look(folder, ["clone/x.ts", "clone/deep/y.ts"])).toEqual(["clone/deep/y.ts"]);
    expect(await look(folder, ["clone"])).toEqual(["clone/.gitignore", "clone/deep/y.ts"]);
  });

  test("nothing of .git is ever listed", async () => {
    const folder = make({ "a.ts": "" });
    git(folder, "init", "-q");
    expect(await scan(folder)).toEqual(["a.ts"]);
    expect(await look(folder, [".git", ".git/config", ".git/HEAD", "a.ts"])).toEqual(["a.ts"]);
  });

  test("look takes what a watcher may say", async () => {
    const folder = make({ "a.ts": "", "sub/b.ts": "", "sub/deep/c.ts": "" });
    expect(await look(folder, [])).toEqual([]);
    expect(await look(folder, ["gone.ts", "gone/deep.ts", "a.ts/x"])).toEqual([]);
    expect(await look(folder, ["sub/", "sub/b.ts", "./sub/deep"])).toEqual(["sub/b.ts", "sub/deep/c.ts"]);
    expect(await look(folder, [""])).toEqual(["a.ts", "sub/b.ts", "sub/deep/c.ts"]);
    expect(await look(folder, ["../a.ts", "/etc/passwd", "a\0b", "sub//b.ts"])).toEqual([]);
    const many = Array.from({ length: 400 }, (_, at) => `sub/${"long-name-".repeat(6)}${at}.ts`);
    for (const path of many) {
      writeFileSync(join(folder, path), "");
    }
    expect(await look(folder, many)).toEqual([...many].sort());
  });

  test("look does not ask again whether a file is ignored that was listed", async () => {
    const folder = make({ ".gitignore": "*.log\n", "a.ts": "", "b.log": "", "sub/c.log": "" });
    symlinkSync("a.ts", join(folder, "link.log"));
    const files = createWorkspaceFiles({ folder, exclude: ["c.log"], maxFileKiB: 100 });
    const { signal } = new AbortController();
    const paths = ["a.ts", "b.log", "sub", "sub/c.log", "gone.log", "link.log"];
    const listed = async (isListed: (path: string) => boolean) => {
      const { files: found, skipped } = await files.look(paths, signal, isListed);
      return [...found.map(({ path }) => path), ...skipped.map(({ path, reason }) => `${path} ${reason}`)].sort();
    };
    expect(await listed(() => false)).toEqual(["a.ts"]);
    expect(await listed(() => true)).toEqual(["a.ts", "b.log", "link.log not-a-file"]);
  });

  test("a folder reached through a link", async () => {
    const folder = make({ "a.ts": "text" });
    const link = join(temporaryFolder(), "link");
    symlinkSync(folder, link);
    expect(await scan(link)).toEqual(["a.ts"]);
    expect(await look(link, ["a.ts"])).toEqual(["a.ts"]);
    expect(await filesOf(link).readText("a.ts")).toBe("text");
  });

  test("stops when it is told to", async () => {
    const folder = make({ "a.ts": "" });
    await expect(filesOf(folder).scan(AbortSignal.abort())).rejects.toThrow(
      expect.objectContaining({ name: "AbortError" }),
    );
    const controller = new AbortController();
    const running = filesOf(folder).scan(controller.signal);
    controller.abort();
    await expect(running).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("a folder that is none", () => {
  test.each<[code: string, path: (folder: string) => string]>([
    ["folder-not-found", (folder) => join(folder, "nowhere")],
    ["folder-not-found", (folder) => join(folder, "file/below")],
    ["folder-not-found", (folder) => join(folder, "dangling")],
    ["folder-not-a-directory", (folder) => join(folder, "file")],
  ])("%s", async (code, path) => {
    const folder = temporaryFolder({ file: "" });
    symlinkSync("gone", join(folder, "dangling"));
    const files = filesOf(path(folder));
    const expected = expect.objectContaining({ detail: { code, folder: path(folder) } });
    await expect(files.scan(never)).rejects.toThrow(expected);
    await expect(files.look(["a"], never)).rejects.toThrow(expected);
    expect(await files.readText("a")).toBeUndefined();
  });
});

describe("readText", () => {
  test("has no text of a file that has become a secret", async () => {
    const folder = temporaryFolder({ "deploy.ts": "export const target = 1;" });
    const files = filesOf(folder);
    expect(await files.readText("deploy.ts")).toBe("export const target = 1;");
    writeFileSync(join(folder, "deploy.ts"), "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");
    expect(await files.readText("deploy.ts")).toBeUndefined();
    writeFileSync(join(folder, "deploy.ts"), "// @generated\nexport const target = 2;");
    expect(await files.readText("deploy.ts"), "somebody may have it explained").toContain("target = 2");
  });

  test("decodes and normalises", async () => {
    const folder = temporaryFolder({
      a: "\ufeffeins\r\nzwei\rdrei",
      b: Uint8Array.of(0x67, 0xfc, 0x6e),
      c: "",
      d: Uint8Array.of(0, 1),
    });
    const files = filesOf(folder);
    expect(await Promise.all(["a", "b", "c", "d", "e"].map((path) => files.readText(path)))).toEqual([
      "eins\nzwei\ndrei",
      "gün",
      "",
      undefined,
      undefined,
    ]);
  });

  test("not above the limit", async () => {
    const folder = temporaryFolder({ a: "x".repeat(1025) });
    expect(await filesOf(folder, { maxFileKiB: 1 }).readText("a")).toBeUndefined();
  });
});
