/** Every state of the panel, as the host would tell it: for screenshots, accessibility checks and tests. */

import type { IndexProgress } from "../../src/domain/indexStatus";
import type {
  AnswerView,
  IndexView,
  Notice,
  PanelAction,
  PanelState,
  SourceView,
  TurnView,
} from "../../src/protocol/webview";

export const progress = (changes: Partial<IndexProgress> = {}): IndexProgress => ({
  phase: "indexing",
  filesDone: 1204,
  filesTotal: 3057,
  bytesDone: 9_000_000,
  bytesTotal: 23_000_000,
  elapsedMs: 25_000,
  ...changes,
});

export const index = (changes: Partial<IndexView> = {}): IndexView => ({
  health: "ready",
  files: 3057,
  progress: undefined,
  notice: undefined,
  ...changes,
});

const EXAMPLES = [
  "How does a request get retried?",
  "Where is the index written to disk?",
  "What does planRefresh in refreshIndex.ts decide?",
];

/** As the host words them. */
const LABELS: Readonly<Partial<Record<PanelAction, string>>> = {
  openFolder: "Open Folder",
  trust: "Manage Trust",
  index: "Index Now",
  resume: "Resume Indexing",
  restartEngine: "Restart Engine",
  installOllama: "Get Ollama",
  showLog: "Show Log",
  retryOllama: "Try Again",
};

const notice = (message: string, action: PanelAction): Notice => ({
  message,
  action: { label: LABELS[action] ?? action, action },
});

export const panel = (changes: Partial<PanelState> = {}): PanelState => ({
  index: index(),
  turns: [],
  examples: EXAMPLES,
  model: "gemma3:4b",
  remoteName: undefined,
  ...changes,
});

export const source = (n: number, path: string, changes: Partial<SourceView> = {}): SourceView => ({
  n,
  path,
  startLine: 41,
  endLine: 78,
  language: "typescript",
  kind: "function",
  symbol: "planRefresh",
  enclosing: [],
  score: 12.5 - n,
  role: "found",
  inPrompt: true,
  folderName: undefined,
  preview:
    "/** What a refresh has to do. */\nexport function planRefresh(files: readonly FileStat[], manifest: Manifest): Plan {\n  const known = new Map(manifest.files());\n  return files.filter((file) => file.hash !== known.get(file.path)?.hash);\n}",
  ...changes,
});

export const SOURCES = [
  source(1, "src/core/indexing/plan.ts"),
  source(2, "src/core/indexing/refreshIndex.ts", { startLine: 12, endLine: 12, symbol: "refreshIndex" }),
  source(3, "README.md", { startLine: 1, endLine: 20, kind: "section", symbol: "Freshness" }),
];

const MANY_SOURCES = [
  ...SOURCES,
  source(4, "packages/engine/src/adapters/a-file-with-a-remarkably-long-name.integration.test.ts", {
    startLine: 1204,
    endLine: 1260,
  }),
  source(5, "src/cli/main.ts", { startLine: 3, endLine: 44 }),
  source(6, "src/engine/main.ts", { startLine: 9, endLine: 31, inPrompt: false }),
  source(7, "docs/adr/0002-one-writer.md", { startLine: 1, endLine: 30, inPrompt: false }),
];

export const ANSWER = `A refresh compares each file's **content hash** with the manifest and re-reads only what differs [1]. The plan is made in \`planRefresh\`, before anything is written:

\`\`\`typescript
export function planRefresh(files: readonly FileStat[], manifest: Manifest): Plan {
  return files.filter((file) => file.hash !== manifest.get(file.path)?.hash);
}
\`\`\`

1. New and changed files are cut into chunks again [1].
2. Chunks of deleted files are removed in the same commit [2].

Nothing is written when nothing has changed [3].`;

export const turn = (changes: Partial<TurnView> = {}): TurnView => ({
  turnId: "turn-1",
  question: "How does the index notice that a file was changed?",
  about: undefined,
  state: "searching",
  text: "",
  thinking: "",
  sources: [],
  result: undefined,
  notice: undefined,
  ...changes,
});

export const result = (changes: Partial<AnswerView> = {}): AnswerView => ({
  notice: undefined,
  model: "gemma3:4b",
  promptTokens: 5_340,
  contextWindow: 8_192,
  truncated: false,
  cutShort: false,
  turnsLeftOut: 0,
  turnsSummarised: 0,
  isWindowForGraphics: false,
  elapsedMs: 6_240,
  checked: 9,
  unverified: [],
  noModel: undefined,
  nothingSolid: false,
  citations: [
    { n: 1, label: "src/core/indexing/plan.ts:41-78", state: "current" },
    { n: 2, label: "src/core/indexing/refreshIndex.ts:12", state: "current" },
    { n: 3, label: "README.md:1-20", state: "current" },
  ],
  ...changes,
});

export const doneTurn = (changes: Partial<TurnView> = {}): TurnView =>
  turn({ state: "done", text: ANSWER, sources: SOURCES, result: result(), ...changes });

const NO_MODEL_ANSWER = `[1] \`src/core/indexing/plan.ts:41-78\`

\`\`\`typescript
export function planRefresh(files: readonly FileStat[], manifest: Manifest): Plan {
  const known = new Map(manifest.files());
\`\`\`

[2] \`src/core/indexing/refreshIndex.ts:12\`

\`\`\`typescript
export async function refreshIndex(deps: RefreshDeps, signal: AbortSignal): Promise<IndexSummary> {
\`\`\``;

const noModelTurn = (turnId: string): TurnView =>
  doneTurn({
    turnId,
    text: NO_MODEL_ANSWER,
    sources: SOURCES.slice(0, 2),
    result: result({
      model: undefined,
      promptTokens: undefined,
      contextWindow: undefined,
      elapsedMs: 84,
      noModel: { why: "ollama-unreachable", url: "http://127.0.0.1:11434" },
    }),
    notice: notice(
      "No model wrote this: these are the best passages. No Ollama answers at http://127.0.0.1:11434: start or install it.",
      "installOllama",
    ),
  });

const nothingFoundTurn = (turnId: string): TurnView => ({
  ...noModelTurn(turnId),
  text: "",
  sources: [],
  notice: { message: "Nothing was found for this question, so no model was asked.", action: undefined },
});

const WIDE_ANSWER = `### Settings

| setting | scope | default | what it does |
|:--------|:-----:|--------:|--------------|
| \`cloister.ollama.url\` | machine | \`http://127.0.0.1:11434\` | where models answer [1] |
| \`cloister.index.maxFileKiB\` | resource | 1024 | larger files are left out, and listed with that reason [2] |

> A quotation that is long enough to wrap in a narrow side bar.

- a list
  - inside a list, with averyveryverylongidentifierthatcannotbebrokenanywhere_andGoesOnAndOn_123456789
- see [the manual](https://example.com/docs/manual?page=2)

---

Done ~~twice~~ *once*.`;

/** By name; the names are those of the screenshots. */
export const PANEL_STATES: Readonly<Record<string, PanelState>> = {
  "no-folder": panel({
    index: index({ health: "no-folder", files: 0, notice: notice("Open a folder to ask about it.", "openFolder") }),
    examples: [],
  }),
  untrusted: panel({
    index: index({ health: "untrusted", files: 0, notice: notice("Nothing is read in Restricted Mode.", "trust") }),
    examples: [],
  }),
  virtual: panel({ index: index({ health: "virtual", files: 0 }), examples: [] }),
  "empty-no-index": panel({
    index: index({ health: "none", files: 0, notice: notice("This folder is not indexed yet.", "index") }),
    examples: [],
  }),
  "empty-engine-stopped": panel({
    index: index({
      health: "none",
      files: 0,
      notice: notice(
        "The Cloister engine stopped: it ended three times in ten minutes, the last time killed by SIGSEGV. Start it again; the log has the details.",
        "restartEngine",
      ),
    }),
    examples: [],
  }),
  "empty-indexed": panel(),
  "empty-no-model": panel({ model: undefined }),
  "empty-ollama-missing": panel({
    model: undefined,
    index: index({
      notice: {
        message: "Ollama, which runs the models, was not found on this machine. Search works without it.",
        action: { label: "Get Ollama", action: "installOllama" },
      },
    }),
  }),
  damaged: panel({ index: index({ health: "damaged", files: 0 }), examples: [] }),
  scanning: panel({
    index: index({ health: "none", files: 0, progress: progress({ phase: "scanning", filesTotal: 0 }) }),
  }),
  indexing: panel({ index: index({ health: "partial", files: 1204, progress: progress() }) }),
  "paused-idle": panel({
    index: index({ progress: progress({ phase: "paused", filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0 }) }),
  }),
  paused: panel({
    index: index({
      health: "partial",
      files: 1204,
      progress: progress({ phase: "paused" }),
      notice: notice("Indexing is paused.", "resume"),
    }),
  }),
  "engine-restarting": panel({
    turns: [doneTurn()],
    index: index({
      notice: {
        message: "The engine stopped unexpectedly and is being started again.",
        action: { label: "Show Log", action: "showLog" },
      },
    }),
  }),
  "asked-indexing": panel({
    index: index({ health: "none", files: 0, progress: progress() }),
    turns: [turn({ state: "indexing" })],
  }),
  searching: panel({ turns: [turn()] }),
  found: panel({ turns: [turn({ sources: SOURCES })] }),
  "sent-elsewhere": panel({ turns: [doneTurn()], ollamaHost: "gpu.example:11434" }),
  "loading-model": panel({ turns: [turn({ state: "loading-model", sources: SOURCES })] }),
  thinking: panel({
    turns: [
      turn({ state: "thinking", sources: SOURCES, thinking: "The question is about freshness. Source 1 plans…" }),
    ],
  }),
  answering: panel({ turns: [turn({ state: "answering", sources: SOURCES, text: ANSWER.slice(0, 180) })] }),
  "answering-code": panel({ turns: [turn({ state: "answering", sources: SOURCES, text: ANSWER.slice(0, 270) })] }),
  stopped: panel({ turns: [turn({ state: "stopped", sources: SOURCES, text: ANSWER.slice(0, 180) })] }),
  done: panel({ turns: [doneTurn({ thinking: "The question is about freshness." })] }),
  "done-explain": panel({
    turns: [
      doneTurn({
        question: "Explain this",
        about: "src/core/indexing/plan.ts:41-78",
        sources: [
          source(1, "src/core/indexing/plan.ts", { role: "selection" }),
          source(2, "src/core/indexing/refreshIndex.ts", { role: "caller", startLine: 12, endLine: 12 }),
          source(3, "src/domain/lines.ts", { role: "definition" }),
        ],
      }),
    ],
  }),
  "done-checked": panel({
    turns: [
      doneTurn({
        text: "The plan is made by `planRefresh` [1] and by `makePlan` [2]. See src/core/planner.ts and [9].\n\nEvery save is written at once [3].",
        sources: MANY_SOURCES,
        result: result({
          truncated: true,
          cutShort: true,
          promptTokens: 8_100,
          citations: [
            { n: 1, label: "src/core/indexing/plan.ts:52-89", state: "moved" },
            { n: 2, label: "src/core/indexing/refreshIndex.ts:12", state: "changed" },
            { n: 3, label: "README.md:1-20", state: "gone" },
          ],
          unverified: [
            { kind: "identifier", text: "makePlan" },
            { kind: "path", text: "src/core/planner.ts" },
            { kind: "source-number", text: "[9]" },
          ],
        }),
      }),
    ],
  }),
  "done-while-indexing": panel({
    index: index({ health: "partial", files: 1_204, progress: progress() }),
    turns: [doneTurn({ result: result({ notice: "index-partial" }) })],
  }),
  "done-folders": panel({
    turns: [
      doneTurn({
        sources: SOURCES.map((each, at) => ({ ...each, folderName: at === 1 ? "web-client" : "server" })),
        result: result({ notice: "folder-left-out" }),
      }),
    ],
    remoteName: "SSH: build01",
  }),
  "done-wide": panel({ turns: [doneTurn({ text: WIDE_ANSWER, question: "Which settings are there?" })] }),
  "done-no-model": panel({ model: undefined, turns: [noModelTurn("turn-1")] }),
  "done-no-model-again": panel({ model: undefined, turns: [noModelTurn("turn-1"), noModelTurn("turn-2")] }),
  "done-nothing-found-again": panel({
    model: undefined,
    turns: [nothingFoundTurn("turn-1"), nothingFoundTurn("turn-2")],
  }),
  "done-nothing-filtered": panel({
    turns: [
      {
        ...nothingFoundTurn("turn-1"),
        question: "connection lang:cobol",
        result: result({
          model: undefined,
          promptTokens: undefined,
          contextWindow: undefined,
          notice: "filters-admit-none",
        }),
      },
    ],
  }),
  "done-nothing-solid": panel({
    turns: [
      doneTurn({
        question: "How does the garbage collector mark reachable objects?",
        text: NO_MODEL_ANSWER,
        sources: SOURCES.slice(0, 2),
        result: result({
          model: undefined,
          promptTokens: undefined,
          contextWindow: undefined,
          elapsedMs: 84,
          nothingSolid: true,
        }),
        notice: {
          message: "Nothing solid was found for this question, so no model was asked. These are the nearest passages.",
          action: { label: "Ask Anyway", action: "askAnyway" },
        },
      }),
    ],
  }),
  failed: panel({
    turns: [
      turn({
        state: "failed",
        sources: SOURCES,
        notice: {
          message: "Ollama at http://127.0.0.1:11434 stopped in the middle of the answer.",
          action: { label: "Try Again", action: "retryOllama" },
        },
      }),
    ],
  }),
  conversation: panel({
    turns: [
      doneTurn({ turnId: "a", question: "What is a chunk?", text: "Contiguous lines of one file [1]." }),
      doneTurn({
        turnId: "b",
        question: "¿Y dónde se guarda el índice?",
        text: "En una carpeta fuera del espacio de trabajo [2].",
      }),
      doneTurn({ turnId: "c" }),
    ],
  }),
};
