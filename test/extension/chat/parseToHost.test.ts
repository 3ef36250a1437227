import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PANEL_ACTIONS } from "../../../src/extension/chat/panelActions";
import { parseToHost } from "../../../src/extension/chat/parseToHost";
import type { ToHost } from "../../../src/protocol/webview";

const turnId = fc.string({ minLength: 1, maxLength: 64 });

const message: fc.Arbitrary<ToHost> = fc.oneof(
  fc
    .constantFrom<ToHost["type"] & ("ready" | "writing" | "stop" | "retry" | "continue" | "newChat")>(
      "ready",
      "writing",
      "stop",
      "retry",
      "continue",
      "newChat",
    )
    .map((type) => ({ type })),
  fc.record({ type: fc.constant("ask" as const), question: fc.string() }),
  fc.record({
    type: fc.constant("openSource" as const),
    turnId,
    n: fc.integer({ min: 1, max: 999 }),
    toSide: fc.boolean(),
  }),
  fc.record({ type: fc.constant("copyAnswer" as const), turnId }),
  fc.record({ type: fc.constant("openExternal" as const), url: fc.webUrl() }),
  fc.record({ type: fc.constant("act" as const), action: fc.constantFrom(...PANEL_ACTIONS) }),
);

test("passes every message of the protocol unchanged", () => {
  fc.assert(
    fc.property(message, (sent) => {
      expect(parseToHost(sent)).toEqual(sent);
    }),
  );
});

test("never throws, and passes nothing that it would not pass again", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }), (raw) => {
      const parsed = parseToHost(raw);
      expect(parsed === undefined || parseToHost(parsed)).toEqual(parsed === undefined || parsed);
    }),
    { numRuns: 1_000 },
  );
});

test("drops a message with one field of another type, missing or more", () => {
  const fields = fc.constantFrom("turnId", "n", "toSide", "question", "url", "action", "path", "folder", "command");
  fc.assert(
    fc.property(message, fields, fc.object(), (sent, field, value) => {
      expect(parseToHost({ ...sent, [field]: value })).toBeUndefined();
    }),
  );
});

test.each([
  { raw: { type: "openSource", turnId: "t", n: 0, toSide: false }, why: "sources count from 1" },
  { raw: { type: "openSource", turnId: "t", n: 1.5, toSide: false }, why: "a number of a source is whole" },
  { raw: { type: "openSource", turnId: "t", n: Number.NaN, toSide: false }, why: "not a number" },
  { raw: { type: "openSource", turnId: "", n: 1, toSide: false }, why: "no turn" },
  { raw: { type: "openSource", path: "/etc/passwd", turnId: "t", n: 1, toSide: false }, why: "a path is never taken" },
  { raw: { type: "act", action: "workbench.action.quit" }, why: "an action is one of ours and never a command" },
  { raw: { type: "act", action: "constructor" }, why: "a name of every object" },
  { raw: { type: "__proto__" }, why: "no such message" },
  { raw: { type: "openExternal", url: `https://x.test/${"a".repeat(3_000)}` }, why: "an address without end" },
  { raw: { type: "ask", question: "x".repeat(1_000_001) }, why: "a question without end" },
  { raw: "ready", why: "no object" },
  { raw: undefined, why: "nothing" },
])("drops $raw.type: $why", ({ raw }) => {
  expect(parseToHost(raw)).toBeUndefined();
});
