import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeText } from "../../../../src/core/indexing/selecting/decodeText";

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const bytes = (...values: number[]) => Uint8Array.from(values);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const out = new Uint8Array(text.length * 2);
  const view = new DataView(out.buffer);
  for (let at = 0; at < text.length; at += 1) {
    view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  }
  return out;
}

const SENTENCE = "const größe = 'naïve';\n".repeat(4);

describe("text", () => {
  test.each<[name: string, input: Uint8Array, encoding: string, text: string]>([
    ["an empty file", bytes(), "utf-8", ""],
    ["only a BOM", bytes(0xef, 0xbb, 0xbf), "utf-8-bom", ""],
    ["ASCII", utf8("a = 1\n"), "utf-8", "a = 1\n"],
    ["UTF-8", utf8("größe 名前 🦊\n"), "utf-8", "größe 名前 🦊\n"],
    ["UTF-8 with a BOM", join(bytes(0xef, 0xbb, 0xbf), utf8("größe\n")), "utf-8-bom", "größe\n"],
    ["a second BOM is content", join(bytes(0xef, 0xbb, 0xbf), utf8("\ufeffa")), "utf-8-bom", "\ufeffa"],
    ["UTF-16 LE with a BOM", utf16(`\ufeff${SENTENCE}`, true), "utf-16le", SENTENCE],
    ["UTF-16 BE with a BOM", utf16(`\ufeff${SENTENCE}`, false), "utf-16be", SENTENCE],
    ["UTF-16 with a BOM and no ASCII at all", utf16("\ufeff名前🦊", true), "utf-16le", "名前🦊"],
    ["UTF-16 LE without a BOM", utf16(SENTENCE, true), "utf-16le", SENTENCE],
    ["UTF-16 BE without a BOM", utf16(SENTENCE, false), "utf-16be", SENTENCE],
    ["only a UTF-16 BOM", bytes(0xff, 0xfe), "utf-16le", ""],
    ["Latin-1", latin1("Die Größe ist naïve, señor.\n"), "latin-1", "Die Größe ist naïve, señor.\n"],
    ["a short Latin-1 word", latin1("été\n"), "latin-1", "été\n"],
    ["Windows-1252 quotes", latin1("it\x92s a \x93test\x94 for 5 \x80\n"), "latin-1", "it’s a “test” for 5 €\n"],
    [
      "code with a comment in GBK",
      join(utf8("int a; // "), bytes(0xc4, 0xe3), utf8("\nint b;\n")),
      "latin-1",
      "int a; // Äã\nint b;\n",
    ],
    [
      "UTF-8 with one broken byte",
      join(utf8("größe naïve señor\n"), bytes(0xff)),
      "utf-8",
      "größe naïve señor\n\ufffd",
    ],
    ["UTF-8 cut in the middle", utf8("größe naïve señor é").subarray(0, -1), "utf-8", "größe naïve señor \ufffd"],
    [
      "an encoded surrogate in UTF-8",
      join(utf8("a"), bytes(0xed, 0xa0, 0x80), utf8("b")),
      "utf-8",
      "a\ufffd\ufffd\ufffdb",
    ],
    [
      "a lone surrogate in UTF-16",
      utf16(`\ufeff${"x".repeat(200)}\ud800y`, true),
      "utf-16le",
      `${"x".repeat(200)}\ufffdy`,
    ],
    [
      "UTF-16 with an odd last byte",
      join(utf16(`\ufeff${"x".repeat(200)}`, true), bytes(0x61)),
      "utf-16le",
      `${"x".repeat(200)}\ufffd`,
    ],
    ["a terminal recording", utf8("\x1b[32mok\x1b[0m\n".repeat(5)), "utf-8", "\x1b[32mok\x1b[0m\n".repeat(5)],
    [
      "UTF-8 with a NUL far behind",
      utf8(`${"x = 1\n".repeat(2_000)}\0é`),
      "utf-8",
      `${"x = 1\n".repeat(2_000)}\ufffdé`,
    ],
    ["form feeds, as in old C and Lisp", utf8("\f\nint a;\n\f\nint b;\n"), "utf-8", "\f\nint a;\n\f\nint b;\n"],
    [
      "separators that are no line ends here",
      utf8("a\u2028b\u0085c\vd\n".repeat(30)),
      "utf-8",
      "a\u2028b\u0085c\vd\n".repeat(30),
    ],
  ])("%s", (_name, input, encoding, text) => {
    expect(decodeText(input)).toEqual({ text, encoding });
  });
});

describe("line ends become \\n", () => {
  test.each([
    ["a\r\nb\r\n", "a\nb\n"],
    ["a\rb\r", "a\nb\n"],
    ["a\r\r\nb\n\rc", "a\n\nb\n\nc"],
    ["\r\n", "\n"],
  ])("%j", (input, text) => {
    expect(decodeText(utf8(input))).toMatchObject({ text });
    expect(decodeText(utf16(`\ufeff${input}`, false))).toMatchObject({ text });
  });
});

test.each([
  ["UTF-8 with a BOM", join(bytes(0xef, 0xbb, 0xbf), utf8("\ufffd"))],
  ["UTF-16 LE", utf16("\ufeff\ufffd", true)],
  ["UTF-16 BE", utf16("\ufeff\ufffd", false)],
])("U+FFFD that somebody wrote is text: %s", (_name, input) => {
  expect(decodeText(input)).toMatchObject({ text: "\ufffd" });
});

describe("no text", () => {
  test.each<[name: string, input: Uint8Array, problem: string]>([
    ["one NUL", utf8("text\0text"), "binary"],
    ["a PNG header", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d), "binary"],
    ["an array of small 16-bit numbers", Uint8Array.from({ length: 400 }, (_, at) => (at % 2 ? 0 : at % 31)), "binary"],
    ["control characters alone", Uint8Array.from({ length: 100 }, (_, at) => (at % 7) + 1), "binary"],
    ["bytes spread evenly, without NUL", Uint8Array.from({ length: 1000 }, (_, at) => 1 + ((at * 97) % 255)), "binary"],
    ["NUL characters in UTF-16", utf16("\ufeffab\0cd", true), "binary"],
    ["UTF-32 LE", bytes(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), "undecodable"],
    ["UTF-32 BE", bytes(0, 0, 0xfe, 0xff, 0, 0, 0, 0x61), "undecodable"],
    ["Cyrillic in Windows-1251", latin1("\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0\n".repeat(9)), "undecodable"],
    ["Chinese in GBK", latin1("\xc4\xe3\xba\xc3\xca\xc0\xbd\xe7\n".repeat(9)), "undecodable"],
    ["a UTF-8 BOM before Latin-1", join(bytes(0xef, 0xbb, 0xbf), latin1("é è ".repeat(9))), "undecodable"],
    [
      "a UTF-16 BOM before noise",
      join(
        bytes(0xff, 0xfe),
        Uint8Array.from({ length: 400 }, () => 0xdc),
      ),
      "undecodable",
    ],
  ])("%s", (_name, input, problem) => {
    expect(decodeText(input)).toEqual({ problem });
  });
});

const anyText = fc.string({ unit: "grapheme", maxLength: 300 }).map((text) => text.replace(/\p{Cc}/gu, " "));

test("any text survives UTF-8 and UTF-16 with a BOM", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(decodeText(join(bytes(0xef, 0xbb, 0xbf), utf8(text)))).toEqual({ text, encoding: "utf-8-bom" });
      expect(decodeText(utf16(`\ufeff${text}`, true))).toEqual({ text, encoding: "utf-16le" });
      expect(decodeText(utf16(`\ufeff${text}`, false))).toEqual({ text, encoding: "utf-16be" });
    }),
  );
});

test("any bytes give well-formed text with \\n line ends, or a problem", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (input) => {
      const decoded = decodeText(input);
      expect("problem" in decoded || (decoded.text.isWellFormed() && !decoded.text.includes("\r"))).toBe(true);
    }),
  );
});
