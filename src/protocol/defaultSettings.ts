/** Defaults of the settings, as package.json gives them: it is the only place that has them. */

import manifest from "../../package.json";
import type { FolderSettings } from "./engine";

const { properties } = manifest.contributes.configuration;

export const DEFAULT_OLLAMA_URL: string = properties["cloister.ollama.url"].default;

/** In place of an embedding model's name: search by words alone. */
export const NO_MODEL = "none";

/** Tokens. */
export const DEFAULT_CONTEXT_WINDOW: number = properties["cloister.models.contextWindow"].default;

export const DEFAULT_FOLDER_SETTINGS: FolderSettings = {
  exclude: properties["cloister.index.exclude"].default,
  maxFileKiB: properties["cloister.index.maxFileKiB"].default,
};
