/** Runs the built command line as a person does, with an index root of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const CLI = resolve(import.meta.dirname, "../../dist/cli.js");

export interface CliResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliWorld {
  readonly folder: string;
  readonly indexRoot: string;
  /** Of the folder, once it is indexed. */
  indexDir(): string;
  write(path: string, content: string | Uint8Array): void;
  run(...args: string[]): Promise<CliResult>;
  /** The one JSON document that the command prints. @throws where it prints anything else. */
  json<T>(...args: string[]): Promise<T>;
  /** Ctrl-C as a terminal sends it, to the command and its engine, as soon as `when` is true. */
  interrupt(when: (pid: number) => boolean, ...args: string[]): Promise<CliResult>;
  dispose(): void;
}

/** @param env over the test's own. */
export function createCliWorld(
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): CliWorld {
  const scratch = mkdtempSync(join(tmpdir(), "cloister-cli-"));
  const folder = join(scratch, "folder");
  const indexRoot = join(scratch, "indexes");
  mkdirSync(folder);

  const indexDir = () => {
    const isIndex = (name: string) => name.startsWith("folder-") && !name.includes("-damaged-");
    return join(indexRoot, readdirSync(indexRoot).find(isIndex) ?? "");
  };
  const start = (args: readonly string[], onStart: (child: ChildProcess) => void) =>
    new Promise<CliResult>((done) => {
      const place = args.includes("--index-dir") ? [] : ["--index-dir", indexRoot];
      const child = spawn(process.execPath, [CLI, ...args, ...place], {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const output = { stdout: "", stderr: "" };
      for (const name of ["stdout", "stderr"] as const) {
        child[name].setEncoding("utf8").on("data", (text: string) => {
          output[name] += text;
        });
      }
      child.once("close", (status) => done({ status, ...output }));
      onStart(child);
    });

  const world: CliWorld = {
    folder,
    indexRoot,
    indexDir,
    write: (path, content) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    },
    run: (...args) => start(args, () => undefined),
    json: async (...args) => {
      const result = await world.run(...args, "--json");
      if (result.status !== 0) {
        throw new Error(`exit status ${result.status}: ${result.stderr}`);
      }
      return JSON.parse(result.stdout);
    },
    interrupt: (when, ...args) =>
      start(args, (child) => {
        const { pid = 0 } = child;
        const polling = setInterval(() => {
          if (when(pid)) {
            clearInterval(polling);
            process.kill(-pid, "SIGINT"); // the whole group, which it leads
          }
        }, 10);
        child.once("close", () => clearInterval(polling));
      }),
    dispose: () => rmSync(scratch, { recursive: true, force: true }),
  };
  for (const [path, content] of Object.entries(files)) {
    world.write(path, content);
  }
  return world;
}
