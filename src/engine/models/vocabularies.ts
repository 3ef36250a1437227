/**
 * The vocabularies of models: one in memory, a few on disk, by the model's digest.
 *
 * Reading one takes the server and us a few tenths of a second, so that happens once for each model, behind the scenes,
 * while its first answer is being waited for. Until then, and where a server does not say, tokens are estimated without.
 */

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { tokenReader } from "../../core/answering/tokens/tokenBytes";
import { Vocabulary } from "../../core/answering/tokens/vocabulary";
import type { ModelTokens, VocabularyServer } from "../../core/modelPorts";

/** Changes with what is in a file. */
const ENDING = ".1";

/** Of some four megabytes each. */
const MOST_ON_DISK = 4;

export interface NamedModel {
  readonly model: string;
  /** Empty where the server does not say; then nothing of the model is kept. */
  readonly digest: string;
}

/** Tokens between which others have their turn: a few milliseconds' worth. */
const SLICE = 4096;

/** @returns undefined for one that is written down in a way we do not know. */
export async function buildVocabulary(told: ModelTokens): Promise<Vocabulary | undefined> {
  const bytesOf = tokenReader(told);
  if (bytesOf === undefined) {
    return undefined;
  }
  const vocabulary = Vocabulary.withRoomFor(told.tokens.length);
  for (let index = 0; index < told.tokens.length; index += 1) {
    if (index % SLICE === 0) {
      await setImmediate();
    }
    const bytes = bytesOf(index);
    if (bytes !== undefined) {
      vocabulary.add(bytes);
    }
  }
  return vocabulary;
}

export class Vocabularies {
  readonly #directory: string;
  readonly #server: () => VocabularyServer | undefined;
  readonly #asked = new Set<string>();
  readonly #stop = new AbortController();
  #latest: { readonly digest: string; readonly vocabulary: Vocabulary } | undefined;

  /** @param directory absolute path, made when it is needed. */
  constructor(directory: string, server: () => VocabularyServer | undefined) {
    this.#directory = directory;
    this.#server = server;
  }

  /** @returns at once; undefined while it is not known, and then it is asked for behind the scenes. */
  of(model: NamedModel): Vocabulary | undefined {
    const digest = model.digest.replace(/^sha256:/, "");
    if (!/^\w+$/.test(digest)) {
      return undefined;
    }
    if (this.#latest?.digest === digest) {
      return this.#latest.vocabulary;
    }
    const vocabulary = this.#read(digest);
    if (vocabulary !== undefined) {
      this.#latest = { digest, vocabulary };
    } else if (!this.#asked.has(digest)) {
      this.#asked.add(digest);
      void this.#ask(model.model, digest);
    }
    return vocabulary;
  }

  dispose(): void {
    this.#stop.abort();
  }

  #read(digest: string): Vocabulary | undefined {
    try {
      return Vocabulary.fromBytes(readFileSync(this.#file(digest)));
    } catch {
      return undefined; // there is none yet
    }
  }

  async #ask(model: string, digest: string): Promise<void> {
    try {
      const told = await this.#server()?.tokens(model, this.#stop.signal);
      const vocabulary = told && (await buildVocabulary(told));
      if (vocabulary !== undefined) {
        this.#latest = { digest, vocabulary };
        this.#keep(digest, vocabulary);
      }
    } catch {
      // whatever is wrong with the server, the question that is being asked meets it as well, and says so
    }
  }

  #keep(digest: string, vocabulary: Vocabulary): void {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const draft = join(this.#directory, `draft-${process.pid}`);
    writeFileSync(draft, vocabulary.toBytes(), { mode: 0o600 });
    renameSync(draft, this.#file(digest));
    const files = readdirSync(this.#directory).map((name) => join(this.#directory, name));
    const ages = files.map((file) => ({ file, at: statSync(file).mtimeMs })).toSorted((a, b) => b.at - a.at);
    for (const { file } of ages.slice(MOST_ON_DISK)) {
      rmSync(file);
    }
  }

  #file(digest: string): string {
    return join(this.#directory, `${digest}${ENDING}`);
  }
}
