/** Which files the filters of a question let through. */

import { decodeDefinitions } from "../../definitions";
import type { FileRecord } from "../../ports";
import type { Filter } from "./queryParts";
import { foldName } from "./splitIdentifier";

/** What people call languages beside the names that the index uses; extensions count as well. */
const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  "c++": "cpp",
  "c#": "csharp",
  golang: "go",
  shell: "bash",
  node: "javascript",
  tex: "latex",
};

/** @returns a test for records of indexed files; undefined where there is nothing to filter by. */
export function fileFilter(filters: readonly Filter[]): ((record: FileRecord) => boolean) | undefined {
  if (filters.length === 0) {
    return undefined;
  }
  const excluding = filters.filter(({ isExcluding }) => isExcluding);
  const including = [
    ...Map.groupBy(
      filters.filter(({ isExcluding }) => !isExcluding),
      ({ field }) => field,
    ).values(),
  ];
  return (record) =>
    !excluding.some((filter) => fits(filter, record)) &&
    including.every((alternatives) => alternatives.some((filter) => fits(filter, record)));
}

function fits({ field, value }: Filter, record: FileRecord): boolean {
  switch (field) {
    case "language":
      return record.language === (LANGUAGE_NAMES[value] ?? value) || record.path.toLowerCase().endsWith(`.${value}`);
    case "path":
      return holdsInOrder(record.path.toLowerCase(), value.split("*"));
    case "symbol":
      return decodeDefinitions(record.definitions).some(({ name }) => isSymbol(name, value));
  }
}

/** True for the same name in any spelling. */
export function isSymbol(name: string, wanted: string): boolean {
  return name === wanted || foldName(name) === foldName(wanted);
}

function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) {
      return false;
    }
    at = found + part.length;
  }
  return true;
}
