/**
 * The tests, by what they need: `unit` nothing but Node (and the real LanceDB, grammars and git), `webview` a Chromium,
 * `vscode` a whole VS Code, `faults` a machine to itself, and root for some of them (only `npm run test:faults` asks for
 * it), `ollama` a running Ollama (only `npm run test:ollama`). One kind runs after the other, the heavy ones a file at a
 * time.
 *
 * Time limits are for a slow machine with two cores; no test measures time but the faults in their full form.
 */

import { defineConfig } from "vitest/config";

const SECOND = 1000;

interface Kind {
  readonly name: string;
  readonly include: string;
  readonly exclude?: string[];
  readonly timeoutMs: number;
  /** Files at a time; undefined for as many as there are cores. */
  readonly maxWorkers?: number;
}

const kinds: readonly Kind[] = [
  {
    name: "unit",
    include: "test/**/*.test.ts",
    exclude: ["test/fixtures/**", "test/webview/**", "test/vscode/**", "test/ollama/**", "test/faults/**"],
    timeoutMs: 60 * SECOND,
  },
  { name: "webview", include: "test/webview/**/*.test.{ts,tsx}", timeoutMs: 120 * SECOND },
  { name: "vscode", include: "test/vscode/**/*.test.ts", timeoutMs: 300 * SECOND, maxWorkers: 1 },
  { name: "faults", include: "test/faults/**/*.test.ts", timeoutMs: 300 * SECOND, maxWorkers: 1 },
  { name: "ollama", include: "test/ollama/**/*.test.ts", timeoutMs: 600 * SECOND, maxWorkers: 1 },
];

const project = ({ name, include, exclude = [], timeoutMs, maxWorkers }: Kind, order: number) => ({
  test: {
    name,
    include: [include],
    exclude,
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    setupFiles: "test/support/properties.ts",
    pool: "forks" as const,
    sequence: { groupOrder: order },
    ...(maxWorkers === undefined ? {} : { maxWorkers }),
  },
});

export default defineConfig({ test: { projects: kinds.map(project) } });
