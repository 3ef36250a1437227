/** The licences of what is bundled, which its authors ask to be shipped with it. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @param metafiles of esbuild: every file that went into a bundle.
 * @param target the text file to write.
 */
export function writeNotices(metafiles, target) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(inputs.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const notices = [...folders].sort((a, b) => a.localeCompare(b)).map(noticeOf);
  writeFileSync(target, `${[...notices, rustNotice()].join(`\n\n${"-".repeat(78)}\n\n`)}\n`);
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}

/** What LanceDB's native library is made of, as its makers list it. */
function rustNotice() {
  const list = join("node_modules", "@lancedb", "lancedb", "RUST_THIRD_PARTY_LICENSES.html");
  return existsSync(list) ? `Libraries in LanceDB's native library\n\n${textOf(readFileSync(list, "utf8"))}` : "";
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', amp: "&", "#x27": "'", "#39": "'" };

const textOf = (html) =>
  html
    .replace(/<style.*?<\/style>/gs, "")
    .replace(/<[^>]+>/g, "")
    .replace(/&([#\w]+);/g, (entity, name) => ENTITIES[name] ?? entity)
    .replace(/\n\s*\n\s*\n+/g, "\n\n")
    .trim();
