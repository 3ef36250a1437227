/**
 * Copies the parser's WebAssembly files to where the engine looks for them: the runtime and one file for each language.
 *
 * They come from npm packages whose native parts (for Node without WebAssembly) are not used: `allowScripts` in
 * package.json keeps npm from building those.
 *
 * Usage: node grammars.mjs [folder]     (default: dist/grammars)
 */

import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Packages, each with the files of it that ship. */
const PACKAGES = {
  "web-tree-sitter": ["web-tree-sitter.wasm"],
  "@vscode/tree-sitter-wasm": [
    "wasm/tree-sitter-bash.wasm",
    "wasm/tree-sitter-c-sharp.wasm",
    "wasm/tree-sitter-cpp.wasm",
    "wasm/tree-sitter-css.wasm",
    "wasm/tree-sitter-go.wasm",
    "wasm/tree-sitter-java.wasm",
    "wasm/tree-sitter-javascript.wasm",
    "wasm/tree-sitter-php.wasm",
    "wasm/tree-sitter-python.wasm",
    "wasm/tree-sitter-ruby.wasm",
    "wasm/tree-sitter-rust.wasm",
    "wasm/tree-sitter-tsx.wasm",
    "wasm/tree-sitter-typescript.wasm",
  ],
  "@tree-sitter-grammars/tree-sitter-hcl": ["tree-sitter-hcl.wasm"],
  "@tree-sitter-grammars/tree-sitter-kotlin": ["tree-sitter-kotlin.wasm"],
  "@tree-sitter-grammars/tree-sitter-lua": ["tree-sitter-lua.wasm"],
  "@tree-sitter-grammars/tree-sitter-toml": ["tree-sitter-toml.wasm"],
  "@tree-sitter-grammars/tree-sitter-yaml": ["tree-sitter-yaml.wasm"],
  "@tree-sitter-grammars/tree-sitter-zig": ["tree-sitter-zig.wasm"],
  "tree-sitter-c": ["tree-sitter-c.wasm"],
  "tree-sitter-haskell": ["tree-sitter-haskell.wasm"],
  "tree-sitter-html": ["tree-sitter-html.wasm"],
  "tree-sitter-json": ["tree-sitter-json.wasm"],
  "tree-sitter-scala": ["tree-sitter-scala.wasm"],
};

/** @param {string} outDir made where there is none. Files that are there already and of the same age and size stay. */
export function copyGrammars(outDir) {
  mkdirSync(outDir, { recursive: true });
  for (const [name, files] of Object.entries(PACKAGES)) {
    const from = join(import.meta.dirname, "node_modules", name);
    for (const file of files) {
      copyIfChanged(join(from, file), join(outDir, basename(file)));
    }
  }
  writeFileSync(join(outDir, "LICENSES.txt"), Object.keys(PACKAGES).map(licenceOf).join("\n"));
}

function copyIfChanged(from, to) {
  const source = statSync(from);
  const target = statSync(to, { throwIfNoEntry: false });
  if (target === undefined || target.size !== source.size || target.mtimeMs < source.mtimeMs) {
    const partial = `${to}.${process.pid}.tmp`;
    copyFileSync(from, partial);
    renameSync(partial, to); // another process may be reading it
  }
}

/** The licences allow copies that carry them. */
function licenceOf(name) {
  const from = join(import.meta.dirname, "node_modules", name);
  const file = ["LICENSE", "LICENSE.md"].map((each) => join(from, each)).find(existsSync);
  if (file === undefined) {
    throw new Error(`${name} has no licence file.`);
  }
  return `${"=".repeat(80)}\n${name}\n${"=".repeat(80)}\n${readFileSync(file, "utf8")}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  copyGrammars(process.argv[2] ?? join(import.meta.dirname, "dist", "grammars"));
}
