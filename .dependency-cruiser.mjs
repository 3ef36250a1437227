/**
 * The layers, as rules: domain ← protocol, core ← adapters ← engine; domain, protocol ← client ← extension, cli, mcp.
 *
 * Native modules live in the engine process alone and there is one code path to test, so surfaces reach the core through
 * the client only. test/architecture.test.ts breaks every rule once and sees it reported.
 */

/** Pure packages that the core may use: no Node, no network, no clock. */
const CORE_PACKAGES = "^node_modules/stemmer/";

/** Only these may start a process: the engine itself, and git. */
const STARTS_PROCESSES = "^src/(client/engineProcess|adapters/files/runGit)\\.ts$";

const NETWORK_MODULES = "^(node:)?(http|https|http2|net|dns|tls|dgram|inspector|undici)(/|$)";

/** A folder that may import only what `to` matches. */
const layer = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { pathNot: to },
});

/** The same for a folder that may use packages and Node as well. */
const nodeLayer = (name, from, to, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { pathNot: [to, "^node_modules/"], dependencyTypesNot: ["core"] },
});

/** A package that only `from` may import. */
const keptBy = (name, packagePath, from, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: "^src/", pathNot: from },
  to: { path: packagePath },
});

export default {
  forbidden: [
    layer("domain-imports-nothing", "^src/domain/", "^src/domain/", "The domain is plain data."),
    layer(
      "core-is-pure",
      "^src/core/",
      `^src/(core|domain)/|${CORE_PACKAGES}`,
      "Core: no vscode, no Node, no network.",
    ),
    layer(
      "protocol-is-types-and-schemas",
      "^src/protocol/",
      "^src/(protocol|domain)/|^package\\.json$|^node_modules/(vscode-jsonrpc|valibot)/",
      "The wire: types and schemas only.",
    ),
    nodeLayer(
      "adapters-implement-ports",
      "^src/adapters/",
      "^src/(adapters|core|domain)/",
      "An adapter knows the core's ports and one outside system.",
    ),
    {
      name: "adapters-do-not-know-each-other",
      comment: "Only the engine puts adapters together. One folder is one adapter.",
      severity: "error",
      from: { path: "^src/adapters/([a-z]+)/" },
      to: { path: "^src/adapters/", pathNot: "^src/adapters/$1/" },
    },
    nodeLayer(
      "engine-composes",
      "^src/engine/",
      `^src/(engine|adapters|core|protocol|domain)/|^package\\.json$`,
      "The engine knows no surface and no client.",
    ),
    nodeLayer(
      "client-speaks-the-protocol",
      "^src/client/",
      "^src/(client|protocol|domain)/",
      "The client reaches the engine over the wire.",
    ),
    nodeLayer(
      "surfaces-use-the-client",
      "^src/(extension|cli|mcp)/",
      `^src/(extension|cli|mcp|client|protocol|domain)/|^package\\.json$`,
      "Surfaces never import core or adapters.",
    ),
    {
      name: "surfaces-do-not-know-each-other",
      comment: "Each surface stands alone on the client.",
      severity: "error",
      from: { path: "^src/(extension|cli|mcp|webview)/" },
      to: { path: "^src/(extension|cli|mcp|webview)/", pathNot: "^src/$1/" },
    },
    layer(
      "webview-is-browser-code",
      "^src/webview/",
      "^src/(webview|protocol|domain)/|^node_modules/",
      "The webview runs in a browser: no Node, no engine, no editor API.",
    ),
    {
      name: "webview-takes-types-only",
      comment: "Schemas and constants of the host stay out of the browser bundle.",
      severity: "error",
      from: { path: "^src/webview/" },
      to: { path: "^src/(protocol|domain)/", dependencyTypesNot: ["type-only"] },
    },
    keptBy(
      "only-the-extension-imports-vscode",
      "^(vscode$|node_modules/@types/vscode/)",
      "^src/extension/",
      "One folder knows VS Code.",
    ),
    keptBy(
      "only-its-adapter-imports-lancedb",
      "^node_modules/@lancedb/",
      "^src/adapters/store/lance",
      "A native module.",
    ),
    keptBy(
      "only-its-adapter-imports-tree-sitter",
      "^node_modules/web-tree-sitter/",
      "^src/adapters/parsing/treeSitter",
      "One parser.",
    ),
    keptBy("only-its-adapter-imports-ollama", "^node_modules/ollama/", "^src/adapters/ollama/", "One way to a model."),
    keptBy("only-adapters-import-sqlite", "^(node:)?sqlite$", "^src/adapters/", "One layer knows the disk format."),
    keptBy(
      "only-guarded-fetch-reaches-out",
      NETWORK_MODULES,
      "^src/adapters/ollama/guardedFetch\\.ts$",
      "Nothing else leaves.",
    ),
    keptBy(
      "only-known-files-start-processes",
      "^(node:)?child_process$",
      STARTS_PROCESSES,
      "A process could reach out.",
    ),
    {
      name: "no-cycles",
      comment: "Files that import each other cannot be read one after the other.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "nothing-unresolved",
      comment: "An import that resolves to nothing is seen by no other rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vscode$" },
    },
    {
      name: "ships-no-tools",
      comment: "Development dependencies are neither bundled nor checked for it; types alone are free.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "^node_modules/@types/" },
    },
    {
      name: "no-tests-in-the-product",
      comment: "Tests know the product, never the other way.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    preserveSymlinks: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
    skipAnalysisNotInRules: true,
  },
};
