/** Room on the disk that an Ollama on this machine keeps its models on. */

import { statfsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where servers keep models: where they are told to, in this user's home, in the system's service. */
const modelFolders = (): readonly string[] => [
  ...(process.env["OLLAMA_MODELS"] ? [process.env["OLLAMA_MODELS"]] : []),
  join(homedir(), ".ollama", "models"),
  "/usr/share/ollama/.ollama/models",
  homedir(), // where the first of its models will come
];

/** @returns bytes on the disk of the first folder that is there; undefined where none is. */
export function freeModelDiskBytes(folders: readonly string[] = modelFolders()): number | undefined {
  return folders.map(freeBytes).find((bytes) => bytes !== undefined);
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
