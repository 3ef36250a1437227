/** What is saved, created, renamed or deleted is found, or no longer found, by the next questions. */

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { window as editorWindow, Position, Range, Uri, WorkspaceEdit, workspace } from "vscode";
import { fileUri, suite } from "../inVsCode";
import { Panel } from "../panel";
import { until } from "../until";

export const run = suite(async (window) => {
  const panel = await Panel.open(window);
  const finds = async (question: string, file: string): Promise<boolean> => {
    await panel.ask(question);
    const rows = await panel.sources.allInnerTexts();
    return rows.some((row) => row.includes(file));
  };
  const untilFound = (question: string, file: string) =>
    until(`"${question}" finds ${file}`, () => finds(question, file));

  assert.equal(await finds("quokka feeding schedule", "limits.ts"), false);

  const editor = await editorWindow.showTextDocument(fileUri("src/limits.ts"));
  await editor.edit((edit) => edit.insert(new Position(0, 0), "/** The quokka feeding schedule, in hours. */\n"));
  await editor.document.save();
  await untilFound("quokka feeding schedule", "limits.ts");

  writeFileSync(fileUri("src/made.ts").fsPath, "export const wombatBurrowDepth = 3;\n"); // from outside the editor
  await untilFound("wombat burrow depth", "made.ts");

  const rename = new WorkspaceEdit();
  rename.renameFile(fileUri("src/made.ts"), fileUri("src/renamed.ts"));
  assert.ok(await workspace.applyEdit(rename));
  await untilFound("wombat burrow depth", "renamed.ts");

  await workspace.fs.delete(Uri.file(fileUri("src/renamed.ts").fsPath));
  await until("the deleted file is forgotten", async () => !(await finds("wombat burrow depth", "renamed.ts")));

  const { document } = await editorWindow.showTextDocument(fileUri("src/limits.ts"));
  assert.equal(document.getText(new Range(0, 0, 0, 4)), "/** ");
});
