/**
 * A repository's own configuration may name programs. Whatever it names, listing and reading its files runs none of them
 * and reaches no network: each program would leave a mark, and the last test shows that it does.
 */

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { commitAll, git } from "../support/gitRepository";
import { filesOf, look, never, scan } from "../support/listedFiles";
import { temporaryFolder } from "../support/temporaryFolder";

/** A program that leaves a mark, and where. */
function canary(): { readonly program: string; readonly mark: string } {
  const folder = temporaryFolder();
  const mark = join(folder, "it-ran");
  const program = join(folder, "canary.sh");
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${mark}'\nexit 1\n`);
  chmodSync(program, 0o755);
  return { program, mark };
}

async function listEverything(folder: string): Promise<string[]> {
  const listed = await scan(folder);
  await look(folder, ["a.ts", "sub", "part", "new.ts"]);
  await filesOf(folder).readText("a.ts");
  await filesOf(folder).history(undefined, never);
  return listed;
}

const CONTENTS = { "a.ts": "const a = 1;\n", "sub/b.ts": "", ".gitattributes": "* filter=evil diff=evil merge=evil\n" };

function setEnvironment(name: string, value: string): void {
  const before = process.env[name];
  onTestFinished(() => {
    if (before === undefined) {
      delete process.env[name];
    } else {
      process.env[name] = before;
    }
  });
  process.env[name] = value;
}

describe.skipIf(process.platform === "win32")("no program of a hostile repository runs", () => {
  test("named in its configuration", async () => {
    const { program, mark } = canary();
    const folder = temporaryFolder(CONTENTS);
    commitAll(folder);
    const settings = [
      ["core.fsmonitor", program],
      ["core.hooksPath", join(program, "..")],
      ["core.sshCommand", program],
      ["core.pager", program],
      ["pager.ls-files", program],
      ["pager.log", program],
      ["core.editor", program],
      ["core.askPass", program],
      ["core.gitProxy", program],
      ["core.alternateRefsCommand", program],
      ["core.untrackedCache", "true"],
      ["alias.ls-files", `!${program}`],
      ["alias.log", `!${program}`],
      ["alias.rev-parse", `!${program}`],
      ["filter.evil.clean", program],
      ["filter.evil.smudge", program],
      ["filter.evil.process", program],
      ["filter.evil.required", "true"],
      ["diff.external", program],
      ["diff.evil.textconv", program],
      ["diff.evil.command", program],
      ["merge.evil.driver", program],
      ["credential.helper", `!${program}`],
      ["gpg.program", program],
      ["uploadpack.packObjectsHook", program],
      ["submodule.recurse", "true"],
    ] as const;
    for (const [name, value] of settings) {
      git(folder, "config", name, value);
    }
    writeFileSync(join(folder, "a.ts"), "changed\n");
    writeFileSync(join(folder, "new.ts"), "");
    expect(await listEverything(folder)).toEqual([".gitattributes", "a.ts", "new.ts", "sub/b.ts"]);
    expect(existsSync(mark)).toBe(false);
  });

  test("put into its hooks", async () => {
    const { program, mark } = canary();
    const folder = temporaryFolder(CONTENTS);
    commitAll(folder);
    mkdirSync(join(folder, ".git/hooks"), { recursive: true });
    for (const hook of [
      "post-index-change",
      "fsmonitor-watchman",
      "query-watchman",
      "post-checkout",
      "reference-transaction",
    ]) {
      symlinkSync(program, join(folder, ".git/hooks", hook));
    }
    writeFileSync(join(folder, "a.ts"), "changed\n");
    expect(await listEverything(folder)).toEqual([".gitattributes", "a.ts", "sub/b.ts"]);
    expect(existsSync(mark)).toBe(false);
  });

  test("needed to fetch what it lacks", async () => {
    const { program, mark } = canary();
    const folder = temporaryFolder({ ...CONTENTS, "out/c.ts": "" });
    commitAll(folder);
    git(folder, "sparse-checkout", "set", "--cone", "--sparse-index", "sub");
    git(folder, "config", "remote.origin.url", `ext::${program} %s`);
    git(folder, "config", "remote.origin.promisor", "true");
    git(folder, "config", "extensions.partialClone", "origin");
    git(folder, "config", "protocol.ext.allow", "always");
    git(folder, "config", "core.repositoryFormatVersion", "1");
    // The index names only the tree of `out`; without its object git has to ask the promised remote for it.
    const tree = git(folder, "rev-parse", "HEAD:out").trim();
    rmSync(join(folder, ".git/objects", tree.slice(0, 2), tree.slice(2)));
    await listEverything(folder);
    expect(existsSync(mark)).toBe(false);

    git(folder, "ls-files");
    expect(existsSync(mark)).toBe(true);
  });

  test("asked to check who signed a commit", async () => {
    const { program, mark } = canary();
    const folder = temporaryFolder(CONTENTS);
    commitAll(folder);
    const signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n AAAA\n -----END PGP SIGNATURE-----\n";
    const signed = git(folder, "cat-file", "commit", "HEAD").replace(/^(committer .*\n)/m, `$1${signature}`);
    const file = join(temporaryFolder({ commit: signed }), "commit");
    git(folder, "reset", "-q", "--soft", git(folder, "hash-object", "-t", "commit", "-w", file).trim());
    git(folder, "config", "log.showSignature", "true");
    git(folder, "config", "gpg.program", program);
    await listEverything(folder);
    expect(existsSync(mark)).toBe(false);

    git(folder, "log", "-1");
    expect(existsSync(mark)).toBe(true);
  });

  test("named by a submodule or a clone inside it", async () => {
    const { program, mark } = canary();
    const part = temporaryFolder(CONTENTS);
    commitAll(part);
    const folder = temporaryFolder({ "a.ts": "" });
    commitAll(folder);
    git(folder, "submodule", "--quiet", "add", part, "part");
    mkdirSync(join(folder, "clone"));
    git(join(folder, "clone"), "init", "-q");
    for (const inner of ["part", "clone"]) {
      git(join(folder, inner), "config", "core.fsmonitor", program);
      git(join(folder, inner), "config", "core.hooksPath", join(program, ".."));
      writeFileSync(join(folder, inner, "inner.ts"), "");
    }
    expect(await listEverything(folder)).toEqual(expect.arrayContaining(["clone/inner.ts", "part/inner.ts"]));
    expect(existsSync(mark)).toBe(false);
  });

  test("disguised as a bare repository", async () => {
    const { program, mark } = canary();
    const folder = temporaryFolder({ "a.ts": "" });
    git(folder, "init", "-q", "--bare", "inner");
    git(join(folder, "inner"), "config", "core.fsmonitor", program);
    git(join(folder, "inner"), "config", "core.worktree", folder);
    git(join(folder, "inner"), "config", "core.bare", "false");
    await listEverything(folder);
    await listEverything(join(folder, "inner"));
    expect(existsSync(mark)).toBe(false);
  });

  test("lying in it under the name of git", async () => {
    const { program, mark } = canary();
    const folder = temporaryFolder(CONTENTS);
    commitAll(folder);
    for (const name of ["git", "git.exe", "git-ls-files"]) {
      symlinkSync(program, join(folder, name));
    }
    setEnvironment("PATH", ["", ".", folder, join(folder, "sub"), process.env["PATH"]].join(delimiter));
    expect(await listEverything(folder)).toContain("a.ts");
    expect(existsSync(mark)).toBe(false);
  });
});

describe("what the environment says about git is not passed on", () => {
  test.each([
    ["GIT_DIR", "/nowhere"],
    ["GIT_WORK_TREE", "/"],
    ["GIT_INDEX_FILE", "/nowhere/index"],
    ["GIT_LITERAL_PATHSPECS", "0"],
    ["GIT_ICASE_PATHSPECS", "1"],
    ["GIT_CEILING_DIRECTORIES", "/"],
    ["GIT_CONFIG_PARAMETERS", "'core.excludesfile'='/nowhere'"],
    ["GIT_TRACE", "1"],
  ])("%s", async (name, value) => {
    const folder = temporaryFolder({ "a.ts": "", "sub/b.ts": "" });
    commitAll(folder);
    setEnvironment(name, value);
    expect(await scan(folder)).toEqual(["a.ts", "sub/b.ts"]);
  });

  test("nor does git write anything", async () => {
    const trace = join(temporaryFolder(), "trace");
    const folder = temporaryFolder({ "a.ts": "" });
    commitAll(folder);
    writeFileSync(join(folder, "a.ts"), "changed");
    const index = readFileSync(join(folder, ".git/index"));
    setEnvironment("GIT_TRACE", trace);
    setEnvironment("GIT_TRACE2_EVENT", trace);
    await filesOf(folder).scan(never);
    expect(existsSync(trace)).toBe(false);
    expect(readFileSync(join(folder, ".git/index")).equals(index)).toBe(true);
  });
});

test.skipIf(process.platform === "win32")("the canary works: a plain git runs what the configuration names", () => {
  const { program, mark } = canary();
  const folder = temporaryFolder(CONTENTS);
  commitAll(folder);
  git(folder, "config", "core.fsmonitor", program);
  git(folder, "ls-files", "-co", "--exclude-standard");
  expect(readFileSync(mark, "utf8")).toContain(program);
});
