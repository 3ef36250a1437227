/** What the file scanner and its worker thread say to each other. */

import type { FileQuery, FoundFiles, IndexableFile } from "../../core/ports";

export interface ScanJob {
  readonly id: number;
  /** Absolute. */
  readonly folder: string;
  /** Relative to `folder`, with `/`. */
  readonly paths: readonly string[];
  readonly maxFileKiB: number;
  /** Undefined: every file is cut. */
  readonly query: FileQuery | undefined;
  /** Milliseconds after which no further file is looked at. */
  readonly limitMs: number;
}

export type ScanReply =
  | { readonly type: "found"; readonly id: number; readonly found: FoundFiles }
  | { readonly type: "cut"; readonly id: number; readonly files: readonly IndexableFile[] }
  | { readonly type: "problem"; readonly problem: string };
