/**
 * The report that `doctor` makes: what was found and repaired in the index, and what the machine is like. It is made to be
 * pasted into a bug report, so what it says of this machine's names and places is left out (`redactReport.ts`).
 */

import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from "node:os";
import type { DoctorReport, DoctorVerdict } from "../domain/doctorReport";
import type { EngineErrorDetail } from "../domain/errors";
import type { IndexRepair } from "../domain/indexRepair";
import type { IndexStatus } from "../domain/indexStatus";
import type { ModelReport } from "../protocol/engine";
import { readTroubles } from "./folder/troubleLog";
import { type PrivateMachine, privateMachine, redactReport } from "./redactReport";
import { ENGINE_VERSION, LANCE_VERSION } from "./version";

/** What the check of one index came to. */
export interface Checkup {
  readonly repairs: readonly IndexRepair[];
  /** Why the index could not be checked, repaired or indexed again. */
  readonly problem: EngineErrorDetail | undefined;
  readonly checkedMs: number;
  /** The folder with symbolic links resolved. */
  readonly realFolder: string;
  /** After the check. */
  readonly status: IndexStatus;
}

/** @param models undefined if they are turned off. */
export async function makeDoctorReport(
  checkup: Checkup,
  models: ModelReport | undefined,
  machine: PrivateMachine = privateMachine(),
): Promise<DoctorReport> {
  const { repairs, problem, checkedMs, realFolder, status } = checkup;
  const { folder, indexDir, health, files, skipped, chunks, bytes, diskBytes, updatedAt } = status;
  const report: DoctorReport = {
    verdict: verdictOf(checkup),
    repairs,
    problem,
    index: {
      ...{ folder, indexDir, health, files, skipped, chunks, bytes, diskBytes, updatedAt, checkedMs },
      freeBytes: await freeBytesAt(indexDir),
    },
    versions: {
      cloister: ENGINE_VERSION,
      node: process.versions.node,
      lancedb: LANCE_VERSION,
      sqlite: process.versions["sqlite"] ?? "",
      system: `${platform()} ${release()} ${arch()}`,
    },
    hardware: {
      processor: cpus()[0]?.model ?? "",
      cores: availableParallelism(),
      hasAvx2: hasAvx2(),
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      engineMemoryBytes: process.memoryUsage.rss(),
    },
    ollama: models && {
      url: models.url,
      models: models.models.map(({ name, sizeBytes, isChosen }) => ({ name, sizeBytes, isChosen })),
      problem: models.problem,
    },
    troubles: readTroubles(indexDir),
  };
  return redactReport(report, { ...machine, realFolder, ollamaUrl: models?.url });
}

/** From grave to slight. */
const VERDICTS: readonly (readonly [IndexRepair["kind"], DoctorVerdict])[] = [
  ["rebuilt", "rebuilt"],
  ["outdated", "outdated"],
  ["rolled-back", "rolled-back"],
  ["manifest-salvaged", "files-reindexed"],
  ["files-dropped", "files-reindexed"],
  ["search-index-rebuilt", "search-index-rebuilt"],
  ["vectors-set-aside", "vectors-set-aside"],
];

function verdictOf({ repairs, problem, status }: Checkup): DoctorVerdict {
  if (problem !== undefined) {
    return "not-repaired";
  }
  if (status.health === "none") {
    return "not-indexed";
  }
  const done = new Set(repairs.map(({ kind }) => kind));
  return VERDICTS.find(([kind]) => done.has(kind))?.[1] ?? "healthy";
}

async function freeBytesAt(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return undefined; // there is no such folder yet
  }
}

function hasAvx2(): boolean | undefined {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
    return flags?.split(" ").includes("avx2");
  } catch {
    return undefined;
  }
}
