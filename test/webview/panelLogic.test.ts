import { describe, expect, test } from "vitest";
import type { PanelState, ToWebview, TurnView } from "../../src/protocol/webview";
import { announcements } from "../../src/webview/announcements";
import { createFrames } from "../../src/webview/frames";
import { indexLabel, isProgressShown, shareDone, timeLeftMs } from "../../src/webview/indexWords";
import { applyMessage, type PanelModel } from "../../src/webview/panelModel";
import { linesLabel, sourceLabel, sourceRows } from "../../src/webview/sourceRows";
import { PANEL_STRINGS } from "../../src/webview/strings";
import { createTranslate } from "../../src/webview/translate";
import { doneTurn, index, panel, progress, result, SOURCES, source, turn } from "./panelStates";

const t = createTranslate({}, "en");

const model = (state: PanelState): PanelModel => {
  const made = applyMessage(undefined, { type: "state", state });
  if (made === undefined) {
    throw new Error("`state` always makes a model");
  }
  return made;
};

describe("messages of the host", () => {
  const start = model(
    panel({ turns: [turn({ turnId: "a", state: "answering", text: "One" }), turn({ turnId: "b" })] }),
  );

  test("what comes before the first state is dropped", () => {
    expect(applyMessage(undefined, { type: "turn", turn: turn() })).toBeUndefined();
  });

  test("text is added to its turn; other turns keep their identity", () => {
    const next = applyMessage(start, { type: "text", turnId: "a", text: " two", thinking: "hm" });
    expect(next?.turns[0]).toMatchObject({ text: "One two", thinking: "hm" });
    expect(next?.turns[1]).toBe(start.turns[1]);
  });

  test("text of a turn that is no longer there is dropped", () => {
    expect(applyMessage(start, { type: "text", turnId: "x", text: "?", thinking: "" })?.turns).toBe(start.turns);
  });

  test("a turn replaces the one of its name, or is new at the end", () => {
    const replaced = applyMessage(start, { type: "turn", turn: turn({ turnId: "a", state: "stopped" }) });
    expect(replaced?.turns.map(({ state }) => state)).toEqual(["stopped", "searching"]);
    const added = applyMessage(start, { type: "turn", turn: turn({ turnId: "c" }) });
    expect(added?.turns.map(({ turnId }) => turnId)).toEqual(["a", "b", "c"]);
  });

  test("news of the index leave the conversation alone", () => {
    const message: ToWebview = { type: "index", index: index({ files: 7 }), model: "m", examples: ["q"] };
    expect(applyMessage(start, message)).toMatchObject({ index: { files: 7 }, model: "m", turns: start.turns });
  });
});

describe("announcements", () => {
  const said = (before: TurnView | undefined, after: TurnView) =>
    announcements(model(panel({ turns: before ? [before] : [] })), model(panel({ turns: [after] })), t);

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
    expect(announcements(undefined, model(panel({ turns: [doneTurn()] })), t)).toEqual([]);
  });
});

describe("source rows", () => {
  test("a citation that moved shows its new lines, and one that changed says so", () => {
    const rows = sourceRows({
      sources: SOURCES,
      result: result({
        citations: [
          { n: 1, label: "src/core/indexing/plan.ts:52-89", state: "moved" },
          { n: 2, label: "web/refreshIndex.ts:12", state: "changed" },
        ],
      }),
    });
    expect(rows.map((row) => [linesLabel(t, row), row.state])).toEqual([
      ["52–89", "moved"],
      ["12", "changed"],
      ["1–20", undefined],
    ]);
  });

  test.each([
    { path: "plan.ts", shows: ["plan.ts", ""] },
    { path: "src/a b/plan.ts", shows: ["plan.ts", "src/a b"] },
    { path: "x\u202egnp.exe", shows: ["x\\u{202e}gnp.exe", ""] },
    { path: "a\nb.ts", shows: ["a\\u{a}b.ts", ""] },
  ])("$path", ({ path, shows }) => {
    const [row] = sourceRows({ sources: [source(1, path)], result: undefined });
    expect([row?.fileName, row?.directory]).toEqual(shows);
  });

  test("the label for people who listen names the folder where there are several", () => {
    const [row] = sourceRows({ sources: [source(1, "src/plan.ts", { folderName: "web" })], result: undefined });
    expect(row && sourceLabel(t, row)).toBe("Source 1: plan.ts lines 41 to 78, in web");
  });
});

describe("words of the index", () => {
  test.each([
    { view: index(), label: "3,057 files", bar: false },
    { view: index({ files: 1 }), label: "1 file", bar: false },
    { view: index({ health: "none" }), label: "Not indexed", bar: false },
    { view: index({ health: "partial", progress: progress() }), label: "Indexing 39%", bar: true },
    { view: index({ progress: progress({ phase: "paused" }) }), label: "Paused at 39%", bar: true },
    { view: index({ progress: progress({ elapsedMs: 200 }) }), label: "Indexing 39%", bar: false },
    { view: index({ progress: progress({ phase: "idle" }) }), label: "3,057 files", bar: false },
    { view: index({ progress: progress({ phase: "waiting" }) }), label: "Another window is indexing", bar: false },
    { view: index({ health: "untrusted", progress: progress() }), label: "Restricted Mode", bar: true },
  ])("$label, bar: $bar", ({ view, label, bar }) => {
    expect(indexLabel(t, view)).toBe(label);
    expect(isProgressShown(view)).toBe(bar);
  });

  test("the share counts bytes, and files while no bytes are known", () => {
    expect(shareDone(progress())).toBeCloseTo(9 / 23);
    expect(shareDone(progress({ bytesTotal: 0, filesDone: 1, filesTotal: 4 }))).toBe(0.25);
    expect(shareDone(progress({ bytesTotal: 0, filesTotal: 0 }))).toBe(0);
    expect(shareDone(progress({ bytesDone: 30, bytesTotal: 20 }))).toBe(1);
  });

  test("an estimate waits until there is something to estimate from", () => {
    expect(timeLeftMs(progress({ bytesDone: 50, bytesTotal: 200, elapsedMs: 10_000 }))).toBe(30_000);
    expect(timeLeftMs(progress({ elapsedMs: 1000 }))).toBeUndefined();
    expect(timeLeftMs(progress({ bytesDone: 0 }))).toBeUndefined();
    expect(timeLeftMs(progress({ phase: "paused" }))).toBeUndefined();
  });
});

describe("translation", () => {
  test("uses the host's words, and English for what it lacks", () => {
    const es = createTranslate({ "composer.send": "Enviar", "index.files.other": "{0} archivos" }, "es");
    expect([es.text("composer.send"), es.text("composer.stop"), es.plural("index.files", 12_345)]).toEqual([
      "Enviar",
      "Stop",
      "12.345 archivos",
    ]);
  });

  test("values are never read as placeholders, nor as replacement patterns", () => {
    expect(t.text("sources.label.lines", 1, "{1}$&.ts", 2, 3)).toBe("Source 1: {1}$&.ts lines 2 to 3");
  });

  test.each(["", "xx-not a tag", "qps-ploc"])("a language the browser does not know: %j", (language) => {
    expect(createTranslate({}, language).number(1234.5)).toBe("1,234.5");
  });

  test("every plural has both its forms, and both name the count", () => {
    const keys = Object.keys(PANEL_STRINGS);
    const one = keys.filter((key) => key.endsWith(".one")).map((key) => key.slice(0, -4));
    const other = keys.filter((key) => key.endsWith(".other")).map((key) => key.slice(0, -6));
    expect(one).toEqual(other);
    expect(
      keys.filter((key) => /\.(one|other)$/.test(key) && !PANEL_STRINGS[key as "index.none"].includes("{0}")),
    ).toEqual([]);
  });
});

describe("frames", () => {
  /** A clock and frames by hand; each drawing takes as long as the test says. */
  function clock(drawingMs: number) {
    const frames: (() => void)[] = [];
    const state = { now: 0, drawn: 0 };
    const ask = createFrames({ requestFrame: (callback) => frames.push(callback), now: () => state.now }, () => {
      state.drawn += 1;
      state.now += drawingMs;
    });
    const frame = () => {
      state.now += 16;
      frames.splice(0).forEach((callback) => callback());
    };
    return { ask, frame, state };
  }

  test("many wishes are one drawing", () => {
    const { ask, frame, state } = clock(1);
    ask();
    ask();
    frame();
    frame();
    expect(state.drawn).toBe(1);
  });

  test("a slow drawing is followed by a rest of three times its length, and nothing is lost", () => {
    const { ask, frame, state } = clock(32);
    ask();
    frame();
    ask();
    for (let at = 0; at < 5; at += 1) {
      frame();
    }
    expect(state.drawn).toBe(1);
    frame();
    expect(state.drawn).toBe(2);
  });
});
