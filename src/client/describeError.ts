/**
 * Words for every failure the engine reports: what happened, and the one thing to do about it.
 *
 * The command line prints them as they are; the editor translates them and turns `action` into a button.
 */

import type { EngineErrorDetail } from "../domain/errors";

/** What a surface with buttons can offer. */
export type ErrorAction =
  | "index"
  | "rebuild"
  | "chooseModel"
  | "installOllama"
  | "retryOllama"
  | "openSettings"
  | "showLog"
  | "restartEngine";

export interface ErrorDescription {
  /** A template: `{0}`, `{1}` … stand for `values`, so that it can be translated whole. */
  readonly message: string;
  readonly advice: string;
  readonly values: readonly string[];
  readonly action: ErrorAction | undefined;
}

const described = (
  message: string,
  advice: string,
  values: readonly (string | number)[] = [],
  action?: ErrorAction,
): ErrorDescription => ({ message, advice, values: values.map(String), action });

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

type Describer<Code extends EngineErrorDetail["code"]> = (
  error: Extract<EngineErrorDetail, { readonly code: Code }>,
) => ErrorDescription;

const DESCRIBERS: { readonly [Code in EngineErrorDetail["code"]]: Describer<Code> } = {
  "folder-not-found": ({ folder }) =>
    described("The folder {0} does not exist.", "Check the path, or name another folder.", [folder]),
  "folder-not-a-directory": ({ folder }) =>
    described("{0} is a file and not a folder.", "Name the folder that holds it.", [folder]),
  "folder-unreadable": ({ folder }) => described("The folder {0} cannot be read.", "Check its permissions.", [folder]),
  "file-not-found": ({ path }) =>
    described("There is no file {0} in this folder.", "Check the path; `cloister files` lists every file.", [path]),
  "file-skipped": ({ path, reason }) =>
    described("{0} is not in the index: {1}.", "`cloister files` lists every file and why it is left out.", [
      path,
      reason,
    ]),
  "index-missing": ({ folder }) =>
    described("There is no index of {0} yet.", "Run `cloister index` on it first.", [folder], "index"),
  "index-unwritable": ({ indexDir, cause }) =>
    described(
      "The index in {0} cannot be written: {1}.",
      "Make that folder writable, or choose another place (--index-dir, setting cloister.index.location).",
      [indexDir, cause],
      "openSettings",
    ),
  "index-misplaced": ({ indexDir, cause }) =>
    described(
      "The index cannot lie in {0}: {1}.",
      "Choose another place for it (--index-dir, setting cloister.index.location).",
      [indexDir, cause],
      "openSettings",
    ),
  "index-unreadable": ({ indexDir, cause }) =>
    described(
      "The index in {0} cannot be read: {1}.",
      "Check the disk that holds it; it is tried again at the next search.",
      [indexDir, cause],
      "showLog",
    ),
  "index-too-new": ({ indexDir, found, supported }) =>
    described(
      "The index in {0} was written by a newer Cloister (format {1}, this one reads {2}).",
      "Update Cloister, or choose another place for the index (--index-dir, setting cloister.index.location).",
      [indexDir, found, supported],
      "openSettings",
    ),
  "index-damaged": ({ indexDir, problem }) =>
    described(
      "The index in {0} is damaged: {1}.",
      "Rebuild it: `cloister index --rebuild`. Your files are not affected.",
      [indexDir, problem],
      "rebuild",
    ),
  "settings-damaged": ({ path }) =>
    described(
      "What is to be left out of the index cannot be read from {0}, so nothing is indexed.",
      "Say it again (`cloister index --exclude …`), or delete that file to go by the defaults.",
      [path],
    ),
  "index-busy": ({ folder }) =>
    described(
      "Another Cloister is writing the index of {0}.",
      "Wait until it is done, or close the other window; searching works meanwhile.",
      [folder],
    ),
  "disk-full": ({ indexDir }) =>
    described(
      "The disk that holds the index {0} is full.",
      "Free some space and index again; what was indexed is kept.",
      [indexDir],
      "index",
    ),
  "question-empty": () => described("The question is empty.", "Write what you want to know."),
  "question-too-long": ({ length, limit }) =>
    described("The question has {0} characters; at most {1} can be asked at once.", "Shorten it.", [length, limit]),
  "ollama-address-refused": ({ url, why }) =>
    described(
      "Cloister does not connect to {0}: {1}.",
      "Use an Ollama on this machine, or allow another host in your machine settings (cloister.ollama.allowRemote).",
      [url, why],
      "openSettings",
    ),
  "ollama-unreachable": ({ url }) =>
    described(
      "No Ollama answers at {0}.",
      "Start it (`ollama serve`), or install it from ollama.com.",
      [url],
      "installOllama",
    ),
  "ollama-timeout": ({ url, waitedMs }) =>
    described(
      "Ollama at {0} did not answer for {1} s.",
      "It may be busy or out of memory: try again, or choose a smaller model.",
      [url, Math.round(waitedMs / 1000)],
      "retryOllama",
    ),
  "ollama-not-ollama": ({ url }) =>
    described(
      "What answers at {0} is not Ollama.",
      "Check the address (--ollama-url, setting cloister.ollama.url).",
      [url],
      "openSettings",
    ),
  "ollama-failed": ({ url, status, message }) =>
    described(
      "Ollama at {0} reported an error ({1}: {2}).",
      "Try again, or choose another model.",
      [url, status, message],
      "retryOllama",
    ),
  "ollama-busy": ({ url }) =>
    described(
      "Ollama at {0} is busy with other requests.",
      "Wait for them to end, then try again.",
      [url],
      "retryOllama",
    ),
  "ollama-out-of-memory": ({ url, message }) =>
    described(
      "Ollama at {0} has not enough memory for this model ({1}).",
      "Choose a smaller model, or a smaller context window.",
      [url, message],
      "chooseModel",
    ),
  "ollama-too-old": ({ url, message }) =>
    described(
      "Ollama at {0} is too old for this model ({1}).",
      "Update Ollama from ollama.com.",
      [url, message],
      "installOllama",
    ),
  "ollama-interrupted": ({ url }) =>
    described(
      "Ollama at {0} stopped in the middle of the answer.",
      "Ask again; if it happens again, choose a smaller model.",
      [url],
      "retryOllama",
    ),
  "model-not-installed": ({ model, installed }) =>
    described(
      "The model {0} is not installed.",
      installed.length === 0 ? "Install it: `ollama pull {0}`." : "Install it (`ollama pull {0}`) or use one of: {1}.",
      [model, installed.slice(0, 8).join(", ")],
      "chooseModel",
    ),
  "model-is-remote": ({ model }) =>
    described(
      "The model {0} runs on another company's computers, so Cloister does not use it.",
      "Choose a model that runs on this machine.",
      [model],
      "chooseModel",
    ),
  "model-unknown": ({ model }) =>
    described("Ollama knows no model “{0}”.", "Check its name; ollama.com/library lists them.", [model]),
  "model-needs-disk": ({ model, neededBytes, freeBytes }) =>
    described(
      "The model “{0}” needs {1} GB on the disk, and {2} GB are free.",
      "Free some space, delete a model, or choose a smaller one.",
      [model, gigabytes(neededBytes), gigabytes(freeBytes)],
    ),
  "context-too-small": ({ model, contextWindow }) =>
    described(
      "The question does not fit the context window of {0} ({1} tokens).",
      "Ask a shorter question, start a new chat, or choose a model with a larger context.",
      [model, contextWindow],
      "chooseModel",
    ),
  "native-module-failed": ({ cause }) =>
    described(
      "The index library does not run on this machine: {0}.",
      "It needs 64-bit Linux, Windows or Apple silicon; on Intel a processor with AVX2.",
      [cause],
      "showLog",
    ),
  "temporary-folder-unwritable": ({ folder, cause }) =>
    described(
      "The folder for temporary files, {0}, cannot be written: {1}.",
      "Make it writable, or name another one in the environment (TMPDIR; TEMP on Windows).",
      [folder, cause],
    ),
  "engine-stopped": ({ cause }) =>
    described(
      "The Cloister engine stopped: {0}.",
      "Start it again; the log has the details.",
      [cause],
      "restartEngine",
    ),
  "protocol-mismatch": ({ client, engine }) =>
    described(
      "This window (protocol {0}) and its engine (protocol {1}) are of different versions.",
      "Reload the window.",
      [client, engine],
      "restartEngine",
    ),
  internal: ({ message }) =>
    described(
      "Something went wrong inside Cloister: {0}",
      "The log has the details; please report it.",
      [message],
      "showLog",
    ),
};

export function describeError(error: EngineErrorDetail): ErrorDescription {
  const describer = DESCRIBERS[error.code] as Describer<EngineErrorDetail["code"]>;
  return describer(error as never);
}

/** Puts values into a template: `fillIn("{0} files", ["3"])` is `3 files`. */
export function fillIn(template: string, values: readonly string[]): string {
  return template.replace(/\{(\d+)\}/g, (placeholder, index: string) => values[Number(index)] ?? placeholder);
}

/** One line for a terminal or a log: what happened and what to do. */
export function errorLine(error: EngineErrorDetail): string {
  const { message, advice, values } = describeError(error);
  return `${fillIn(message, values)} ${fillIn(advice, values)}`.replace(/\s*[\r\n]+\s*/g, " ");
}
