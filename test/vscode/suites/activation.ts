/** Activation: how long VS Code says it took, and that nothing native was loaded into the extension host. */

import assert from "node:assert/strict";
import { commands, extensions } from "vscode";
import { suite } from "../inVsCode";
import { until } from "../until";

export const run = suite(async (window) => {
  const extension = extensions.getExtension("cloister.cloister");
  assert.ok(extension, "the extension is not there");
  await until("the extension is active", () => extension.isActive);

  await commands.executeCommand("workbench.action.showRuntimeExtensions");
  const row = window.locator(".runtime-extensions-editor .monaco-list-row", { hasText: "Cloister" });
  const [, milliseconds] = /Activation: (\d+)ms/.exec(await row.innerText()) ?? [];
  console.log(`VS Code measured an activation of ${milliseconds} ms`);
  assert.ok(milliseconds, `VS Code tells no activation time: ${await row.innerText()}`);

  const { sharedObjects } = process.report.getReport() as { sharedObjects: string[] };
  assert.deepEqual(
    sharedObjects.filter((file) => file.startsWith(extension.extensionPath) && !file.includes(".vscode-test")),
    [],
    "a native module of the extension was loaded in the extension host",
  );
});
