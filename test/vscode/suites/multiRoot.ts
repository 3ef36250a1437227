/** A workspace of two folders: one index each, one merged answer, and each source names its folder. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { workspace } from "vscode";
import { setting, suite } from "../inVsCode";
import { Panel } from "../panel";
import { until } from "../until";

export const run = suite(async (window) => {
  await openFolders();
  const panel = await Panel.open(window);
  await until("both folders are indexed", async () => (await panel.indexState.innerText()).includes("2 files"));
  await panel.ask("where is the rate limit?");

  const sources = await panel.sources.allInnerTexts();
  for (const folder of ["client", "server"]) {
    assert.ok(
      sources.some((source) => source.includes(folder)),
      `no source is from ${folder}: ${sources.join(" | ")}`,
    );
  }
  assert.deepEqual(
    readdirSync(setting("CLOISTER_TEST_INDEXES"))
      .map((name) => name.replace(/-[^-]*$/, ""))
      .sort(),
    ["client", "server"],
  );
});

/**
 * In a browser VS Code drops what a workspace file says if it has read it before it has a workspace to put it into; the
 * window then stays without folders until the file is written anew (`onWorkspaceConfigurationChanged` in its
 * `configurationService.ts`).
 */
async function openFolders(): Promise<void> {
  const file = workspace.workspaceFile?.fsPath;
  assert.ok(file !== undefined, "no workspace is open");
  await until("VS Code has opened both folders", () => {
    const isOpen = workspace.workspaceFolders?.length === 2;
    if (!isOpen) {
      writeFileSync(file, readFileSync(file));
    }
    return isOpen;
  });
}
