import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleProgram } from "../../support/bundleProgram";
import { SAMPLE_DIR } from "../../support/codeSamples";
import { grammarsForTests } from "../../support/grammars";

/** Bytes; the lexers that are not to be optimised have more, no other function of these grammars has. */
const LARGE = 100_000;

interface Compiled {
  readonly compiler: string;
  readonly bytes: number;
}

/** What V8 compiles, of all WebAssembly. */
async function compiledFor(language: string, sample: string): Promise<Compiled[]> {
  const program = await bundleProgram("parseOften");
  const args = ["--trace-wasm-compilation-times", program, grammarsForTests(), language, join(SAMPLE_DIR, sample)];
  const output = execFileSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  return Array.from(
    output.matchAll(/^Compiled function .* using (\w+), .* bodysize (\d+)/gm),
    ([, compiler, size]) => ({
      compiler: compiler ?? "",
      bytes: Number(size),
    }),
  );
}

test.each([
  ["kotlin", "Weather.kt"],
  ["bash", "backup.sh"],
])("the lexer of %s is never optimised, and what calls it is", async (language, sample) => {
  const compiled = await compiledFor(language, sample);
  const large = compiled.filter(({ bytes }) => bytes > LARGE);
  expect(large.map(({ compiler }) => compiler)).toEqual(["Liftoff"]);
  expect(compiled.filter(({ compiler }) => compiler === "TurboFan").length).toBeGreaterThan(20);
});
