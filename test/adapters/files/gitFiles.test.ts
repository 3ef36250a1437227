import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createWorkspaceFiles } from "../../../src/adapters/files/workspaceFiles";
import { committed, git } from "../../support/gitRepository";
import { look, never, scan } from "../../support/listedFiles";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("only in a repository", () => {
  test("a tracked file counts although it is ignored", async () => {
    const folder = temporaryFolder({ "kept.log": "", "new.log": "" });
    git(folder, "init", "-q");
    git(folder, "add", "kept.log");
    writeFileSync(join(folder, ".gitignore"), "*.log\n");
    expect(await scan(folder)).toEqual([".gitignore", "kept.log"]);
  });

  test("committed dependencies count", async () => {
    const folder = committed({ "node_modules/own/index.js": "" });
    writeFileSync(join(folder, "node_modules/own/new.js"), "");
    expect(await scan(folder)).toEqual(["node_modules/own/index.js"]);
  });

  test("deleted and moved files", async () => {
    const folder = committed({ "a.ts": "", "b.ts": "", "c/d.ts": "" });
    rmSync(join(folder, "a.ts"));
    rmSync(join(folder, "c"), { recursive: true });
    writeFileSync(join(folder, "c"), "now a file");
    expect(await scan(folder)).toEqual(["b.ts", "c"]);
    expect(await look(folder, ["a.ts", "c/d.ts", "c"])).toEqual(["c"]);
  });

  test("a tracked file that became a folder: what git would list in it", async () => {
    const folder = committed({ a: "a file", "b.ts": "" });
    const rules = join(temporaryFolder({ rules: "*.private\n" }), "rules");
    git(folder, "config", "core.excludesFile", rules);
    rmSync(join(folder, "a"));
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a/x.ts"), "");
    writeFileSync(join(folder, "a/p.private"), "");
    expect(await scan(folder)).toEqual(["a/x.ts", "b.ts"]);
    expect(await look(folder, ["a"])).toEqual(["a/x.ts"]);
  });

  test("a file in conflict is listed once", async () => {
    const folder = committed({ "a.ts": "1" });
    git(folder, "checkout", "-q", "-b", "other");
    writeFileSync(join(folder, "a.ts"), "2");
    git(folder, "commit", "-qam", "2");
    git(folder, "checkout", "-q", "main");
    writeFileSync(join(folder, "a.ts"), "3");
    git(folder, "commit", "-qam", "3");
    expect(() => git(folder, "merge", "-q", "other")).toThrow();
    expect(await scan(folder)).toEqual(["a.ts"]);
  });

  test("a folder inside a repository, with the rules above it", async () => {
    const folder = committed({ ".gitignore": "*.log\n", "top.ts": "", "part/a.ts": "", "part/a.log": "" });
    writeFileSync(join(folder, "part/new.log"), "");
    expect(await scan(join(folder, "part"))).toEqual(["a.ts"]);
    expect(await look(join(folder, "part"), ["a.ts", "new.log"])).toEqual(["a.ts"]);
  });

  test("a folder that the repository around it ignores was opened on purpose", async () => {
    const folder = committed({ ".gitignore": "inner/\n", "inner/a.ts": "", "inner/sub/b.ts": "" });
    expect(await scan(folder)).toEqual([".gitignore"]);
    expect(await scan(join(folder, "inner"))).toEqual(["a.ts", "sub/b.ts"]);
    expect(await look(join(folder, "inner"), ["sub/b.ts"])).toEqual(["sub/b.ts"]);
  });

  test("submodules, filled and empty", async () => {
    const part = committed({ "p.ts": "", "deep/q.ts": "" });
    const folder = committed({ "a.ts": "" });
    git(folder, "submodule", "--quiet", "add", part, "part");
    git(folder, "commit", "-qm", "part");
    writeFileSync(join(folder, "part/new.ts"), "");
    expect(await scan(folder)).toEqual([".gitmodules", "a.ts", "part/deep/q.ts", "part/new.ts", "part/p.ts"]);
    expect(await look(folder, ["part/deep/q.ts"])).toEqual(["part/deep/q.ts"]);
    expect(await scan(join(folder, "part"))).toEqual(["deep/q.ts", "new.ts", "p.ts"]);

    const clone = join(temporaryFolder(), "clone");
    git(folder, "clone", "-q", folder, clone);
    expect(await scan(clone)).toEqual([".gitmodules", "a.ts"]);
  });

  test("an ignored clone stays ignored", async () => {
    const folder = committed({ ".gitignore": "clone/\n" });
    mkdirSync(join(folder, "clone"));
    git(join(folder, "clone"), "init", "-q");
    writeFileSync(join(folder, "clone/a.ts"), "");
    expect(await scan(folder)).toEqual([".gitignore"]);
    expect(await look(folder, ["clone/a.ts", "clone"])).toEqual([]);
  });

  test("a linked worktree", async () => {
    const folder = committed({ "a.ts": "" });
    const tree = join(temporaryFolder(), "tree");
    git(folder, "worktree", "add", "-q", tree);
    writeFileSync(join(tree, "b.ts"), "");
    expect(await scan(tree)).toEqual(["a.ts", "b.ts"]);
  });

  test("a sparse checkout lists what is there", async () => {
    const folder = committed({ "in/a.ts": "", "out/b.ts": "" });
    git(folder, "sparse-checkout", "set", "--sparse-index", "in");
    expect(await scan(folder)).toEqual(["in/a.ts"]);
  });

  test.skipIf(process.platform !== "linux")("a name that is not UTF-8 is mentioned", async () => {
    const folder = committed({ "a.ts": "" });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xff])]), "");
    expect(await scan(folder)).toEqual(["a.ts", "b\ufffd (unreadable)"]);
  });

  test("what the repository's own data excludes", async () => {
    const folder = committed({ "a.ts": "" });
    mkdirSync(join(folder, ".git/info"), { recursive: true });
    writeFileSync(join(folder, ".git/info/exclude"), "x.ts\n");
    writeFileSync(join(folder, "x.ts"), "");
    expect(await scan(folder)).toEqual(["a.ts"]);
  });
});

describe("where git is of no use the folder is walked", () => {
  const notices = () => {
    const seen: string[] = [];
    return { seen, onNotice: (notice: string) => seen.push(notice) };
  };

  test.each<[name: string, breakIt: (folder: string) => void]>([
    ["an index that is garbage", (folder) => writeFileSync(join(folder, ".git/index"), "garbage")],
    ["no HEAD", (folder) => rmSync(join(folder, ".git/HEAD"))],
    ["an empty .git", (folder) => rmSync(join(folder, ".git"), { recursive: true }) ?? mkdirSync(join(folder, ".git"))],
    [
      "a .git that leads nowhere",
      (folder) =>
        rmSync(join(folder, ".git"), { recursive: true }) ?? writeFileSync(join(folder, ".git"), "gitdir: /nowhere\n"),
    ],
    ["a configuration that is garbage", (folder) => writeFileSync(join(folder, ".git/config"), "[[[")],
  ])("%s", async (_name, breakIt) => {
    const folder = committed({ ".gitignore": "*.log\n", "a.ts": "", "b.log": "", "sub/c.ts": "" });
    breakIt(folder);
    const { seen, onNotice } = notices();
    expect(await scan(folder, { onNotice })).toEqual([".gitignore", "a.ts", "sub/c.ts"]);
    expect(seen).toEqual([expect.stringContaining("git cannot list")]);
  });

  test.skipIf(process.platform === "win32")("a git that lies in the folder is not run", async () => {
    const folder = committed({ "a.ts": "", "nested/b.ts": "" });
    git(join(folder, "nested"), "init", "-q");
    const marks = temporaryFolder();
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/git"), `#!/bin/sh\ntouch ${marks}/ran\n`, { mode: 0o755 });
    symlinkSync(join(folder, "bin"), join(marks, "linked"));
    const path = process.env["PATH"];
    onTestFinished(() => {
      process.env["PATH"] = path;
    });
    process.env["PATH"] = `${folder}/bin:${marks}/linked:${path}`;
    expect(await scan(folder)).toEqual(["a.ts", "bin/git", "nested/b.ts"]);
    expect(readdirSync(marks)).toEqual(["linked"]);
  });

  test("no git installed", async () => {
    const folder = committed({ ".gitignore": "*.log\n", "a.ts": "", "b.log": "" });
    const path = process.env["PATH"];
    onTestFinished(() => {
      process.env["PATH"] = path;
    });
    process.env["PATH"] = temporaryFolder();
    const { seen, onNotice } = notices();
    expect(await scan(folder, { onNotice })).toEqual([".gitignore", "a.ts"]);
    expect(seen).toEqual([expect.stringContaining("git was not found")]);
  });

  test.skipIf(process.platform === "win32")(
    "an ignore file that is a FIFO blocks neither git nor the walk",
    async () => {
      const folder = committed({ "a.ts": "", "sub/b.ts": "" });
      execFileSync("mkfifo", [join(folder, "sub/.gitignore")]);
      const { seen, onNotice } = notices();
      const files = createWorkspaceFiles({ folder, exclude: [], maxFileKiB: 1024, onNotice, gitTimeLimitMs: 300 });
      const listed = async () => (await files.scan(never)).files.map(({ path }) => path).sort();
      expect(await listed()).toEqual(["a.ts", "sub/b.ts"]);
      const [hung, dropped] = [
        expect.stringContaining("git took too long"),
        expect.stringContaining("sub/.gitignore is not used"),
      ];
      expect(seen).toEqual([hung, dropped]);
      expect(await listed()).toEqual(["a.ts", "sub/b.ts"]);
      expect(seen, "git is not asked again so soon").toEqual([hung, dropped, dropped]);
    },
  );

  test("an ignore file that is a link is not used, as in git", async () => {
    const rules = temporaryFolder({ rules: "*.ts\n" });
    const folder = temporaryFolder({ "a.ts": "" });
    symlinkSync(join(rules, "rules"), join(folder, ".gitignore"));
    expect(await scan(folder)).toEqual([".gitignore (outside-link)", "a.ts"]);
  });

  test("crafted rules are matched or dropped, with a notice", async () => {
    const hostile = [`${"**/a/".repeat(10)}b`, ...Array.from({ length: 3_000 }, (_, at) => `*a*${at}*b*`)].join("\n");
    const folder = temporaryFolder({ ".gitignore": hostile, [`${"a/".repeat(50)}c`]: "", "d.ts": "" });
    const { seen, onNotice } = notices();
    expect(await scan(folder, { onNotice })).toEqual([".gitignore", `${"a/".repeat(50)}c`, "d.ts"]);
    expect(seen).toEqual([expect.stringContaining("too-many-wildcards")]);
  });

  test("marked folders: a virtual environment and a cache", async () => {
    const folder = temporaryFolder({
      "py/pyvenv.cfg": "",
      "py/lib/x.py": "",
      "target/CACHEDIR.TAG": "",
      "target/x.rs": "",
      "a.rs": "",
    });
    expect(await scan(folder)).toEqual(["a.rs"]);
    expect(await look(folder, ["py/lib/x.py", "target", "a.rs"])).toEqual(["a.rs"]);
    expect(await scan(join(folder, "target"))).toEqual(["CACHEDIR.TAG", "x.rs"]);
  });
});
