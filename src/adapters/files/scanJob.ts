/** What the file scanner and its worker thread say to each other. */

import type { CutFiles, FileQuery, FoundFiles } from "../../core/ports";

export interface ScanJob {
  readonly id: number;
  /** Absolute. */
  readonly folder: string;
  /** Relative to `folder`, with `/`. */
  readonly paths: readonly string[];
  readonly maxFileKiB: number;
  readonly task: ScanTask;
  /** Milliseconds since the epoch, after which no further file is looked at. */
  readonly endsAt: number;
  /** One number, shared: not 0 once nobody waits. */
  readonly stopped: Int32Array<SharedArrayBuffer>;
}

export type ScanTask =
  | { readonly type: "find"; readonly query: FileQuery }
  | { readonly type: "cut" }
  | { readonly type: "find-names"; readonly names: readonly string[] };

export type ScanReply =
  | { readonly type: "found"; readonly id: number; readonly found: FoundFiles }
  | { readonly type: "cut"; readonly id: number; readonly cut: CutFiles }
  | { readonly type: "found-names"; readonly id: number; readonly names: readonly string[] }
  | { readonly type: "problem"; readonly problem: string };
