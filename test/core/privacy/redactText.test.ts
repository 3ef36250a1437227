/** What is taken out of a text before it is shown in public, and what stays. */

import { describe, expect, test } from "vitest";
import { createRedactor } from "../../../src/core/privacy/redactText";

const unix = createRedactor({
  shown: [
    ["/work/link", "<folder>"],
    ["/srv/Jane Doe/Acme (new)/app", "<folder>"],
    ["/home/janedoe/.local/share/cloister/app-01", "<index>"],
  ],
  hidden: ["/home/janedoe/.local/share/cloister", "/home/janedoe", "/tmp"],
  words: [
    ["janedoe", "<user>"],
    ["janes-laptop", "<host>"],
    ["gpu7.corp", "<private address>"],
  ],
});

test.each([
  { text: "", redacted: "" },
  { text: "the manifest cannot be read", redacted: "the manifest cannot be read" },
  { text: "src/app/main.ts and docs/a/b.md", redacted: "src/app/main.ts and docs/a/b.md" },
  { text: "and/or 2026/01/02 HTTP/1.1 Vec<u8> 50 %", redacted: "and/or 2026/01/02 HTTP/1.1 Vec<u8> 50 %" },
  { text: "@lancedb/lancedb-linux-x64-gnu", redacted: "@lancedb/lancedb-linux-x64-gnu" },
])("leaves “$text”", ({ text, redacted }) => {
  expect(unix.text(text)).toBe(redacted);
});

describe("a known path", () => {
  test.each([
    {
      text: "The folder /srv/Jane Doe/Acme (new)/app cannot be read.",
      redacted: "The folder <folder> cannot be read.",
    },
    { text: "/work/link/src/a.ts", redacted: "<folder>/src/a.ts" },
    {
      text: "Dataset at path home/janedoe/.local/share/cloister/app-01/chunks.lance was not found",
      redacted: "Dataset at path <index>/chunks.lance was not found",
    },
    { text: "path srv/Jane%20Doe/Acme%20(new)/app/x", redacted: "path <folder>/x" },
    { text: '{"a":"\\/work\\/link\\/b"}', redacted: '{"a":"<folder>\\/b"}' },
    { text: "file:///work/link/a.ts", redacted: "file:<folder>/a.ts" },
    { text: "is in /tmp", redacted: "is in <path>" },
    { text: "/home/janedoe/Acme Merger/x", redacted: "<path>" },
    { text: "at home/janedoe/Acme/x", redacted: "at <path>" },
    { text: "/work/link-secret/x", redacted: "<path>" },
    { text: "Not found: home/janedoe/.local/sha", redacted: "Not found: <path>" },
    { text: "Not found: srv/Jane Do", redacted: "Not found: <path>" },
    { text: "Not found: /srv/Jane Do", redacted: "Not found: <path>" },
  ])("$text → $redacted", ({ text, redacted }) => {
    expect(unix.text(text)).toBe(redacted);
  });
});

describe("any other absolute path", () => {
  test.each([
    { text: "EACCES: permission denied, scandir '/mnt/Jane Doe/Index Store'", hides: "scandir '<path>'" },
    { text: "rename '/mnt/Jane's Files/a b' -> '/mnt/c d'", hides: "rename '<path>'" },
    { text: "The folder /mnt/Jane Doe/Acme Merger/app cannot be read.", hides: "The folder <path> cannot be read." },
    { text: 'open "/mnt/Acme Mer', hides: 'open "<path>' },
    { text: "in /mnt/acme: it is full", hides: "in <path>: it is full" },
    { text: "C:\\Users\\Jane Doe\\x.md is gone", hides: "<path> is gone" },
    { text: "\\\\server\\share\\x", hides: "<path>" },
    { text: "see ~jane/x, ../acme/y", hides: "see <path>" },
    { text: "dlopen(/opt/Acme Inc/x.node, 1)", hides: "dlopen(<path>, 1)" },
  ])("$text → $hides", ({ text, hides }) => {
    expect(unix.text(text)).toContain(hides);
    expect(unix.text(text)).not.toMatch(/jane|acme|share/i);
  });
});

test.each([
  { text: "janedoe's model janedoe/own:7b", redacted: "<user>'s model <user>/own:7b" },
  { text: "JANEDOE-backup, janedoes", redacted: "<user>-backup, janedoes" },
  { text: "ENOTFOUND gpu7.corp on janes-laptop", redacted: "ENOTFOUND <private address> on <host>" },
  { text: "only http://me:pw@10.1.2.3:11434/x is configured", redacted: "only <private address> is configured" },
])("names and addresses: $text → $redacted", ({ text, redacted }) => {
  expect(unix.text(text)).toBe(redacted);
});

test("in a path within the folder only names are replaced", () => {
  expect(unix.words("home/janedoe/x.md")).toBe("home/<user>/x.md");
});

test("paths of Windows, in slashes of either kind and within JSON", () => {
  const windows = createRedactor({
    shown: [
      ["D:\\jane doe\\app", "<folder>"],
      ["C:\\Users\\jane doe\\idx\\app-01", "<index>"],
    ],
    hidden: ["C:\\Users\\jane doe", "C:\\"],
    words: [],
  });
  const nested = JSON.stringify({ indexDir: "C:\\Users\\jane doe\\idx\\app-01" });
  expect(windows.text(nested)).toBe('{"indexDir":"<index>"}');
  expect(windows.text(JSON.stringify(nested))).toBe('"{\\"indexDir\\":\\"<index>\\"}"');
  expect(windows.text("at path c:/Users/jane doe/idx/app-01/chunks.lance")).toBe("at path <index>/chunks.lance");
  expect(windows.text("D:\\jane doe\\app\\src\\a.ts")).toBe("<folder>\\src\\a.ts");
  expect(windows.text("'C:\\Users\\jane doe\\b c'")).toBe("'<path>'");
});

test("a path that is empty or the root, and a name of one of our placeholders, change nothing else", () => {
  const odd = createRedactor({
    shown: [
      ["/", "<folder>"],
      ["", "<index>"],
    ],
    hidden: ["/", "", "C:\\"],
    words: [["path", "<user>"]],
  });
  expect(odd.text("not found: 1/2 in /a/b")).toBe("not found: 1/2 in <path>");
});
