/** Names of Ollama models: `name:tag`, where the tag `latest` may be left out and letter case does not count. */

export function sameModel(a: string, b: string): boolean {
  return fullName(a) === fullName(b);
}

function fullName(name: string): string {
  const lastPart = name.slice(name.lastIndexOf("/") + 1);
  return (lastPart.includes(":") ? name : `${name}:latest`).toLowerCase();
}

/** True for models that run on the network; they carry it in their tag: `gpt-oss:120b-cloud`, `glm-4.6:cloud`. */
export function hasCloudTag(name: string): boolean {
  return /:(.*-)?cloud$/i.test(name);
}
