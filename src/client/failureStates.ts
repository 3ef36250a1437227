/**
 * The states that a failure leaves a person in. There are few, so that each can be known and has one way on; many error
 * codes lead to the same state. docs/failures.md lists them.
 */

import type { EngineErrorDetail } from "../domain/errors";

export const FAILURE_STATES = [
  "ollama-absent",
  "ollama-address-wrong",
  "ollama-slow",
  "ollama-busy",
  "ollama-out-of-memory",
  "ollama-too-old",
  "ollama-broke-off",
  "ollama-failed",
  "model-missing",
  "model-elsewhere",
  "question-does-not-fit",
  "files-missing",
  "index-unusable",
  "machine-unsuited",
  "engine-stopped",
] as const;

export type FailureState = (typeof FAILURE_STATES)[number];

const STATE_OF: { readonly [Code in EngineErrorDetail["code"]]: FailureState } = {
  "folder-not-found": "files-missing",
  "folder-not-a-directory": "files-missing",
  "folder-unreadable": "files-missing",
  "file-not-found": "files-missing",
  "file-skipped": "files-missing",
  "index-missing": "index-unusable",
  "index-unwritable": "index-unusable",
  "index-misplaced": "index-unusable",
  "index-unreadable": "index-unusable",
  "index-too-new": "index-unusable",
  "index-damaged": "index-unusable",
  "settings-damaged": "index-unusable",
  "index-busy": "index-unusable",
  "disk-full": "index-unusable",
  "question-empty": "question-does-not-fit",
  "question-too-long": "question-does-not-fit",
  "ollama-address-refused": "ollama-address-wrong",
  "ollama-unreachable": "ollama-absent",
  "ollama-timeout": "ollama-slow",
  "ollama-not-ollama": "ollama-address-wrong",
  "ollama-failed": "ollama-failed",
  "ollama-busy": "ollama-busy",
  "ollama-out-of-memory": "ollama-out-of-memory",
  "ollama-too-old": "ollama-too-old",
  "ollama-interrupted": "ollama-broke-off",
  "model-not-installed": "model-missing",
  "model-is-remote": "model-elsewhere",
  "model-unknown": "model-missing",
  "model-needs-disk": "machine-unsuited",
  "context-too-small": "question-does-not-fit",
  "native-module-failed": "machine-unsuited",
  "temporary-folder-unwritable": "machine-unsuited",
  "engine-stopped": "engine-stopped",
  "protocol-mismatch": "engine-stopped",
  internal: "engine-stopped",
};

export const ERROR_CODES = Object.keys(STATE_OF) as EngineErrorDetail["code"][];

export const failureState = (code: EngineErrorDetail["code"]): FailureState => STATE_OF[code];
