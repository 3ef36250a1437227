/** Lists the chats of this workspace, to go on with one or to delete it. */

import * as vscode from "vscode";
import { l10n } from "vscode";
import type { Chat } from "./chat";
import type { ChatStore } from "./chatStore";

interface ChatItem extends vscode.QuickPickItem {
  readonly chat: Chat;
}

/** @returns the chosen chat. A chat that is deleted meanwhile is gone for good. */
export async function pickChat(store: ChatStore, onDelete: (id: string) => void): Promise<Chat | undefined> {
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: l10n.t("Delete Chat") };
  const pick = vscode.window.createQuickPick<ChatItem>();
  pick.title = l10n.t("Chats of this workspace");
  pick.placeholder = l10n.t("Choose a chat to go on with");
  pick.items = (await store.list()).map((chat) => chatItem(chat, remove));
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(async ({ item }) => {
      pick.items = pick.items.filter(({ chat }) => chat.id !== item.chat.id);
      onDelete(item.chat.id);
      await store.delete(item.chat.id);
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.chat);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function chatItem(chat: Chat, remove: vscode.QuickInputButton): ChatItem {
  const question = chat.turns[0]?.question ?? "";
  const date = new Intl.DateTimeFormat(vscode.env.language, { dateStyle: "medium", timeStyle: "short" });
  const turns = chat.turns.length === 1 ? l10n.t("1 question") : l10n.t("{0} questions", chat.turns.length);
  return {
    label: question.replace(/\s+/g, " ").slice(0, 120),
    description: `${date.format(chat.updatedAt)} · ${turns}`,
    buttons: [remove],
    chat,
  };
}
