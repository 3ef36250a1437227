/**
 * Shows a failure to the person who asked for something, with the one button that helps.
 *
 * Called at the edges only: commands and messages of the panel. One notification at a time; what fails meanwhile is
 * in the log.
 */

import * as vscode from "vscode";
import { isAbort, toErrorDetail } from "../domain/errors";
import { ACTION_COMMANDS } from "./actions";
import { errorNotice } from "./words/errorWords";

let isShowing = false;

export async function showError(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  if (isAbort(error) || error instanceof vscode.CancellationError) {
    return;
  }
  log.error(error instanceof Error ? error : String(error));
  if (isShowing) {
    return;
  }
  isShowing = true;
  try {
    const { message, action } = errorNotice(toErrorDetail(error));
    const choice = await vscode.window.showErrorMessage(message, ...(action ? [action.label] : []));
    if (action && choice === action.label) {
      await vscode.commands.executeCommand(ACTION_COMMANDS[action.action]);
    }
  } finally {
    isShowing = false;
  }
}
