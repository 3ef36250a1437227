/**
 * Folders and files without permission. Root may read everything, so as root the same code runs as another user: bundled,
 * in a process of its own.
 */

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { commitAll } from "../support/gitRepository";
import { temporaryFolder } from "../support/temporaryFolder";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const PROGRAM = `
  import { readFileSafely } from ${JSON.stringify(join(import.meta.dirname, "../../src/adapters/files/readFile"))};
  import { createWorkspaceFiles } from ${JSON.stringify(join(import.meta.dirname, "../../src/adapters/files/workspaceFiles"))};
  const [folder] = process.argv.slice(2);
  const notices = [];
  const files = createWorkspaceFiles({ folder, exclude: [], maxFileKiB: 100, onNotice: (notice) => notices.push(notice) });
  const signal = new AbortController().signal;
  const scan = await files.scan(signal).catch((error) => ({ files: [], skipped: [], error: error.detail }));
  console.log(JSON.stringify({
    files: scan.files.map(({ path }) => path).sort(),
    skipped: scan.skipped,
    error: scan.error,
    notices,
    reads: Object.fromEntries(scan.files.map(({ path }) => [path, readFileSafely(folder, path, 1000)]).map(([path, read]) => [path, read.reason ?? read.state])),
  }));
`;

interface Report {
  readonly files: readonly string[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly error?: { readonly code: string };
  readonly notices: readonly string[];
  readonly reads: Readonly<Record<string, string>>;
}

let place = "";
let bundle = "";
let node = process.execPath;

beforeAll(() => {
  place = realpathSync.native(mkdtempSync(join(tmpdir(), "cloister-nobody-")));
  chmodSync(place, 0o755);
  bundle = join(place, "list.mjs");
  buildSync({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname, loader: "ts" },
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
  });
  if (isRoot) {
    node = join(place, "node"); // the one we run may lie where nobody else may go
    copyFileSync(process.execPath, node);
  }
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Lists the folder as somebody who owns none of it. */
function listAsNobody(folder: string): Report {
  const output = execFileSync(node, [bundle, folder], {
    encoding: "utf8",
    timeout: 30_000,
    env: { PATH: process.env["PATH"], HOME: place },
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  return JSON.parse(output) as Report;
}

function locked(path: string): void {
  chmodSync(path, 0);
  onTestFinished(() => chmodSync(path, 0o700));
}

function folderWith(contents: Record<string, string>): string {
  const folder = temporaryFolder(contents);
  chmodSync(folder, 0o755);
  return folder;
}

describe.skipIf(process.platform === "win32")("without permission", () => {
  test("a folder and a file in a walk", () => {
    const folder = folderWith({ "a.ts": "", "b.ts": "", "locked/c.ts": "", "open/d.ts": "" });
    locked(join(folder, "b.ts"));
    locked(join(folder, "locked"));
    expect(listAsNobody(folder)).toMatchObject({
      files: ["a.ts", "b.ts", "open/d.ts"],
      skipped: [{ path: "locked", reason: "unreadable" }],
      reads: { "a.ts": "read", "b.ts": "unreadable", "open/d.ts": "read" },
    });
  });

  test("the folder itself", () => {
    const folder = folderWith({ "a.ts": "" });
    locked(folder);
    expect(listAsNobody(folder).error).toEqual({ code: "folder-unreadable", folder });
  });

  test.runIf(isRoot)("a folder in a repository, and in a part of one", () => {
    const folder = folderWith({ "a.ts": "", "part/b.ts": "", "part/locked/c.ts": "" });
    commitAll(folder);
    execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, folder]);
    chmodSync(join(folder, "part/locked/c.ts"), 0);
    mkdirSync(join(folder, "part/closed"));
    locked(join(folder, "part/closed"));
    expect(listAsNobody(folder)).toMatchObject({
      files: ["a.ts", "part/b.ts", "part/locked/c.ts"],
      skipped: [{ path: "part/closed", reason: "unreadable" }],
      reads: { "part/locked/c.ts": "unreadable" },
      notices: [],
    });
    expect(listAsNobody(join(folder, "part"))).toMatchObject({
      files: ["b.ts", "locked/c.ts"],
      skipped: [{ path: "closed", reason: "unreadable" }],
    });
  });

  test.runIf(isRoot)("a repository of another user is walked, because git refuses it", () => {
    const folder = folderWith({ ".gitignore": "*.log\n", "a.ts": "", "b.log": "" });
    commitAll(folder);
    mkdirSync(join(folder, "locked"));
    locked(join(folder, "locked"));
    expect(listAsNobody(folder)).toMatchObject({
      files: [".gitignore", "a.ts"],
      skipped: [{ path: "locked", reason: "unreadable" }],
      notices: [expect.stringContaining("dubious ownership")],
    });
  });
});
