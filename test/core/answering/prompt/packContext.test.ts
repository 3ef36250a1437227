import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, type PackRequest, packContext } from "../../../../src/core/answering/prompt/packContext";
import { FIRST_COUNTING } from "../../../../src/core/answering/tokens/tokenCounting";
import { found } from "../../../support/searchResults";

const candidate = (path: string, lines: number, role: Candidate["role"] = "found"): Candidate => ({
  ...found(`${path}.ts:1`, Array.from({ length: lines }, (_, index) => `const ${path}${index} = ${index};`).join("\n")),
  role,
});

const request = (more: Partial<PackRequest>): PackRequest => ({
  candidates: [],
  history: [],
  question: "What is it?",
  nonce: "n",
  contextWindow: 2048,
  counting: FIRST_COUNTING,
  ...more,
});

/** `a1 b2 (c3)`: path and number of each source; those left out in parentheses. */
const pack = (more: Partial<PackRequest>): string =>
  (packContext(request(more))?.sources ?? [{ path: "none", n: 0, inPrompt: true }])
    .map(({ path, n, inPrompt }) => (inPrompt ? `${path[0]}${n}` : `(${path[0]}${n})`))
    .join(" ");

test("takes the best that fit, whole; a smaller one behind one that is too large still gets in", () => {
  expect(pack({ candidates: [candidate("a", 20), candidate("b", 400), candidate("c", 20)] })).toBe("a1 c2 (b3)");
});

test("takes no more sources than a small model can hold apart", () => {
  const many = Array.from("abcdefghijklmnopqrst", (letter) => candidate(letter, 1));
  expect(
    packContext(request({ candidates: many, contextWindow: 100_000 }))?.sources.filter(({ inPrompt }) => inPrompt),
  ).toHaveLength(14);
});

test("a window without room for a source, or for the question, holds nothing", () => {
  expect(packContext(request({ candidates: [candidate("a", 400)] }))).toBeUndefined();
  expect(packContext(request({ question: "why ".repeat(3000) }))).toBeUndefined();
  expect(packContext(request({ contextWindow: 200 }))).toBeUndefined();
});

test("a selection that is too long is cut, and says so by its lines", () => {
  const packed = packContext(request({ candidates: [candidate("a", 400, "selection"), candidate("b", 2)] }));
  const [selection] = packed?.sources ?? [];
  expect(selection?.inPrompt).toBe(true);
  expect(selection?.endLine).toBeLessThan(400);
  expect(selection?.text.split("\n")).toHaveLength(selection?.endLine ?? 0);
  expect(packed?.messages.at(-1)?.content).toContain(`a.ts:1-${selection?.endLine}`);
});

const turn = (name: string, words: number) => ({ question: `${name}?`, answer: `${name} `.repeat(words) });

test("drops the oldest turns first and shortens the last one rather than losing it", () => {
  const contents = (turns: number, words: number) =>
    packContext(request({ history: Array.from({ length: turns }, (_, index) => turn(`turn${index}`, words)) }))
      ?.messages.slice(1, -1)
      .map(({ content }) => content) ?? [];
  const three = contents(3, 70);
  expect(three.filter((content) => content.endsWith("?"))).toEqual(["turn1?", "turn2?"]);
  expect(packContext(request({ history: [1, 2, 3].map((name) => turn(`turn${name}`, 70)) }))?.turnsLeftOut).toBe(1);
  const [question, answer = ""] = contents(1, 1000);
  expect(question).toBe("turn0?");
  expect(answer).toMatch(/^(turn0 )+…$/);
});

test("a model that tokenises finer gets less", () => {
  const candidates = Array.from("abcdefgh", (letter) => candidate(letter, 15));
  const count = (ratio: number) =>
    packContext(request({ candidates, counting: { ...FIRST_COUNTING, ratio } }))?.sources.filter(
      ({ inPrompt }) => inPrompt,
    ).length ?? 0;
  expect(count(2)).toBeLessThan(count(1));
});

test("what is packed leaves the answer its share, and nothing is lost", () => {
  const anyCandidate = fc.record({
    lines: fc.integer({ min: 1, max: 60 }),
    role: fc.constantFrom<Candidate["role"]>("found", "selection"),
  });
  fc.assert(
    fc.property(
      fc.array(anyCandidate, { maxLength: 20 }),
      fc.array(fc.record({ question: fc.string(), answer: fc.string({ maxLength: 2000 }) }), { maxLength: 4 }),
      fc.integer({ min: 300, max: 8192 }),
      fc.double({ min: 0.5, max: 3, noNaN: true }),
      (shapes, history, contextWindow, ratio) => {
        const candidates = shapes.map(({ lines, role }, index) => candidate(`f${index}x`, lines, role));
        const packed = packContext(
          request({ candidates, history, contextWindow, counting: { ...FIRST_COUNTING, ratio } }),
        );
        if (packed !== undefined) {
          expect(packed.estimatedTokens).toBeLessThanOrEqual(contextWindow * 0.75 + 40);
          expect(packed.estimatedTokens + packed.maxAnswerTokens).toBeLessThanOrEqual(contextWindow);
          expect(packed.sources.map(({ n }) => n)).toEqual(candidates.map((_, index) => index + 1));
          expect(packed.sources.map(({ path }) => path).toSorted()).toEqual(
            candidates.map(({ path }) => path).toSorted(),
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("while all of it fits, the conversation is told as it was", () => {
  const history = [turn("one", 50), turn("two", 50), turn("three", 50)];
  const packed = packContext(request({ history, contextWindow: 8192 }));
  const answers = packed?.messages.filter(({ role }) => role === "assistant").map(({ content }) => content);
  expect(answers).toEqual(history.map(({ answer }) => answer));
});

test("where it does not fit, of earlier answers the first paragraph stands for the rest; the last is kept whole", () => {
  const long = `It begins so. ${"More of it follows here. ".repeat(240)}`;
  const history = [
    { question: "one", answer: "First.\n\nSecond." },
    { question: "two", answer: long },
    { question: "three", answer: "First.\n\nSecond." },
  ];
  const messages = packContext(request({ candidates: [candidate("a", 3)], history, contextWindow: 8192 }))?.messages;
  const answers = messages?.filter(({ role }) => role === "assistant").map(({ content }) => content) ?? [];
  expect(answers[0]).toBe("First. …");
  expect(answers[1]).toMatch(/^It begins so\. .{300,400} …$/);
  expect(answers[2]).toBe("First.\n\nSecond.");
});

test("of a conversation that is far too long no more is counted than fits", () => {
  let counted = 0;
  const count = (text: string) => {
    counted += text.length;
    return FIRST_COUNTING.count(text);
  };
  const history = Array.from({ length: 30 }, (_, index) => turn(`turn${index}`, 1000));
  packContext(request({ history, contextWindow: 8192, counting: { ...FIRST_COUNTING, count } }));
  expect(counted).toBeLessThan(history.reduce((sum, { answer }) => sum + answer.length, 0) / 2);
});

const summary = (words: number) => ({ text: "They spoke of it. ".repeat(words / 4), turns: 5 });

/** `summary, turn4 whole | 5 summarised, 1 left out`. */
function remembered(more: Partial<PackRequest>): string {
  const packed = packContext(request(more));
  const told = (packed?.messages ?? []).slice(1, -1).filter(({ role }) => role === "assistant");
  const names = told.map(({ content }) =>
    content.startsWith("They spoke") ? "summary" : `${content.split(" ")[0]}${content.endsWith("…") ? " cut" : ""}`,
  );
  return `${names.join(", ")} | ${packed?.turnsSummarised} summarised, ${packed?.turnsLeftOut} left out`;
}

test.each([
  { earlier: summary(40), history: [turn("six", 30)], is: "summary, six | 5 summarised, 0 left out" },
  { earlier: summary(40), history: [turn("six", 900)], is: "summary, six cut | 5 summarised, 0 left out" },
  {
    earlier: summary(40),
    history: [turn("six", 150), turn("seven", 150), turn("eight", 150)],
    is: "summary, seven cut, eight | 5 summarised, 1 left out",
  },
  { earlier: summary(400), history: [turn("six", 30)], is: "six | 0 summarised, 5 left out" },
  { earlier: undefined, history: [turn("six", 30)], is: "six | 0 summarised, 0 left out" },
])("a summary of earlier turns stands before those since: $is", ({ earlier, history, is }) => {
  expect(remembered({ earlier, history })).toBe(is);
});
