import { describe, expect, test } from "vitest";
import type { TurnView } from "../../src/protocol/webview";
import { announcements } from "../../src/webview/announcements";
import { createTranslate } from "../../src/webview/translate";
import { panelModelOf } from "./panelModelOf";
import { doneTurn, panel, SOURCES, turn } from "./panelStates";

const t = createTranslate({}, "en");

describe("announcements", () => {
  const said = (before: TurnView | undefined, after: TurnView) =>
    announcements(panelModelOf(panel({ turns: before ? [before] : [] })), panelModelOf(panel({ turns: [after] })), t);

  test.each<{ before: TurnView | undefined; after: TurnView; says: string[]; why: string }>([
    { before: undefined, after: turn(), says: [], why: "searching is not worth a word" },
    {
      before: turn(),
      after: turn({ sources: SOURCES }),
      says: ["3 sources found."],
      why: "sources, when they are found",
    },
    {
      before: turn({ sources: SOURCES }),
      after: turn({ state: "answering", sources: SOURCES, text: "A" }),
      says: ["Answer started."],
      why: "the start",
    },
    {
      before: turn({ state: "answering", text: "A" }),
      after: turn({ state: "answering", text: "A word" }),
      says: [],
      why: "never a token",
    },
    {
      before: turn({ state: "answering", sources: SOURCES }),
      after: doneTurn({ text: "One **bold** [1].\n\n```\na\nb\n```\n\n- x\n- y" }),
      says: ["One bold [1].", "Code block, 2 lines.", "x\ny", "Done, 3 sources."],
      why: "whole paragraphs at the end",
    },
    { before: turn(), after: turn({ state: "stopped" }), says: ["Stopped."], why: "the stop" },
    {
      before: turn(),
      after: turn({ state: "failed", notice: { message: "Ollama is gone.", action: undefined } }),
      says: ["Ollama is gone."],
      why: "what went wrong",
    },
  ])("$why", ({ before, after, says }) => {
    expect(said(before, after)).toEqual(says);
  });

  test("a restored conversation is not news", () => {
    expect(announcements(undefined, panelModelOf(panel({ turns: [doneTurn()] })), t)).toEqual([]);
  });
});
