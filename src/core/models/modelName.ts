/** Names of Ollama models: `name:tag`, where the tag `latest` may be left out and letter case does not count. */

export function sameModel(a: string, b: string): boolean {
  return fullName(a) === fullName(b);
}

function fullName(name: string): string {
  return (lastPartOf(name).includes(":") ? name : `${name}:latest`).toLowerCase();
}

/** True for models that run on the network; they carry it in their tag: `gpt-oss:120b-cloud`, `glm-4.6:cloud`. */
export function hasCloudTag(name: string): boolean {
  return /:(.*-)?cloud$/i.test(name);
}

/** `bge-m3` of `registry/someone/BGE-M3:567m`. */
export function bareName(name: string): string {
  return lastPartOf(name).replace(/:.*$/, "").toLowerCase();
}

const lastPartOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
