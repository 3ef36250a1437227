/**
 * The tests, by what they need: `unit` nothing but Node (and the real LanceDB, grammars and git), `webview` a Chromium,
 * `vscode` a whole VS Code, `ollama` a running Ollama (only `npm run test:ollama` asks for it).
 *
 * Time limits are for a slow machine with two cores; no test measures time.
 */

import { defineConfig } from "vitest/config";

const SECOND = 1000;

const project = (
  name: string,
  include: string[],
  timeoutMs: number,
  options: { exclude?: string[]; serial?: boolean } = {},
) => ({
  test: {
    name,
    include,
    exclude: options.exclude ?? [],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    pool: "forks" as const,
    fileParallelism: !options.serial,
    restoreMocks: true,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", ["test/**/*.test.ts"], 60 * SECOND, {
        exclude: ["test/fixtures/**", "test/webview/**", "test/vscode/**", "test/ollama/**"],
      }),
      project("webview", ["test/webview/**/*.test.{ts,tsx}"], 120 * SECOND),
      project("vscode", ["test/vscode/**/*.test.ts"], 300 * SECOND, { serial: true }),
      project("ollama", ["test/ollama/**/*.test.ts"], 600 * SECOND, { serial: true }),
    ],
  },
});
