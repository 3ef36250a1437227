/** Which model will answer, and choosing another one of those that are installed. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { EngineClient } from "../../client/engineClient";
import { EngineError } from "../../domain/errors";
import { type ModelReport, requests } from "../../protocol/engine";
import { type Disposable, DisposableStore } from "../disposables";
import { Listeners } from "../listeners";
import { chooseChatModel } from "../settings";
import { bytesWords } from "../words/indexWords";

export class ModelChoice implements Disposable {
  readonly #engine: Pick<EngineClient, "request">;
  readonly #changes = new Listeners<void>();
  readonly #disposables = new DisposableStore();
  #name: string | undefined;

  constructor(engine: Pick<EngineClient, "request">) {
    this.#engine = engine;
  }

  /** Undefined while none is known. */
  get name(): string | undefined {
    return this.#name;
  }

  onChange(listener: () => void): Disposable {
    return this.#disposables.add(this.#changes.add(listener));
  }

  /** @throws {EngineError} where the engine itself fails; an Ollama that cannot be used only means that there is no model. */
  async refresh(): Promise<ModelReport> {
    const report = await this.#engine.request(requests.models, {});
    this.#set(report.models.find(({ isChosen }) => isChosen)?.name);
    return report;
  }

  /** @throws {EngineError} */
  async choose(): Promise<void> {
    const report = await this.refresh();
    if (report.problem) {
      throw new EngineError(report.problem);
    }
    const usable = report.models.filter(({ canChat, isRemote }) => canChat && !isRemote);
    if (usable.length === 0) {
      await offerModels();
      return;
    }
    const automatic = { label: l10n.t("Automatic"), detail: l10n.t("The best model that is installed"), model: "" };
    const another = { label: l10n.t("Install another model …"), detail: "", model: "" };
    const picked = await vscode.window.showQuickPick([automatic, ...usable.map(modelItem), another], {
      title: l10n.t("Which model answers?"),
    });
    if (picked === another) {
      await vscode.commands.executeCommand("cloister.installModel");
    } else if (picked) {
      await chooseChatModel(picked.model);
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #set(name: string | undefined): void {
    if (name !== this.#name) {
      this.#name = name;
      this.#changes.emit();
    }
  }
}

function modelItem({ name, sizeBytes, parameterSize, isChosen }: ModelReport["models"][number]) {
  const facts = [parameterSize, bytesWords(sizeBytes)].filter(Boolean).join(" · ");
  return { label: name, description: isChosen ? l10n.t("answers now") : "", detail: facts, model: name };
}

async function offerModels(): Promise<void> {
  const install = l10n.t("Install a Model");
  if ((await vscode.window.showInformationMessage(l10n.t("Ollama has no model that can chat."), install)) === install) {
    await vscode.commands.executeCommand("cloister.installModel");
  }
}
