import fc from "fast-check";
import { stemmer } from "stemmer";
import { describe, expect, test } from "vitest";
import { foldName, splitIdentifier } from "../../../../src/core/retrieval/query/splitIdentifier";
import { chunkTerms, pathWords, searchTerms, wordTerms } from "../../../../src/core/retrieval/query/terms";
import type { Chunk } from "../../../../src/domain/chunk";

const terms = (text: string) => searchTerms(text).join(" ");

describe("searchTerms", () => {
  test.each([
    ["", "", "nothing"],
    ["¿¡…—!? 🎉", "", "nothing but signs"],
    ["getHTTPResponse", "get http respons gethttprespons", "camel case and an acronym"],
    ["get_http_response", "get http respons gethttprespons", "snake case gives the same"],
    ["GetHttpResponse", "get http respons gethttprespons", "Pascal case gives the same"],
    ["GET_HTTP_RESPONSE", "get http respons gethttprespons", "capitals give the same"],
    ["get-http-response", "get http respons", "a hyphen separates"],
    ["URLs IDs", "url id", "plural acronyms"],
    ["parseURL", "pars url parseurl", "an acronym at the end"],
    ["sha256", "sha 256 sha256", "letters and digits part"],
    ["utf8", "utf utf8", "a single character is kept in the whole alone"],
    ["x i 7", "x i 7", "unless it stands by itself"],
    ["absl::flat_hash_map", "absl flat hash map flathashmap", "a qualified name"],
    ["__init__", "init", "underscores around"],
    ["_ __ $", "", "underscores alone"],
    ["configured configuring configuration", "configur configur configur", "stems"],
    ["Straße café naïve ﬁle", "straße cafe naiv file", "accents and ligatures are folded"],
    ["Cafe\u0301", "cafe", "also as combining marks"],
    ["ＡＢＣ１２", "abc 12 abc12", "full-width letters are letters"],
    ["¿Dónde está la configuración?", "dond esta la configuracion", "Spanish"],
    ["Привет, мир", "привет мир", "Cyrillic"],
    ["Ελληνικά", "ελληνικα", "Greek"],
    ["مرحبا بالعالم", "مرحبا بالعالم", "Arabic"],
    ["हिन्दी भाषा", "हिन्दी भाषा", "marks that carry meaning stay with their letters"],
    ["锁在哪", "锁 锁在 在 在哪 哪", "Chinese: characters and pairs"],
    ["カナ", "カ カナ ナ", "Japanese"],
    ["が", "が", "a voiced sound is not folded away"],
    ["한국", "한 한국 국", "Korean"],
    ["fooBar钩子", "foo bar foobar 钩 钩子 子", "scripts in one run"],
    ["👩‍👩‍👧 family", "famili", "an emoji made of several"],
    ["a\u2028b\u0000c", "a b c", "line and paragraph separators, control characters"],
  ])("%j gives %j: %s", (text, expected) => {
    expect(terms(text)).toBe(expected);
  });

  test("a blob without a break is cut short", () => {
    const [term, ...others] = searchTerms("x".repeat(1_000_000));
    expect(others).toEqual([]);
    expect(term?.length).toBeLessThanOrEqual(64);
    expect(searchTerms("aB3".repeat(1_000_000)).length).toBeLessThan(200);
    expect(searchTerms("é".repeat(1_000_000)).length).toBeLessThan(200);
  });

  test("a long text in a script without spaces is kept whole", () => {
    expect(searchTerms("锁".repeat(50_000))).toHaveLength(99_999);
  });

  test("half a surrogate pair does no harm", () => {
    expect(searchTerms("a\ud83d b \udc00")).toEqual(["a", "b"]);
  });

  test("the same text always gives the same terms, whatever came before", () => {
    const before = searchTerms("parseURL sha256");
    for (let n = 0; n < 50_000; n += 1) {
      searchTerms(`word${n}Other`);
    }
    expect(searchTerms("parseURL sha256")).toEqual(before);
  });

  test("no term of any text is empty, holds white space, or is long", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 120 }), fc.lorem()), (text) => {
        expect(searchTerms(text).filter((term) => !/^\S{1,64}$/u.test(term))).toEqual([]);
      }),
    );
  });

  test("terms of a text joined by spaces are found by the terms of each of its parts", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 30 }), { maxLength: 8 }), (parts) => {
        const whole = new Set(searchTerms(parts.join(" ")));
        expect(parts.flatMap(searchTerms).filter((term) => !whole.has(term))).toEqual([]);
      }),
    );
  });
});

test("every word of the Latin alphabet becomes the stem that the stemmer gives", () => {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const endings = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  const words = ["", "y", "tab", "robab"].flatMap((beginning) => endings.map((ending) => beginning + ending));
  expect(words.filter((word) => wordTerms(word)[0] !== stemmer(word))).toEqual([]);
});

test("wordTerms leaves the whole of identifiers out", () => {
  expect(wordTerms("getHTTPResponse flat_map")).toEqual(["get", "http", "respons", "flat", "map"]);
});

test.each([
  ["getHTTPResponse", ["get", "HTTP", "Response"]],
  ["XMLHttpRequest2", ["XML", "Http", "Request", "2"]],
  ["snake_case__twice", ["snake", "case", "twice"]],
  ["ΑλφαΒήτα", ["Αλφα", "Βήτα"]],
  ["---", []],
])("splitIdentifier(%j) gives %j", (identifier, words) => {
  expect(splitIdentifier(identifier)).toEqual(words);
});

test.each([
  ["getHTTPResponse", "get_http_response"],
  ["flat-hash-map", "FlatHashMap"],
  ["ÑandúConfig", "nandu_config"],
])("foldName: %j is written like %j", (one, other) => {
  expect(foldName(one)).toBe(foldName(other));
});

test.each([
  ["src/core/terms.ts", "terms", ["src", "core"]],
  ["Makefile", "Makefile", []],
  [".gitignore", ".gitignore", []],
  ["a/b.test.ts", "b.test", ["a"]],
])("pathWords(%j)", (path, stem, directories) => {
  expect(pathWords(path)).toEqual({ stem, directories });
});

const chunk = (properties: Partial<Chunk>): Chunk => ({
  path: "a.ts",
  startLine: 1,
  endLine: 1,
  language: "typescript",
  kind: "function",
  symbol: undefined,
  enclosing: [],
  text: "",
  ...properties,
});

test("chunkTerms holds the text, twice the file's name, three directories, and the names", () => {
  const terms = chunkTerms(
    chunk({ path: "far/src/core/net/retry.ts", text: "return 1", symbol: "wait", enclosing: ["Client"] }),
  );
  expect(terms).toBe("return 1 retri retri src core net client wait");
});

test("chunkTerms is one line of terms for any chunk", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(anyText, anyText, anyText, fc.array(anyText, { maxLength: 3 }), (text, path, symbol, enclosing) => {
      expect(chunkTerms(chunk({ text, path, symbol, enclosing }))).toMatch(/^(\S+( \S+)*)?$/u);
    }),
  );
});
