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
  const sentences = [l10n.t(message, ...values), editorAdvice(error) ?? l10n.t(advice, ...values)];
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

/** In place of advice that speaks of the command line. */
function editorAdvice({ code }: EngineErrorDetail): string | undefined {
  switch (code) {
    case "folder-not-found":
    case "folder-not-a-directory":
      return l10n.t("Open another folder.");
    case "file-not-found":
      return l10n.t("It may have been renamed or deleted.");
    case "file-skipped":
      return l10n.t("“Show Skipped Files” lists every file and why it is left out.");
    case "index-missing":
      return l10n.t("Index it first.");
    case "index-unwritable":
      return l10n.t("Make that folder writable, or choose another place in the settings.");
    case "index-too-new":
      return l10n.t("Update Cloister, or choose another place for the index in the settings.");
    case "index-damaged":
      return l10n.t("Rebuild it; your files are not affected.");
    case "ollama-address-refused":
      return l10n.t("Use an Ollama on this machine, or allow another host in the settings.");
    case "ollama-not-ollama":
      return l10n.t("Check the address in the settings.");
    default:
      return undefined;
  }
}

function withRemote(text: string): string {
  return [text, remoteSentence()].filter(Boolean).join(" ");
}

/** In a remote window `127.0.0.1` is not the machine in front of the person. */
function remoteSentence(): string | undefined {
  const remote = remoteLabel();
  return remote && l10n.t("This window works on {0}, so Ollama is looked for there.", remote);
}
