/**
 * Every failure the engine reports on purpose.
 *
 * An error is plain data, because it crosses a process boundary as JSON; `client/describeError.ts` words it, once.
 * Anything else that is thrown is a bug: it is logged with its stack and becomes `internal`.
 */

export type EngineErrorDetail =
  | { readonly code: "folder-not-found"; readonly folder: string }
  | { readonly code: "folder-not-a-directory"; readonly folder: string }
  | { readonly code: "folder-unreadable"; readonly folder: string }
  | { readonly code: "file-not-found"; readonly path: string }
  | { readonly code: "file-skipped"; readonly path: string; readonly reason: string }
  | { readonly code: "index-missing"; readonly folder: string }
  | { readonly code: "index-unwritable"; readonly indexDir: string; readonly cause: string }
  | { readonly code: "index-misplaced"; readonly indexDir: string; readonly cause: string }
  | { readonly code: "index-unreadable"; readonly indexDir: string; readonly cause: string }
  | { readonly code: "index-too-new"; readonly indexDir: string; readonly found: number; readonly supported: number }
  | { readonly code: "index-damaged"; readonly indexDir: string; readonly problem: string }
  | { readonly code: "settings-damaged"; readonly path: string }
  | { readonly code: "index-busy"; readonly folder: string }
  | { readonly code: "disk-full"; readonly indexDir: string }
  | { readonly code: "question-empty" }
  | { readonly code: "question-too-long"; readonly length: number; readonly limit: number }
  | { readonly code: "ollama-address-refused"; readonly url: string; readonly why: string }
  | { readonly code: "ollama-unreachable"; readonly url: string }
  | { readonly code: "ollama-timeout"; readonly url: string; readonly waitedMs: number }
  | { readonly code: "ollama-not-ollama"; readonly url: string }
  | { readonly code: "ollama-failed"; readonly url: string; readonly status: number; readonly message: string }
  | { readonly code: "ollama-busy"; readonly url: string }
  | { readonly code: "ollama-out-of-memory"; readonly url: string; readonly message: string }
  | { readonly code: "ollama-too-old"; readonly url: string; readonly message: string }
  | { readonly code: "ollama-interrupted"; readonly url: string }
  | { readonly code: "model-not-installed"; readonly model: string; readonly installed: readonly string[] }
  | { readonly code: "model-is-remote"; readonly model: string }
  | { readonly code: "model-unknown"; readonly model: string }
  | {
      readonly code: "model-needs-disk";
      readonly model: string;
      readonly neededBytes: number;
      readonly freeBytes: number;
    }
  | { readonly code: "context-too-small"; readonly model: string; readonly contextWindow: number }
  | { readonly code: "native-module-failed"; readonly cause: string }
  | { readonly code: "temporary-folder-unwritable"; readonly folder: string; readonly cause: string }
  | { readonly code: "engine-stopped"; readonly cause: string }
  | { readonly code: "protocol-mismatch"; readonly client: number; readonly engine: number }
  | { readonly code: "internal"; readonly message: string };

export class EngineError extends Error {
  override readonly name = "EngineError";

  constructor(
    readonly detail: EngineErrorDetail,
    options?: ErrorOptions,
  ) {
    super(JSON.stringify(detail), options);
  }
}

export function toErrorDetail(error: unknown): EngineErrorDetail {
  if (error instanceof EngineError) {
    return error.detail;
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

/** True for what an `AbortSignal` throws: the user stopped the work, which is no failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
