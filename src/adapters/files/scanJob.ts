/** What the file scanner and its worker thread say to each other. */

import type { CutFiles, FileQuery, FoundFiles } from "../../core/ports";

export interface ScanJob {
  readonly id: number;
  /** Absolute. */
  readonly folder: string;
  /** Relative to `folder`, with `/`. */
  readonly paths: readonly string[];
  readonly maxFileKiB: number;
  /** Undefined: every file is cut. */
  readonly query: FileQuery | undefined;
  /** Milliseconds since the epoch, after which no further file is looked at. */
  readonly endsAt: number;
  /** One number, shared: not 0 once nobody waits. */
  readonly stopped: Int32Array<SharedArrayBuffer>;
}

export type ScanReply =
  | { readonly type: "found"; readonly id: number; readonly found: FoundFiles }
  | { readonly type: "cut"; readonly id: number; readonly cut: CutFiles }
  | { readonly type: "problem"; readonly problem: string };
