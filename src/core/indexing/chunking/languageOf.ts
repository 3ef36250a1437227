/**
 * What language a file is written in: by its name, else its extension, else what its first lines say.
 *
 * The language decides how a file is cut and what it is called in results, never whether it is indexed: a text in no
 * known language is `text`.
 */

/** Extensions by language; the first language that claims an extension has it. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  typescript: "ts mts cts",
  tsx: "tsx",
  javascript: "js mjs cjs jsx es6 gs",
  python: "py pyi pyw pyx pxd bzl star",
  go: "go",
  rust: "rs",
  java: "java",
  c: "c",
  cpp: "cpp cc cxx c++ hpp hh hxx h++ inl ipp tpp cu cuh ino ixx cppm",
  csharp: "cs csx",
  ruby: "rb rake gemspec ru podspec jbuilder rbi",
  php: "php phtml php3 php4 php5 php7 phps",
  kotlin: "kt kts",
  scala: "scala sc sbt",
  bash: "sh bash zsh ksh bats ebuild",
  lua: "lua rockspec",
  html: "html htm xhtml",
  css: "css",
  scss: "scss sass",
  less: "less",
  json: "json jsonc json5 geojson webmanifest code-workspace ipynb har avsc tfstate",
  yaml: "yaml yml",
  toml: "toml",
  haskell: "hs hs-boot",
  zig: "zig zon",
  hcl: "hcl tf tfvars nomad",
  vue: "vue",
  svelte: "svelte",
  markdown: "md markdown mdown mkd mkdn mdx qmd rmd mdc",
  restructuredtext: "rst rest",
  asciidoc: "adoc asciidoc asc",
  org: "org",
  swift: "swift",
  dart: "dart",
  "objective-c": "m mm",
  elixir: "ex exs",
  erlang: "erl hrl",
  clojure: "clj cljs cljc edn",
  ocaml: "ml mli",
  fsharp: "fs fsi fsx",
  groovy: "groovy gradle",
  julia: "jl",
  r: "r",
  perl: "pl pm t",
  powershell: "ps1 psm1 psd1",
  sql: "sql ddl dml psql",
  protobuf: "proto",
  graphql: "graphql gql graphqls",
  thrift: "thrift",
  solidity: "sol",
  crystal: "cr",
  nim: "nim nims",
  d: "d",
  elm: "elm",
  fortran: "f f90 f95 f03 f08 for",
  ada: "adb ads",
  pascal: "pas pp dpr",
  vb: "vb vbs bas",
  verilog: "v sv svh vh",
  vhdl: "vhd vhdl",
  tcl: "tcl",
  vim: "vim",
  fish: "fish",
  nix: "nix",
  cmake: "cmake",
  makefile: "mk mak",
  lisp: "lisp cl el scm ss rkt",
  xml: "xml xsd xsl xslt svg plist csproj vbproj fsproj props targets xaml resx wsdl pom storyboard xib",
  ini: "ini cfg conf properties editorconfig gitconfig desktop service",
  csv: "csv tsv",
  latex: "tex sty cls bib ltx",
  diff: "diff patch",
  batch: "bat cmd",
  text: "txt text log",
};

/** Whole file names, in lower case. */
const NAMES: Readonly<Record<string, string>> = {
  makefile: "makefile",
  gnumakefile: "makefile",
  "makefile.am": "makefile",
  justfile: "makefile",
  "cmakelists.txt": "cmake",
  dockerfile: "dockerfile",
  containerfile: "dockerfile",
  jenkinsfile: "groovy",
  vagrantfile: "ruby",
  gemfile: "ruby",
  rakefile: "ruby",
  podfile: "ruby",
  brewfile: "ruby",
  fastfile: "ruby",
  guardfile: "ruby",
  capfile: "ruby",
  sconstruct: "python",
  sconscript: "python",
  wscript: "python",
  "build.bazel": "python",
  tiltfile: "python",
  pkgbuild: "bash",
  ".bashrc": "bash",
  ".bash_profile": "bash",
  ".bash_aliases": "bash",
  ".profile": "bash",
  ".zshrc": "bash",
  ".zshenv": "bash",
  ".zprofile": "bash",
  ".vimrc": "vim",
  ".babelrc": "json",
  ".eslintrc": "json",
  ".prettierrc": "json",
  ".swcrc": "json",
  ".clang-format": "yaml",
  ".clang-tidy": "yaml",
  ".clangd": "yaml",
  ".gitconfig": "ini",
  ".editorconfig": "ini",
  ".npmrc": "ini",
  ".gitmodules": "ini",
  readme: "markdown",
  "go.mod": "gomod",
  "go.work": "gomod",
  pipfile: "toml",
};

const SHEBANGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ba|z|k|da|a)?sh$/, "bash"],
  [/^bats$/, "bash"],
  [/^(?:python|pypy|uv)/, "python"],
  [/^(?:node|nodejs|zx|bun)$/, "javascript"],
  [/^(?:deno|tsx|ts-node)$/, "typescript"],
  [/^ruby/, "ruby"],
  [/^perl/, "perl"],
  [/^php/, "php"],
  [/^lua/, "lua"],
  [/^(?:Rscript|littler)$/, "r"],
  [/^(?:groovy)$/, "groovy"],
  [/^(?:scala|scala-cli|amm)$/, "scala"],
  [/^(?:kotlin|kotlinc)$/, "kotlin"],
  [/^(?:runhaskell|runghc|stack)$/, "haskell"],
  [/^(?:elixir)$/, "elixir"],
  [/^(?:escript)$/, "erlang"],
  [/^(?:julia)$/, "julia"],
  [/^(?:fish)$/, "fish"],
  [/^(?:tclsh|wish|expect)/, "tcl"],
  [/^(?:pwsh|powershell)$/, "powershell"],
  [/^(?:make|gmake)$/, "makefile"],
  [/^(?:awk|gawk|sed)$/, "text"],
];

/** Names of languages in modelines that are not ours. */
const ALIASES: Readonly<Record<string, string>> = {
  "c++": "cpp",
  sh: "bash",
  "shell-script": "bash",
  shell: "bash",
  zsh: "bash",
  js: "javascript",
  ts: "typescript",
  typescriptreact: "tsx",
  javascriptreact: "javascript",
  py: "python",
  python3: "python",
  rst: "restructuredtext",
  md: "markdown",
  make: "makefile",
  "emacs-lisp": "lisp",
  scheme: "lisp",
  conf: "ini",
  dosini: "ini",
  terraform: "hcl",
  cs: "csharp",
  objc: "objective-c",
};

const LANGUAGES = new Set([...Object.keys(EXTENSIONS), "dockerfile", "gomod"]);

const BY_EXTENSION = new Map(
  Object.entries(EXTENSIONS)
    .toReversed()
    .flatMap(([language, extensions]) => extensions.split(" ").map((extension) => [extension, language] as const)),
);

/** In capitals; a file named `build` is a script. */
const BAZEL_FILE = /(?:^|\/)(?:BUILD|WORKSPACE)$/;

/** Characters looked at where the name does not say enough. */
const HEAD_LENGTH = 2048;

/**
 * @param path relative, with `/`.
 * @param text the file's text, or its beginning.
 * @returns a lower-case identifier such as `typescript`, `markdown` or `text`.
 */
export function languageOf(path: string, text: string): string {
  const head = text.slice(0, HEAD_LENGTH);
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const byName = BAZEL_FILE.test(path) ? "python" : languageOfName(name);
  if (byName === undefined) {
    return languageOfHead(head) ?? "text";
  }
  return settleAmbiguous(name, byName, text, head);
}

function languageOfName(name: string): string | undefined {
  const exact = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  if (exact !== undefined) {
    return exact;
  }
  if (/^(?:dockerfile|containerfile)[.-]|\.dockerfile$/.test(name)) {
    return "dockerfile";
  }
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 ? name.slice(dot + 1) : "";
  if (/^(?:in|template|tmpl|tpl|example|sample|dist|orig|bak)$/.test(extension)) {
    return languageOfName(name.slice(0, dot)); // config.yaml.example is YAML
  }
  return extension === "h" ? "c" : BY_EXTENSION.get(extension);
}

/** Extensions that several languages share. */
function settleAmbiguous(name: string, language: string, text: string, head: string): string {
  if (
    name.endsWith(".h") &&
    /^[ \t]*(?:class|namespace|template|using)\b|\b(?:public|private|protected):/m.test(text)
  ) {
    return "cpp";
  }
  if (name.endsWith(".m") && !/^\s*(?:#import|#include|@\w+|\/\/|\/\*)/m.test(head)) {
    return "matlab";
  }
  if (language === "typescript" && /^\s*<(?:\?xml|!DOCTYPE TS)/.test(head)) {
    return "xml"; // a translation of Qt
  }
  if (name.endsWith(".t") && !/^\s*(?:#!.*perl|use |package )/m.test(head)) {
    return "text";
  }
  if (name.endsWith(".v") && /^\s*(?:Require|Theorem|Lemma|Definition|Inductive|Proof)\b/m.test(head)) {
    return "coq";
  }
  return language === "perl" && /^\s*:-|^\w+\(.*\)\s*:-/m.test(head) ? "prolog" : language;
}

function languageOfHead(head: string): string | undefined {
  return languageOfShebang(head) ?? languageOfModeline(head) ?? languageOfOpening(head);
}

function languageOfShebang(head: string): string | undefined {
  const line = /^#!\s*([^\n]*)/.exec(head)?.[1];
  if (line === undefined) {
    return undefined;
  }
  const words = line.trim().split(/\s+/);
  const programs = words.map((word) => word.slice(word.lastIndexOf("/") + 1));
  const program = programs[0] === "env" ? programs.slice(1).find((word) => !/^-|=/.test(word)) : programs[0];
  return SHEBANGS.find(([pattern]) => pattern.test(program ?? ""))?.[1];
}

/** `-*- mode: python -*-` of Emacs and `vim: set ft=ruby:`. */
function languageOfModeline(head: string): string | undefined {
  const emacs = /-\*-\s*(?:[^\n]*?mode:\s*)?([\w+-]+?)\s*(?:;[^\n]*)?-\*-/i.exec(head)?.[1];
  const vim = /\b(?:vi|vim|ex):[^\n]*?\b(?:ft|filetype|syntax)=(\w+)/.exec(head)?.[1];
  const named = (emacs ?? vim)?.toLowerCase();
  if (named === undefined) {
    return undefined;
  }
  const language = Object.hasOwn(ALIASES, named) ? ALIASES[named] : named;
  return language !== undefined && LANGUAGES.has(language) ? language : undefined;
}

function languageOfOpening(head: string): string | undefined {
  if (/^\s*<\?php\b/.test(head)) {
    return "php";
  }
  if (/^\s*<\?xml\b/.test(head)) {
    return "xml";
  }
  return /^\s*<(?:!doctype html|html)\b/i.test(head) ? "html" : undefined;
}
