import { expect, test } from "vitest";
import { errorLine, fillIn } from "../../src/client/describeError";

test("an error is one line that says what happened and what to do", () => {
  expect(
    errorLine({ code: "ollama-failed", url: "http://127.0.0.1:1", status: 500, message: "out of\r\nmemory" }),
  ).toBe("Ollama at http://127.0.0.1:1 reported an error (500: out of memory). Try again, or choose another model.");
});

test.each([
  { template: "{0} of {1}", values: ["1", "2"], filled: "1 of 2", why: "by position" },
  { template: "{0}", values: ["{1}", "x"], filled: "{1}", why: "a value is not a template" },
  { template: "{3}", values: [], filled: "{3}", why: "a missing value is left visible" },
])("fills $template with $values: $why", ({ template, values, filled }) => {
  expect(fillIn(template, values)).toBe(filled);
});
