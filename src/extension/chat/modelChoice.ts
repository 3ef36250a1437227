/** Which model will answer. */

import type { EngineClient } from "../../client/engineClient";
import { type ModelReport, requests } from "../../protocol/engine";
import { type Disposable, DisposableStore } from "../disposables";
import { Listeners } from "../listeners";

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
