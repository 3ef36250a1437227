/**
 * Which files are left out although they could be read: secrets, lock files, generated and minified text.
 *
 * Leaving out a file that a person looks for costs more trust than indexing one that nobody needs. So a rule is here only
 * if it is practically never wrong; a doubtful file is indexed. Every file left out is listed with its reason.
 */

import type { SkipReason } from "../../../domain/skipReason";
import { isGenerated } from "./generatedText";
import { isMinified } from "./minifiedText";

const LOCK_FILES = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
  "deno.lock",
  "cargo.lock",
  "gemfile.lock",
  "gems.locked",
  "poetry.lock",
  "pipfile.lock",
  "uv.lock",
  "pdm.lock",
  "pixi.lock",
  "conda-lock.yml",
  "composer.lock",
  "go.sum",
  "go.work.sum",
  "mix.lock",
  "rebar.lock",
  "pubspec.lock",
  "podfile.lock",
  "package.resolved",
  "cartfile.resolved",
  "packages.lock.json",
  "paket.lock",
  "flake.lock",
  "gradle.lockfile",
  "buildscript-gradle.lockfile",
  "stack.yaml.lock",
  "cabal.project.freeze",
  "shard.lock",
  "chart.lock",
  "module.bazel.lock",
  ".terraform.lock.hcl",
]);

/** Unambiguous ones only; anything else is recognised by its bytes. This saves reading large files. */
const BINARY_EXTENSIONS = new Set(
  (
    "png jpg jpeg gif webp avif heic ico icns bmp tif tiff psd xcf sketch " +
    "mp3 mp4 m4a m4v wav flac ogg oga ogv opus webm mov avi mkv " +
    "woff woff2 ttf otf eot " +
    "zip gz tgz bz2 tbz2 xz txz zst 7z rar jar war ear whl nupkg vsix crx deb rpm apk aab ipa dmg iso msi " +
    "exe dll so dylib pyc pyo pyd wasm node pdb " +
    "pdf docx xlsx pptx odt ods odp epub " +
    "sqlite sqlite3 parquet arrow feather npy npz safetensors gguf onnx h5 hdf5"
  ).split(" "),
);

const SECRET_NAMES = new Set([
  ".envrc",
  ".netrc",
  "_netrc",
  ".git-credentials",
  ".pgpass",
  ".htpasswd",
  ".dockercfg",
  ".s3cfg",
  ".vault-pass",
  ".vault_pass",
  ".vault_pass.txt",
  ".bash_history",
  ".zsh_history",
  ".psql_history",
  ".mysql_history",
  ".python_history",
  ".node_repl_history",
  "kubeconfig",
  "credentials",
  "serviceaccountkey.json",
  "service-account.json",
  "service_account.json",
]);

const SECRET_EXTENSIONS = new Set("pem key p12 pfx jks keystore kdbx ppk ovpn kubeconfig tfstate env".split(" "));

/** `.env`, `.env.production`; not `.env.example`, and not code that only starts alike, as `.env.d.ts`. */
const ENV_FILE = /^\.env(?:\.[^.]+)*$/;
const ENV_TEMPLATE =
  /(?:^|[.\-_])(?:examples?|samples?|templates?|tpl|dist|defaults?|schema|spec|stub|md|txt|[cm]?[jt]sx?|py|rb|go|rs|sh)$/;
const SECRET_PATTERNS = [
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/,
  /^(?:credentials|secrets?)\.(?:json|ya?ml|toml|ini|cfg|conf|properties)(?:\.enc)?$/,
  /^client_secret.*\.json$/,
  /^.*\.tfstate\.backup$/,
];
/** One pattern, since every file's name is looked at. */
const SECRET_PATTERN = new RegExp(SECRET_PATTERNS.map(({ source }) => source).join("|"));
/** Where a name says nothing without its folder. */
const SECRET_PATHS = /(?:^|\/)(?:\.ssh|\.gnupg)\/|(?:^|\/)\.(?:docker\/config\.json|kube\/config)$/;
/** A chart's template named `secret.yaml` makes secrets and holds none. */
const SECRET_TEMPLATE_FOLDER = /(?:^|\/)templates\//;

const PRIVATE_KEY_HEADER = /^\s*-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** Files of settings that hold a token only sometimes: `.npmrc` with `_authToken=abc`, but not with `_authToken=${TOKEN}`. */
const TOKEN_FILES = new Set([".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc"]);
const LITERAL_TOKEN =
  /(?:_authtoken|_auth|_password|npmauthtoken|npmauthident|^[ \t]*password)["']?\s*[:=]\s*["']?[^\s"'$<{]/im;

/** By the path alone, before the file is read. `path` is relative, with `/`. */
export function skipByName(path: string): SkipReason | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (LOCK_FILES.has(name)) {
    return "lock-file";
  }
  if (isSecretName(name, path)) {
    return "secret";
  }
  if (BINARY_EXTENSIONS.has(extensionOf(name))) {
    return "binary";
  }
  return /\.min\.(?:[cm]?js|css)$/.test(name) ? "minified" : undefined;
}

/** By the text, after decoding. `text` has `\n` line ends. */
export function skipByContent(path: string, text: string): SkipReason | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (PRIVATE_KEY_HEADER.test(text.slice(0, 200)) || (TOKEN_FILES.has(name) && LITERAL_TOKEN.test(text))) {
    return "secret";
  }
  if (isGenerated(name, text)) {
    return "generated";
  }
  return isMinified(extensionOf(name), text) ? "minified" : undefined;
}

/** Templates are asked for last, since nearly no file comes so far. */
function isSecretName(name: string, path: string): boolean {
  const isSecret =
    ENV_FILE.test(name) ||
    SECRET_NAMES.has(name) ||
    SECRET_EXTENSIONS.has(extensionOf(name)) ||
    (SECRET_PATTERN.test(name) && !SECRET_TEMPLATE_FOLDER.test(path)) ||
    (SECRET_PATHS.test(path) && !name.endsWith(".pub"));
  return isSecret && !ENV_TEMPLATE.test(name.replace(/\.env$/, ""));
}

/** What follows the last dot of a lower-case name; empty for `.env` and `Makefile`. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1) : "";
}
