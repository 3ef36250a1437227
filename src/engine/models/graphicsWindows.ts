/**
 * Windows that were made smaller so that models stay in graphics memory, by the model's digest.
 *
 * What spilled may have been pushed out by another program, so a window is only remembered for some days.
 */

import * as v from "valibot";
import type { ChatModel } from "../../core/answering/model/resolveModel";
import type { LoadedModel } from "../../core/modelPorts";
import { windowInGraphics } from "../../core/models/graphicsWindow";
import type { Clock } from "../../core/ports";
import { KeptRecords } from "./keptRecords";

const REMEMBERED_MS = 7 * 24 * 3_600_000;

const windowSchema = v.object({ window: v.number(), at: v.number() });

type NamedModel = Pick<ChatModel, "model" | "digest">;

export class GraphicsWindows {
  readonly #windows: KeptRecords<v.InferOutput<typeof windowSchema>>;
  readonly #clock: Clock;

  /** @param file absolute path; undefined forgets with the process. */
  constructor(file: string | undefined, clock: Clock) {
    this.#windows = new KeptRecords(file, windowSchema);
    this.#clock = clock;
  }

  /** @returns tokens; undefined where the model did not spill of late. */
  of(model: NamedModel): number | undefined {
    const known = this.#windows.get(nameOf(model));
    return known !== undefined && this.#clock() - known.at < REMEMBERED_MS ? known.window : undefined;
  }

  /** Looks at a model that was loaded with this window. */
  look(model: NamedModel & Pick<ChatModel, "cache">, window: number, loaded: LoadedModel): void {
    const smaller = windowInGraphics(loaded.contextLength ?? window, model.cache?.bytesPerToken, loaded);
    if (smaller !== undefined) {
      this.#windows.set(nameOf(model), { window: smaller, at: this.#clock() });
    }
  }
}

const nameOf = ({ model, digest }: NamedModel): string => digest || model;
