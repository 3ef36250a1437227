/** A question about two small files, asked with everything faked that a test does not replace. */

import { type AnswerDeps, type AnswerEvent, type AnswerRequest, answerQuestion } from "../../src/core/answering/answer";
import type { Answer, SearchResult } from "../../src/domain/answer";
import { found } from "./searchResults";

export const FILES: Readonly<Record<string, string>> = {
  "src/store.ts": "import { write } from './disk';\nexport function save() {\n  write(STATE);\n}\n",
  "src/cli.ts": "import { save } from './store';\nsave();\n",
};
export const FOUND: readonly SearchResult[] = [
  found("src/store.ts:2", "export function save() {\n  write(STATE);\n}"),
  found("src/cli.ts:1", "import { save } from './store';\nsave();"),
];

export const QUESTION = "Where does the program save its state to disk?";
export const REQUEST: AnswerRequest = {
  question: QUESTION,
  history: [],
  selection: undefined,
  unsaved: [],
  model: undefined,
  contextWindow: 4096,
  tier: "lexical",
};

export interface Run {
  readonly answer: Answer;
  readonly events: readonly AnswerEvent[];
  readonly queries: readonly string[];
}

export async function run(
  server: AnswerDeps["server"],
  request: Partial<AnswerRequest> = {},
  deps: Partial<AnswerDeps> & { readonly events?: AnswerEvent[] } = {},
): Promise<Run> {
  const events = deps.events ?? [];
  const queries: string[] = [];
  let now = 1000;
  const answer = await answerQuestion(
    {
      search: async (query) => {
        queries.push(query);
        return FOUND;
      },
      related: async () => [],
      readText: async (_, path) => FILES[path],
      server,
      clock: () => (now += 5),
      nonce: () => "nonce",
      ...deps,
    },
    { ...REQUEST, ...request },
    (event) => events.push(event),
    new AbortController().signal,
  );
  return { answer, events, queries };
}
