/** What commits say reaches a search: after a run, after a later commit, and in an engine that starts anew. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FolderSession } from "../../../src/engine/folder/folderSession";
import { openFolderSession } from "../../support/folderSession";
import { committed, git } from "../../support/gitRepository";
import { temporaryFolder } from "../../support/temporaryFolder";

const { signal } = new AbortController();

const first = (session: FolderSession, question: string) =>
  session.read(async ({ searcher }) => (await searcher.search(question, 1))[0]?.path);

function commit(folder: string, path: string, subject: string): void {
  writeFileSync(join(folder, path), `${subject.length}`);
  git(folder, "commit", "-qam", subject);
}

test("a file is found by what a commit said of it", async () => {
  const folder = committed({ "a.txt": "alpha", "b.txt": "beta" });
  commit(folder, "b.txt", "Throttle impatient clients");
  const root = temporaryFolder();
  const { session } = openFolderSession(folder, { root });
  await session.index(false, signal);
  expect(await first(session, "where are clients throttled")).toBe("b.txt");

  commit(folder, "a.txt", "Stop the heating in summer");
  expect(await first(session, "what about heating in summer")).toBeUndefined();
  await session.index(false, signal);
  expect(await first(session, "what about heating in summer")).toBe("a.txt");

  const later = openFolderSession(folder, { root }).session;
  expect(await first(later, "what about heating in summer")).toBe("a.txt");
});

test("what another engine has kept counts from the next look on", async () => {
  const folder = committed({ "a.txt": "alpha", "b.txt": "beta" });
  const root = temporaryFolder();
  const { session } = openFolderSession(folder, { root });
  await session.index(false, signal);
  expect(await first(session, "what about heating in summer")).toBeUndefined();
  const other = openFolderSession(folder, { root }).session;
  commit(folder, "a.txt", "Stop the heating in summer");
  await other.index(false, signal);
  await session.index(false, signal);
  expect(await first(session, "what about heating in summer")).toBe("a.txt");
});
