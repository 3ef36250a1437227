/** Models that think although they are asked not to. */

import { expect, test } from "vitest";
import { askModel, type ModelEvent } from "../../../../src/core/answering/model/askModel";
import { FIRST_COUNTING } from "../../../../src/core/answering/tokens/tokenCounting";
import { chatModel } from "../../../support/chatModel";
import { done, fakeChatServer, type Script } from "../../../support/fakeChatServer";
import { found } from "../../../support/searchResults";

const LONG_THOUGHT = { type: "thinking" as const, text: "hm ".repeat(4000) };

async function ask(scripts: readonly Script[], begun = "") {
  const server = fakeChatServer(scripts);
  const events: ModelEvent["type"][] = [];
  const candidates = [{ ...found("a.ts:1", "const a = 1;"), role: "found" as const }];
  const { text, truncated } = await askModel(
    chatModel(server),
    { candidates, history: [], question: "What?", nonce: "n", contextWindow: 4096, counting: FIRST_COUNTING, begun },
    ({ type }) => events.push(type),
    new AbortController().signal,
  );
  expect(truncated).toBe(false);
  return { text, asked: server.asked, events: events.join(" ") };
}

test("one that is lost in thought is stopped, and asked once more with its thoughts closed", async () => {
  const scripts: Script[] = [
    [LONG_THOUGHT, "never read"],
    ["It is [1].", done()],
  ];
  const { text, asked, events } = await ask(scripts);
  expect(text).toBe("It is [1].");
  expect(asked[0]?.messages.at(-1)?.role).toBe("user");
  expect(asked[1]?.messages.at(-1)).toEqual({ role: "assistant", content: "<think>\n\n</think>\n\n" });
  expect(events).toBe("sources thinking sources text");
  const goingOn = await ask(scripts, "Half ");
  expect(goingOn.asked[1]?.messages.at(-1)?.content).toBe("<think>\n\n</think>\n\nHalf ");
});

test("one that thinks for long even then, or while it writes, is let alone", async () => {
  const stubborn = await ask([[LONG_THOUGHT, "It is [1].", done()]]);
  expect(stubborn).toMatchObject({ text: "It is [1]." });
  expect(stubborn.asked).toHaveLength(2);
  const writing = await ask([["It is ", LONG_THOUGHT, "[1].", done()]]);
  expect(writing).toMatchObject({ text: "It is [1]." });
  expect(writing.asked).toHaveLength(1);
});
