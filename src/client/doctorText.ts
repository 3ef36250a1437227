/**
 * A report of `doctor` as text, the same on the command line and in the editor. It goes into bug reports, so it is in
 * English everywhere.
 */

import type { DoctorReport, DoctorVerdict } from "../domain/doctorReport";
import type { IndexRepair } from "../domain/indexRepair";
import { errorLine } from "./describeError";

const MAX_PATHS = 10;

const VERDICTS: Readonly<Record<DoctorVerdict, string>> = {
  "not-indexed": "There is no index of this folder yet.",
  healthy: "The index is as it was written.",
  "vectors-set-aside": "Vectors were broken; searches go by words until indexing has made them again.",
  "search-index-rebuilt": "The search index was broken and was built anew; no file had to be indexed again.",
  "files-reindexed": "A part of the index was broken; the files it held were indexed again.",
  "rolled-back": "The newest state of the index was broken; an earlier one was taken up and brought up to date.",
  outdated: "The index was of another version of Cloister and was made anew.",
  rebuilt: "The index was broken beyond repair and was built anew.",
  "not-repaired": "The index could not be checked or repaired.",
};

/** @param extra lines about the surface that asks, such as the editor's version. */
export function doctorText(report: DoctorReport, extra: readonly string[] = []): string {
  const { verdict, repairs, problem, index, versions, hardware, ollama, troubles } = report;
  const percentFree = Math.round((100 * hardware.freeMemoryBytes) / Math.max(1, hardware.memoryBytes));
  return [
    VERDICTS[verdict],
    ...(problem === undefined ? [] : [`  ${errorLine(problem)}`]),
    ...repairs.map((repair) => `  repaired: ${repairText(repair)}`),
    "",
    `index      ${index.health}; ${index.files} files, ${index.skipped} left out, ${index.chunks} chunks`,
    `           ${megabytes(index.bytes)} of text, ${megabytes(index.diskBytes)} on disk, ${index.freeBytes === undefined ? "?" : megabytes(index.freeBytes)} free; checked in ${index.checkedMs} ms`,
    `           last change ${index.updatedAt === undefined ? "never" : new Date(index.updatedAt).toISOString()}`,
    `versions   Cloister ${versions.cloister}, Node ${versions.node}, LanceDB ${versions.lancedb}, SQLite ${versions.sqlite}`,
    `system     ${versions.system}`,
    ...extra.map((line) => `           ${line}`),
    `hardware   ${hardware.cores} × ${hardware.processor}, AVX2 ${hardware.hasAvx2 === undefined ? "unknown" : hardware.hasAvx2 ? "yes" : "no"}`,
    `           ${megabytes(hardware.memoryBytes)} of memory, ${percentFree} % free; the engine has ${megabytes(hardware.engineMemoryBytes)}`,
    ...ollamaLines(ollama),
    ...(troubles.length === 0 ? ["troubles   none on record"] : ["troubles"]),
    ...troubles.map(({ at, what }) => `           ${new Date(at).toISOString()} ${what}`),
  ].join("\n");
}

function repairText(repair: IndexRepair): string {
  switch (repair.kind) {
    case "vectors-set-aside":
      return "broken vectors were set aside";
    case "search-index-rebuilt":
      return "the full-text index was built anew";
    case "rolled-back":
      return `${repair.versions} versions of the chunk table do not open`;
    case "manifest-salvaged":
      return "what could be read of the list of files was kept";
    case "files-dropped": {
      const more = repair.paths.length - MAX_PATHS;
      return `${repair.paths.slice(0, MAX_PATHS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    }
    case "outdated":
      return "all files were indexed again";
    case "rebuilt":
      return `nothing could be kept: ${repair.problem}`;
  }
}

function ollamaLines(ollama: DoctorReport["ollama"]): string[] {
  if (ollama === undefined) {
    return ["ollama     turned off"];
  }
  if (ollama.problem !== undefined) {
    return [`ollama     ${errorLine(ollama.problem)}`];
  }
  const names = ollama.models.map(
    ({ name, sizeBytes, isChosen }) => `           ${isChosen ? "* " : "  "}${name} ${megabytes(sizeBytes)}`,
  );
  return [`ollama     ${ollama.url}, ${ollama.models.length} models`, ...names];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
