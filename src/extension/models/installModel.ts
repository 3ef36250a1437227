/** Installing a model from the editor: which one, how far it is, and going on after a pause. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../../client/engineClient";
import type { AvailableModel } from "../../domain/availableModel";
import { EngineError, isAbort } from "../../domain/errors";
import { type ModelReport, type PullEvent, requests } from "../../protocol/engine";
import type { ModelChoice } from "../chat/modelChoice";
import { bytesWords } from "../words/indexWords";
import { availableWords, roleWords } from "../words/modelWords";

const MODEL_LIBRARY = "https://ollama.com/library";

type Puller = Pick<EngineClient, "request" | "onPull">;

/** @throws {EngineError} */
export async function installModel(engine: Puller, choice: ModelChoice): Promise<void> {
  const report = await choice.refresh();
  if (report.problem) {
    throw new EngineError(report.problem);
  }
  const model = await pickModel(report);
  if (model !== undefined && (await pullToEnd(engine, model))) {
    await choice.refresh();
    void vscode.window.showInformationMessage(l10n.t("{0} is installed.", model));
  }
}

async function pickModel({ available, freeDiskBytes }: ModelReport): Promise<string | undefined> {
  const byName = { label: l10n.t("By name …"), detail: l10n.t("Any model of Ollama’s library"), model: undefined };
  const browse = { label: l10n.t("Browse Models"), detail: MODEL_LIBRARY, model: undefined };
  const picked = await vscode.window.showQuickPick([...available.map(modelItem), byName, browse], {
    title: l10n.t("Which model should be installed?"),
    placeHolder: freeDiskBytes === undefined ? "" : l10n.t("{0} are free on the disk", bytesWords(freeDiskBytes)),
    matchOnDetail: true,
  });
  if (picked === browse) {
    await vscode.env.openExternal(vscode.Uri.parse(MODEL_LIBRARY));
  }
  return picked === byName ? askForName() : picked?.model;
}

function modelItem(model: AvailableModel) {
  const { name, role } = model;
  return { label: name, description: roleWords(role), detail: availableWords(model), model: name };
}

async function askForName(): Promise<string | undefined> {
  const name = await vscode.window.showInputBox({
    title: l10n.t("Which model should be installed?"),
    placeHolder: "gemma4:e4b",
  });
  return name?.trim() || undefined;
}

/** @returns false if it was paused and left so. @throws {EngineError} */
async function pullToEnd(engine: Puller, model: string): Promise<boolean> {
  for (;;) {
    const pausedAt = await pull(engine, model);
    if (pausedAt === undefined) {
      return true;
    }
    const goOn = l10n.t("Resume");
    const said = l10n.t("Installing {0} is paused at {1} %. What was downloaded is kept.", model, pausedAt);
    if ((await vscode.window.showInformationMessage(said, goOn)) !== goOn) {
      return false;
    }
  }
}

/** @returns the per cent at which it was paused; undefined once it is installed. @throws {EngineError} */
function pull(engine: Puller, model: string): Thenable<number | undefined> {
  const title = l10n.t("Installing {0} (Cancel pauses)", model);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const pause = new AbortController();
      token.onCancellationRequested(() => pause.abort());
      let shown = 0;
      const watching = engine.onPull((event) => {
        if (event.model === model) {
          const percent = percentOf(event);
          const message = l10n.t("{0} of {1}", bytesWords(event.completedBytes), bytesWords(event.totalBytes));
          progress.report({ message, increment: Math.max(0, percent - shown) });
          shown = percent;
        }
      });
      try {
        await engine.request(requests.pullModel, { model }, pause.signal);
        return undefined;
      } catch (error) {
        if (isAbort(error)) {
          return shown;
        }
        throw error;
      } finally {
        watching.dispose();
      }
    },
  );
}

const percentOf = ({ completedBytes, totalBytes }: PullEvent): number =>
  totalBytes === 0 ? 0 : Math.floor((100 * completedBytes) / totalBytes);
