/** Every failure in the user's language, with the one button that helps; the words themselves are `describeError`'s. */

import { l10n } from "vscode";
import { describeError } from "../../client/describeError";
import type { NoModelReason } from "../../domain/answer";
import type { EngineErrorDetail } from "../../domain/errors";
import type { Notice } from "../../protocol/webview";
import { notice } from "../actions";
import { remoteLabel } from "../remote";

export function errorNotice(error: EngineErrorDetail): Notice {
  const { message, advice, values, action } = describeError(error);
  const sentences = [l10n.t(message, ...values), EDITOR_ADVICE[error.code]?.() ?? l10n.t(advice, ...values)];
  const where = "url" in error ? remoteSentence() : undefined;
  return notice([...sentences, where].filter(Boolean).join(" "), action);
}

/** Said with an answer that no model wrote: why, and how to get one. */
export function noModelNotice(reason: NoModelReason): Notice {
  switch (reason.why) {
    case "turned-off":
      return notice(l10n.t("No model wrote this: these are the best passages. Ollama is turned off."), "openSettings");
    case "ollama-unreachable":
      return notice(
        withRemote(
          l10n.t(
            "No model wrote this: these are the best passages. No Ollama answers at {0}: start or install it.",
            reason.url,
          ),
        ),
        "installOllama",
      );
    case "ollama-unusable":
      return notice(
        withRemote(
          l10n.t(
            "No model wrote this: these are the best passages. Ollama at {0} cannot be used: {1}.",
            reason.url,
            reason.problem,
          ),
        ),
        "retryOllama",
      );
    case "no-chat-model":
      return notice(
        l10n.t("No model wrote this: these are the best passages. Ollama has no chat model yet; install one."),
        "chooseModel",
      );
  }
}

/** Said where the search found nothing, whether or not there is a model. */
export function nothingFoundNotice(): Notice {
  return notice(l10n.t("Nothing was found for this question, so no model was asked."));
}

/** Said with passages that no model was asked about, because nothing that was found seems to answer. */
export function nothingSolidNotice(): Notice {
  return notice(
    l10n.t("Nothing solid was found for this question, so no model was asked. These are the nearest passages."),
    "askAnyway",
  );
}

/** In place of advice that speaks of the command line. */
const EDITOR_ADVICE: Readonly<Partial<Record<EngineErrorDetail["code"], () => string>>> = {
  "folder-not-found": () => l10n.t("Open another folder."),
  "folder-not-a-directory": () => l10n.t("Open another folder."),
  "file-not-found": () => l10n.t("It may have been renamed or deleted."),
  "file-skipped": () => l10n.t("“Show Skipped Files” lists every file and why it is left out."),
  "index-missing": () => l10n.t("Index it first."),
  "index-unwritable": () => l10n.t("Make that folder writable, or choose another place in the settings."),
  "index-misplaced": () => l10n.t("Choose another place for it in the settings."),
  "index-too-new": () => l10n.t("Update Cloister, or choose another place for the index in the settings."),
  "index-damaged": () => l10n.t("Rebuild it; your files are not affected."),
  "settings-damaged": () => l10n.t("Delete that file: the settings of this window are kept in its place."),
  "ollama-address-refused": () => l10n.t("Use an Ollama on this machine, or allow another host in the settings."),
  "ollama-not-ollama": () => l10n.t("Check the address in the settings."),
};

function withRemote(text: string): string {
  return [text, remoteSentence()].filter(Boolean).join(" ");
}

/** In a remote window `127.0.0.1` is not the machine in front of the person. */
function remoteSentence(): string | undefined {
  const remote = remoteLabel();
  return remote && l10n.t("This window works on {0}, so Ollama is looked for there.", remote);
}
