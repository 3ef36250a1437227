/** Templates that open the thoughts themselves: the server streams their end alone. */

import { expect, test } from "vitest";
import { askModel, type ModelEvent } from "../../../../src/core/answering/model/askModel";
import { FIRST_COUNTING } from "../../../../src/core/answering/tokens/tokenCounting";
import { chatModel } from "../../../support/chatModel";
import { done, fakeChatServer } from "../../../support/fakeChatServer";
import { found } from "../../../support/searchResults";

/** What a reader shows at the end: `(thinking) text`. */
async function shown(...texts: string[]): Promise<string> {
  const reader = { thinking: "", text: "" };
  const onEvent = (event: ModelEvent) => {
    if (event.type === "restart") {
      Object.assign(reader, { thinking: "", text: "" });
    } else if (event.type === "thinking" || event.type === "text") {
      reader[event.type] += event.text;
    }
  };
  const candidates = [{ ...found("a.ts:1", "const a = 1;"), role: "found" as const }];
  const request = { candidates, history: [], question: "What?", nonce: "n", contextWindow: 4096 };
  const model = chatModel(fakeChatServer([[...texts, done()]]));
  const { text } = await askModel(
    model,
    { ...request, counting: FIRST_COUNTING },
    onEvent,
    new AbortController().signal,
  );
  expect(text).toBe(reader.text);
  return `(${reader.thinking}) ${reader.text}`;
}

test.each([
  { says: ["Hm. It is a.\n</think>\n\nIt is [1]."], shows: "(Hm. It is a.) It is [1]." },
  { says: ["Hm. It ", "is a.\n</", "think>", "\n\nIt ", "is [1]."], shows: "(Hm. It is a.) It is [1]." },
  { says: ["</think>\n", "It is [1]."], shows: "() It is [1]." },
  { says: ["<think>Hm.</think>\n\nIt\n</think>\nis [1]."], shows: "(Hm.) It\n</think>\nis [1]." },
  { says: ["The tag `</think>`\nends it."], shows: "() The tag `</think>`\nends it." },
  { says: ["As in\n```\n</think>\n```\n[1]."], shows: "() As in\n```\n</think>\n```\n[1]." },
])("$says shows as $shows", async ({ says, shows }) => {
  expect(await shown(...says)).toBe(shows);
});
