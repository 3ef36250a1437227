/** What the one who makes a storm and the window in it tell each other. */

export interface StormStart {
  readonly folder: string;
  readonly indexes: string;
}

export interface StormFigures {
  /** How long something that was due in the extension host had to wait. */
  readonly waitP99Ms: number;
  readonly waitMostMs: number;
  readonly memoryGrownMb: number;
}
