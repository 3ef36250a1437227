/** Which chat this workspace had open, so that a window that is loaded again goes on with it. */

import type { Memento } from "vscode";
import type { Chat } from "./chat";
import type { ChatSession } from "./chatSession";
import type { ChatStore } from "./chatStore";

const KEY = "cloister.openChat";

export class OpenChats {
  readonly #store: ChatStore;
  readonly #memory: Memento;

  constructor(store: ChatStore, memory: Memento) {
    this.#store = store;
    this.#memory = memory;
  }

  /** Keeps a chat as it is now. */
  save(chat: Chat): void {
    this.#store.save(chat);
    this.remember(chat.id);
  }

  /** @param id undefined for an empty chat. */
  remember(id: string | undefined): void {
    if (this.#memory.get(KEY) !== id) {
      void this.#memory.update(KEY, id);
    }
  }

  /** Goes on with the chat of before, unless a question was asked meanwhile. @returns true when there was one. */
  async restore(session: ChatSession): Promise<boolean> {
    const id = this.#memory.get<string>(KEY);
    const chat = id === undefined ? undefined : await this.#store.load(id);
    if (chat === undefined || session.turns.length > 0) {
      return false;
    }
    session.open(chat);
    return true;
  }
}
