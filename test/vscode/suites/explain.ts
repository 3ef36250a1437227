/** Select code, press the key: the selection is the first source, what it uses and what uses it follow. */

import assert from "node:assert/strict";
import { type CodeAction, commands, window as editorWindow, Selection } from "vscode";
import { fileUri, suite } from "../inVsCode";
import { keyOf, Panel } from "../panel";

export const run = suite(async (window) => {
  const editor = await editorWindow.showTextDocument(fileUri("src/throttle.ts"));
  editor.selection = new Selection(2, 0, 5, 1);

  const actions = await commands.executeCommand<CodeAction[]>(
    "vscode.executeCodeActionProvider",
    editor.document.uri,
    editor.selection,
  );
  assert.ok(
    actions.some(({ command }) => command?.command === "cloister.explainSelection"),
    "the light bulb does not offer to explain",
  );

  await commands.executeCommand("workbench.action.focusActiveEditorGroup");
  await window.keyboard.press(keyOf("cloister.explainSelection"));
  const panel = new Panel(window);
  await panel.lastTurn.waitFor();
  await panel.answered();

  const sources = await panel.sources.allInnerTexts();
  assert.match(sources[0] ?? "", /throttle\.ts/);
  assert.match(sources[0] ?? "", /selection/);
  assert.ok(
    sources.some((source) => /limits\.ts/.test(source)),
    `what the selection uses is not among the sources: ${sources.join(" | ")}`,
  );
  assert.ok(
    sources.some((source) => /server\.ts/.test(source)),
    `what uses the selection is not among the sources: ${sources.join(" | ")}`,
  );
});
