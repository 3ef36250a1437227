import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readGitHistory } from "../../../src/adapters/files/gitHistory";
import type { CommitHistory } from "../../../src/core/ports";
import { committed, git } from "../../support/gitRepository";
import { filesOf } from "../../support/listedFiles";
import { temporaryFolder } from "../../support/temporaryFolder";

const { signal } = new AbortController();

/** Writes the files and commits them. */
function commit(folder: string, subject: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), subject);
  }
  git(folder, "add", "--all");
  git(folder, "commit", "-qm", subject);
}

async function read(folder: string, timeLimitMs = 10_000): Promise<CommitHistory> {
  return (await readGitHistory({ directory: folder, folder: folder, timeLimitMs }, undefined, signal)) as CommitHistory;
}

describe("what commits say, and of which files", () => {
  test("newest first, by the first line of the message", async () => {
    const folder = committed({ "a.ts": "", "ü b.ts": "" });
    commit(folder, "Cap the attempts\n\nThey were endless.", "a.ts", "dir/\tc.ts");
    commit(folder, "Größe begrenzen", "ü b.ts");
    expect((await read(folder)).commits).toEqual([
      { subject: "Größe begrenzen", paths: ["ü b.ts"] },
      { subject: "Cap the attempts", paths: ["a.ts", "dir/\tc.ts"] },
      { subject: "all", paths: ["a.ts", "ü b.ts"] },
    ]);
  });

  test("merges say nothing, what was merged does", async () => {
    const folder = committed({ "a.ts": "" });
    git(folder, "checkout", "-q", "-b", "side");
    commit(folder, "Side work", "b.ts");
    git(folder, "checkout", "-q", "main");
    commit(folder, "Main work", "a.ts");
    git(folder, "merge", "-q", "-m", "Merge side", "side");
    expect((await read(folder)).commits.map(({ subject }) => subject).sort()).toEqual([
      "Main work",
      "Side work",
      "all",
    ]);
  });

  test("a commit of many files says too little of each, and an empty one of none", async () => {
    const folder = committed({ "a.ts": "" });
    commit(folder, "Format everything", ...Array.from({ length: 31 }, (_, at) => `${at}.ts`));
    git(folder, "commit", "-q", "--allow-empty", "-m", "Nothing");
    expect((await read(folder)).commits).toEqual([{ subject: "all", paths: ["a.ts"] }]);
  });

  test("in a part of a repository, of the files in it", async () => {
    const folder = committed({ "top.ts": "", "part/a.ts": "" });
    commit(folder, "Both", "top.ts", "part/b.ts");
    commit(folder, "Top alone", "top.ts");
    expect((await read(join(folder, "part"))).commits).toEqual([
      { subject: "Both", paths: ["b.ts"] },
      { subject: "all", paths: ["a.ts"] },
    ]);
  });

  test("a subject as long as a book is cut", async () => {
    const folder = committed();
    commit(folder, "word ".repeat(5_000), "a.ts");
    expect((await read(folder)).commits[0]?.subject).toHaveLength(300);
  });
});

describe("nothing new", () => {
  test("since the commit that is known", async () => {
    const folder = committed({ "a.ts": "" });
    const { head } = await read(folder);
    const again = () => readGitHistory({ directory: folder, folder: folder, timeLimitMs: 10_000 }, head, signal);
    expect(await again()).toBe("unchanged");
    commit(folder, "More", "a.ts");
    expect(await again()).toMatchObject({ commits: [{ subject: "More" }, { subject: "all" }] });
  });

  test.each<[string, (folder: string) => void]>([
    ["no repository", () => undefined],
    ["a repository without a commit", (folder) => git(folder, "init", "-q")],
    ["a repository that is broken", (folder) => mkdirSync(join(folder, ".git"))],
  ])("%s", async (_name, prepare) => {
    const folder = temporaryFolder({ "a.ts": "" });
    prepare(folder);
    expect(await filesOf(folder).history(undefined, signal)).toBeUndefined();
  });

  test("a history that git cannot read is not taken for an empty one, and one that breaks off counts", async () => {
    const folder = committed({ "a.ts": "" });
    const first = git(folder, "rev-parse", "HEAD").trim();
    commit(folder, "Second", "a.ts");
    commit(folder, "Third", "a.ts");
    commit(folder, "Fourth", "a.ts");
    rmSync(join(folder, ".git/objects", first.slice(0, 2), first.slice(2)));
    expect((await read(folder)).commits.map(({ subject }) => subject)).toEqual(["Fourth"]);
    const head = git(folder, "rev-parse", "HEAD").trim();
    rmSync(join(folder, ".git/objects", head.slice(0, 2), head.slice(2)));
    expect(await read(folder)).toBeUndefined();
  });

  test("stops when it is told to", async () => {
    await expect(filesOf(committed()).history(undefined, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

test("subjects made of what separates one from the next", async () => {
  const folder = committed({ "a.ts": "" });
  commit(folder, "one \x01two\x01", "b.ts");
  expect((await read(folder)).commits.flatMap(({ paths }) => paths)).toContain("a.ts");
});

test.skipIf(process.platform === "win32")("FIFOs in place of files that git would read do not hold it up", async () => {
  const folder = committed({ "a.ts": "" });
  execFileSync("mkfifo", [join(folder, ".mailmap"), join(folder, "order")]);
  git(folder, "config", "diff.orderFile", join(folder, "order"));
  expect((await read(folder, 5_000)).commits).toEqual([{ subject: "all", paths: ["a.ts"] }]);
});
