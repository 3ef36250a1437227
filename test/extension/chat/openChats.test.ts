import { expect, test } from "vitest";
import type { Chat, Turn } from "../../../src/extension/chat/chat";
import { ChatSession } from "../../../src/extension/chat/chatSession";
import { ChatStore } from "../../../src/extension/chat/chatStore";
import { OpenChats } from "../../../src/extension/chat/openChats";
import { FakeEngineClient } from "../../support/fakeEngineClient";

const turn = { turnId: "t", question: "why?", state: "done", text: "", thinking: "", sources: [] } as unknown as Turn;
const chat: Chat = { format: 1, id: "old", updatedAt: 0, turns: [turn] };

class OneChat extends ChatStore {
  constructor() {
    super({ directory: undefined, onProblem: () => expect.unreachable() });
  }

  override load(id: string): Promise<Chat | undefined> {
    return Promise.resolve(id === chat.id ? chat : undefined);
  }
}

/** A window whose workspace remembers that this chat was open. */
function openWindow(remembered: string | undefined) {
  const values = new Map<string, unknown>([["cloister.openChat", remembered]]);
  const memory = {
    keys: () => [...values.keys()],
    get: <T>(key: string) => values.get(key) as T,
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
  const chats = new OpenChats(new OneChat(), memory);
  const session = new ChatSession({
    engine: new FakeEngineClient(),
    askContext: () => ({ folders: [], unsaved: [] }),
    words: {
      failed: () => expect.unreachable(),
      withoutModel: () => expect.unreachable(),
      nothingFound: () => expect.unreachable(),
      nothingSolid: () => expect.unreachable(),
    },
    folderName: () => undefined,
    save: (saved) => chats.save(saved),
    onFailure: () => undefined,
    newId: () => "new",
    now: () => 0,
  });
  return { chats, session, open: () => values.get("cloister.openChat") };
}

test("a window that is loaded again goes on with its chat", async () => {
  const { chats, session } = openWindow("old");
  expect(await chats.restore(session)).toBe(true);
  expect(session.turns.map(({ question }) => question)).toEqual(["why?"]);
});

test.each([{ remembered: undefined }, { remembered: "deleted" }])(
  "$remembered is no chat to go on with",
  async (old) => {
    const { chats, session } = openWindow(old.remembered);
    expect(await chats.restore(session)).toBe(false);
    expect(session.turns).toEqual([]);
  },
);

test("a question that was asked meanwhile is not lost to the chat of before", async () => {
  const { chats, session, open } = openWindow("old");
  const restoring = chats.restore(session);
  void session.ask("now?");
  expect(await restoring).toBe(false);
  expect(session.turns.map(({ question }) => question)).toEqual(["now?"]);
  expect(open()).toBe("new");
});

test("a new chat is remembered as none", () => {
  const { chats, open } = openWindow("old");
  chats.remember(undefined);
  expect(open()).toBeUndefined();
});
