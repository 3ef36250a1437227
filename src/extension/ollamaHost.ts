/** Which other machine questions go to, where a person allowed one: the panel must not promise that nothing leaves. */

import type { EngineSettings } from "../protocol/engine";

/** @returns host and port; undefined while Ollama can only be on this machine. */
export function ollamaHost({
  ollamaUrl,
  allowRemoteOllama,
}: Pick<EngineSettings, "ollamaUrl" | "allowRemoteOllama">): string | undefined {
  if (!allowRemoteOllama) {
    return undefined; // the engine refuses every other machine
  }
  const text = ollamaUrl.trim();
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) {
    return undefined;
  }
  const { hostname, host } = new URL(url);
  return /^(localhost|127(\.\d+){3}|\[::1\])\.?$/.test(hostname) ? undefined : host;
}
