/** What the file system tells of a file without reading it. */

export interface FileStamp {
  readonly sizeBytes: number;
  /** When its content changed, in milliseconds since the epoch, with fraction; programs that unpack or copy set it back. */
  readonly mtimeMs: number;
  /** When its content, its name or its rights changed, likewise; no program sets this one. */
  readonly ctimeMs: number;
}

/** Of a file that nothing is known of. */
export const NO_STAMP: FileStamp = { sizeBytes: 0, mtimeMs: 0, ctimeMs: 0 };

export function stampOf({ sizeBytes, mtimeMs, ctimeMs }: FileStamp): FileStamp {
  return { sizeBytes, mtimeMs, ctimeMs };
}

/** True if the file has not been touched in between. */
export function isSameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.sizeBytes === b.sizeBytes && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}
