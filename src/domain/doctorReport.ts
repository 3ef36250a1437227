/**
 * What `doctor` finds: enough to look into a bug, and nothing that its sender would not want to show. No file contents; of
 * paths only those inside the folder and the index; no names of people or machines.
 */

import type { EngineErrorDetail } from "./errors";
import type { IndexRepair } from "./indexRepair";
import type { IndexHealth } from "./indexStatus";

/** The gravest thing that was done decides; `not-repaired`: why is in `problem`. */
export type DoctorVerdict =
  | "not-indexed"
  | "healthy"
  | "vectors-set-aside"
  | "search-index-rebuilt"
  | "files-reindexed"
  | "rolled-back"
  | "outdated"
  | "rebuilt"
  | "not-repaired";

export interface DoctorReport {
  readonly verdict: DoctorVerdict;
  readonly repairs: readonly IndexRepair[];
  readonly problem: EngineErrorDetail | undefined;
  readonly index: {
    readonly folder: string;
    readonly indexDir: string;
    readonly health: IndexHealth;
    readonly files: number;
    readonly skipped: number;
    readonly chunks: number;
    readonly bytes: number;
    readonly diskBytes: number;
    /** Room left on the disk that holds the index. */
    readonly freeBytes: number | undefined;
    /** Milliseconds since the epoch. */
    readonly updatedAt: number | undefined;
    readonly checkedMs: number;
  };
  readonly versions: {
    readonly cloister: string;
    readonly node: string;
    readonly lancedb: string;
    readonly sqlite: string;
    readonly system: string;
  };
  readonly hardware: {
    readonly processor: string;
    readonly cores: number;
    /** LanceDB needs it on x64; undefined where the system does not say. */
    readonly hasAvx2: boolean | undefined;
    readonly memoryBytes: number;
    readonly freeMemoryBytes: number;
    readonly engineMemoryBytes: number;
  };
  /** Undefined: models are turned off. */
  readonly ollama:
    | {
        /** How far away it is: `<this machine>`, `<private address>`, `<public address>`. */
        readonly url: string;
        readonly models: readonly { readonly name: string; readonly sizeBytes: number; readonly isChosen: boolean }[];
        readonly problem: EngineErrorDetail | undefined;
      }
    | undefined;
  /** The last ones of this index, the newest last, also of engines that have ended. */
  readonly troubles: readonly Trouble[];
}

export interface Trouble {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
}
