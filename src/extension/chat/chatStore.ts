/**
 * Keeps chats in files, one for each, in the storage that the editor gives to this workspace.
 *
 * A file is replaced in one step, so a window that is killed loses at most the last second; one damaged file is moved
 * aside and hides no other.
 */

import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CHAT_FORMAT, type Chat, chatToJson, parseChat } from "./chat";

export interface ChatStoreOptions {
  /** Absolute path, made when it is needed; undefined where the window has no workspace, and nothing is kept. */
  readonly directory: string | undefined;
  readonly onProblem: (what: string, error: unknown) => void;
}

/** Time between two writes of a chat that keeps changing. */
const WRITE_EVERY_MS = 1_000;
const MOST_CHATS = 50;
const EXTENSION = ".json";

export class ChatStore {
  readonly #directory: string | undefined;
  readonly #onProblem: ChatStoreOptions["onProblem"];
  /** Chats that changed since they were written, by id. */
  readonly #unwritten = new Map<string, Chat>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor({ directory, onProblem }: ChatStoreOptions) {
    this.#directory = directory;
    this.#onProblem = onProblem;
  }

  save(chat: Chat): void {
    if (this.#directory !== undefined && chat.turns.length > 0) {
      this.#unwritten.set(chat.id, chat);
      this.#timer ??= setTimeout(() => void this.flush(), WRITE_EVERY_MS);
    }
  }

  /** Writes what is not yet written; a failure is reported and never thrown. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#writeAll());
    return this.#writing;
  }

  /** @returns undefined where there is no such chat, or none that can be read. */
  async load(id: string): Promise<Chat | undefined> {
    await this.flush();
    return this.#read(id);
  }

  /** All chats, the newest first. */
  async list(): Promise<Chat[]> {
    await this.flush();
    const chats = await Promise.all((await this.#ids()).map((id) => this.#read(id)));
    return chats.filter((chat) => chat !== undefined).sort((a, b) => b.updatedAt - a.updatedAt);
  }

  async delete(id: string): Promise<void> {
    this.#unwritten.delete(id);
    await this.flush();
    await rm(this.#file(id), { force: true });
  }

  async #writeAll(): Promise<void> {
    for (const [id, chat] of this.#unwritten) {
      this.#unwritten.delete(id);
      try {
        await this.#write(chat);
      } catch (error) {
        this.#onProblem("A chat could not be kept.", error);
      }
    }
  }

  async #write(chat: Chat): Promise<void> {
    const directory = this.#directory ?? "";
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    const temporary = `${this.#file(chat.id)}.tmp`;
    await writeFile(temporary, chatToJson(chat), { mode: 0o600, flush: true });
    await rename(temporary, this.#file(chat.id));
    await this.#dropOldest();
  }

  async #dropOldest(): Promise<void> {
    const ids = await this.#ids();
    if (ids.length <= MOST_CHATS) {
      return;
    }
    const files = ids.map((id) => this.#file(id));
    const ages = await Promise.all(files.map(async (file) => ({ file, mtimeMs: (await stat(file)).mtimeMs })));
    const tooMany = ages.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(MOST_CHATS);
    await Promise.all(tooMany.map(({ file }) => rm(file, { force: true })));
  }

  async #read(id: string): Promise<Chat | undefined> {
    const json = await this.#readFile(id);
    if (json === undefined) {
      return undefined;
    }
    try {
      return parseChat(json);
    } catch (error) {
      if (!isNewer(json)) {
        this.#onProblem(`The chat ${id} is damaged and was moved aside.`, error);
        await rename(this.#file(id), `${this.#file(id)}.damaged`);
      }
      return undefined;
    }
  }

  async #readFile(id: string): Promise<string | undefined> {
    if (this.#directory === undefined) {
      return undefined;
    }
    try {
      return await readFile(this.#file(id), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        this.#onProblem(`The chat ${id} cannot be read.`, error);
      }
      return undefined;
    }
  }

  async #ids(): Promise<string[]> {
    if (this.#directory === undefined) {
      return [];
    }
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#directory);
    return names.filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length));
  }

  #file(id: string): string {
    return join(this.#directory ?? "", `${id}${EXTENSION}`);
  }
}

/** Written by a later version: not damaged, only not for us. */
function isNewer(json: string): boolean {
  try {
    const { format } = JSON.parse(json) as { readonly format?: unknown };
    return typeof format === "number" && format > CHAT_FORMAT;
  } catch {
    return false;
  }
}
