/**
 * Builds everything that ships into `dist/`: six bundles, the grammars and LanceDB's native library.
 *
 * The bundles need no `node_modules`, so that a VSIX is a few files and nothing is fetched or resolved at run time.
 * LanceDB looks for its library where `NAPI_RS_NATIVE_LIBRARY_PATH` points, which the engine sets to
 * `dist/native/lancedb.node` before it loads the rest.
 *
 * Usage: node esbuild.mjs [--watch] [--production]
 */

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { copyGrammars } from "./grammars.mjs";
import { writeNotices } from "./notices.mjs";

const { values: options } = parseArgs({
  options: { watch: { type: "boolean", default: false }, production: { type: "boolean", default: false } },
});

process.chdir(import.meta.dirname);
const require = createRequire(import.meta.url);

/** LanceDB's own guesses where its library and its optional embedding functions might be; none ships. */
const neverBundled = ["*.node", "@lancedb/lancedb-*", "openai", "@huggingface/transformers"];

const shared = {
  bundle: true,
  logLevel: "warning",
  minify: options.production,
  sourcemap: options.production ? false : "linked",
  write: options.watch,
  metafile: options.production,
  legalComments: "none",
};

/** ES modules among the dependencies ask where they are; a CommonJS bundle has to be told. */
const node = {
  ...shared,
  platform: "node",
  target: "node22",
  format: "cjs",
  mainFields: ["module", "main"],
  external: ["vscode", ...neverBundled],
  define: { "import.meta.url": "bundleUrl" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

const bundles = [
  { ...node, entryPoints: { extension: "src/extension/extension.ts" }, outdir: "dist" },
  {
    ...node,
    entryPoints: {
      engine: "src/engine/main.ts",
      prepareWorker: "src/engine/prepareWorker.ts",
      scanWorker: "src/engine/scanWorker.ts",
    },
    outdir: "dist",
  },
  {
    ...node,
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: "dist",
    banner: { js: `#!/usr/bin/env node\n${node.banner.js}` },
  },
  {
    ...shared,
    platform: "browser",
    target: "es2022",
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    entryPoints: { chat: "src/webview/main.tsx" },
    outdir: "dist/webview",
  },
];

/** The library for this platform, as npm installed it beside LanceDB. */
function findNativeLibrary() {
  const scope = join(dirname(require.resolve("@lancedb/lancedb")), "..", "..");
  for (const name of readdirSync(scope).filter((entry) => entry.startsWith("lancedb-"))) {
    const library = readdirSync(join(scope, name)).find((file) => file.endsWith(".node"));
    if (library !== undefined) {
      return join(scope, name, library);
    }
  }
  throw new Error(`LanceDB has no native library for ${process.platform}-${process.arch}; run npm ci on that machine.`);
}

/** A link while developing, since the file has 200 MB; for shipping a copy without debug symbols where `strip` exists. */
function placeNativeLibrary(target) {
  const library = findNativeLibrary();
  mkdirSync(dirname(target), { recursive: true });
  if (!options.production && existsSync(target) && statSync(target).ino === statSync(library).ino) {
    return;
  }
  rmSync(target, { force: true });
  if (options.production) {
    const stripped = process.platform === "linux" && spawnSync("strip", ["--strip-unneeded", "-o", target, library]);
    if (!stripped || stripped.status !== 0) {
      copyFileSync(library, target);
    }
    return;
  }
  try {
    linkSync(library, target);
  } catch {
    copyFileSync(library, target); // another file system
  }
}

async function buildOnce(bundle) {
  const result = await esbuild.build(bundle);
  writeChanged(result);
  return result;
}

/** Writes what changed, each file at once, since programs of an earlier build may be running. */
function writeChanged({ outputFiles }) {
  for (const { path, contents } of outputFiles) {
    if (!existsSync(path) || !readFileSync(path).equals(contents)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.${process.pid}`, contents);
      renameSync(`${path}.${process.pid}`, path);
    }
  }
}

async function build() {
  if (options.production) {
    rmSync("dist", { recursive: true, force: true });
  }
  placeNativeLibrary(join("dist", "native", "lancedb.node"));
  if (options.watch) {
    const contexts = await Promise.all(bundles.map((bundle) => esbuild.context({ ...bundle, logLevel: "info" })));
    await Promise.all(contexts.map((context) => context.watch()));
  } else {
    const results = await Promise.allSettled(bundles.map((bundle) => buildOnce(bundle)));
    if (results.some(({ status }) => status === "rejected")) {
      process.exitCode = 1; // esbuild has printed what is wrong
    } else if (options.production) {
      const metafiles = results.map(({ value }) => value.metafile);
      writeNotices(metafiles, join("dist", "THIRD-PARTY-NOTICES.txt"));
    }
  }
  copyGrammars(join("dist", "grammars"));
}

await build();
