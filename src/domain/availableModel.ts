/** A model that could be installed, as the catalogue knows it. Plain data, as it crosses the wire. */

/** `fits`: beside an editor and a browser. `tight`: with little else open. An estimate, and never a bar. */
export type ModelFit = "fits" | "tight" | "too-large";

export type ModelRole = "chat" | "embedding";

export interface AvailableModel {
  /** As it is pulled: `gemma4:e4b`. */
  readonly name: string;
  readonly role: ModelRole;
  readonly downloadBytes: number;
  readonly licence: string | undefined;
  /** Whether an embedding model understands questions in other languages than English. */
  readonly isMultilingual: boolean | undefined;
  /** Undefined where the models run on a machine whose memory is not known. */
  readonly fit: ModelFit | undefined;
}
