/** Joins what several queries found of one index. */

import { placeKey } from "../../chunkPlace";
import type { FoundRow } from "../../ports";

/** @returns the rows, and behind them those of the others that are not among them. */
export function mergeRows<Row extends FoundRow>(rows: readonly Row[], others: readonly Row[]): readonly Row[] {
  if (others.length === 0) {
    return rows;
  }
  const known = new Set(rows.map(placeKey));
  return [...rows, ...others.filter((row) => !known.has(placeKey(row)))];
}
