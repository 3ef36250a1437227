import fc from "fast-check";
import { expect, test } from "vitest";
import { canChat, chooseChatModel, findModel } from "../../../../src/core/answering/model/chooseModel";
import type { InstalledModel } from "../../../../src/core/modelPorts";

/** `name size family`, with `@` before a remote one, `~` before one of a server that states no capabilities. */
function model(notation: string, modifiedAt = 0): InstalledModel {
  const [marked = "", parameterSize = "", family = ""] = notation.split(" ");
  const name = marked.replace(/^[@~]/, "");
  const isEmbedder = /minilm|embed/.test(name);
  return {
    name,
    digest: "",
    parameterSize,
    family,
    sizeBytes: 1,
    modifiedAt,
    isRemote: marked.startsWith("@"),
    capabilities: marked.startsWith("~") ? [] : [isEmbedder ? "embedding" : "completion"],
  };
}

test.each<[string[], string | undefined, string]>([
  [[], undefined, "nothing installed"],
  [["nomic-embed-text:latest 137M", "all-minilm:latest 23M"], undefined, "embedders only"],
  [["@gpt-oss:120b-cloud 116B"], undefined, "only on the network"],
  [["all-minilm:latest 23M", "gemma3:270m 268M"], "gemma3:270m", "the only one that can chat"],
  [["llama3:8b 8B", "qwen3.5:9b 9B"], "qwen3.5:9b", "a good family before an outdated one"],
  [["somebody/new-model:7b 7B", "codellama:7b 7B"], "somebody/new-model:7b", "an unknown one before an outdated one"],
  [["gemma4:31b 31B", "gemma4:e4b 8B", "gemma4:e2b 2.3B"], "gemma4:e4b", "a size that runs anywhere"],
  [["medgemma:4b 4B", "llama3:8b 8B"], "llama3:8b", "not one made for something else"],
  [["llama-guard3:8b 8B", "smollm2:135m 135M"], "smollm2:135m", "not one that judges"],
  [["qwen3-coder:30b 30.5B", "gemma3:12b 12B"], "gemma3:12b", "of two good ones the size decides"],
  [["mystery:7b 7B", "mystery-instruct:7b 7B"], "mystery-instruct:7b", "one made to be asked"],
  [["~nomic-embed-text 137M nomic-bert", "~llama3:8b 8B llama"], "llama3:8b", "an old server: embedders by family"],
  [
    ["~mxbai-embed-large 335M bert", "~snowflake-arctic-embed 300M bert"],
    undefined,
    "an old server with embedders only",
  ],
])("of %j chooses %s: %s", (names, expected) => {
  expect(chooseChatModel(names.map((name) => model(name)))?.name).toBe(expected);
});

test("of equals the newest, and the order of the list does not matter", () => {
  const models = [model("a:7b 7B", 1), model("b:7b 7B", 3), model("c:7b 7B", 2), model("d:7b 7B", 3)];
  fc.assert(
    fc.property(fc.shuffledSubarray(models, { minLength: 4 }), (shuffled) => {
      expect(chooseChatModel(shuffled)?.name).toBe("b:7b");
    }),
  );
});

test("a model that embeds as well as it chats may chat", () => {
  expect(canChat({ ...model("both 1B"), capabilities: ["embedding", "completion"] })).toBe(true);
});

test.each([
  ["llama3", "llama3:latest"],
  ["llama3:latest", "llama3:latest"],
  ["LLaMA3", "llama3:latest"],
  ["llama3:8b", undefined],
  ["registry.example:5000/team/m", "registry.example:5000/team/m:latest"],
])("finds %s as %s", (name, expected) => {
  expect(findModel([model("llama3:latest 8B"), model("registry.example:5000/team/m:latest 1B")], name)?.name).toBe(
    expected,
  );
});
