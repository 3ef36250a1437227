/**
 * As much of VS Code's API as activating the extension needs, for tests that bundle the extension with this in its place.
 * It knows what was registered or made and not yet disposed of.
 */

import manifest from "../../package.json";

/** How many of each thing live, by the name of what made it. */
export const living = new Map<string, number>();

/** What the window has: one folder, and settings that differ from the defaults. */
export const opened = { folder: "", settings: {} as Record<string, unknown> };

class Disposable {
  readonly #end: () => void;

  constructor(end: () => void) {
    this.#end = end;
  }

  static from(...items: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => items.forEach((item) => item.dispose()));
  }

  dispose(): void {
    this.#end();
  }
}

/** A thing that is counted until it is disposed of, with other members beside. */
function made<T extends object>(name: string, members: T): T & Disposable {
  living.set(name, (living.get(name) ?? 0) + 1);
  let isLiving = true;
  const dispose = () => {
    if (isLiving) {
      isLiving = false;
      living.set(name, (living.get(name) ?? 0) - 1);
    }
  };
  return Object.assign(new Disposable(dispose), members);
}

const registration = (name: string) => () => made(name, {});
const ignored = () => undefined;

class Uri {
  readonly scheme = "file";

  constructor(readonly fsPath: string) {}

  static file(path: string): Uri {
    return new Uri(path);
  }

  static joinPath(base: Uri, ...names: readonly string[]): Uri {
    return new Uri([base.fsPath, ...names].join("/"));
  }
}

class Words {
  constructor(readonly value: string) {}
}

class TabInputText {}

type SettingKey = keyof typeof manifest.contributes.configuration.properties;

const defaultOf = (key: string): unknown => manifest.contributes.configuration.properties[key as SettingKey].default;

const configuration = {
  get: (key: string) => opened.settings[key] ?? defaultOf(key),
  inspect: (key: string) => ({ defaultValue: defaultOf(key) }),
};

export const window = {
  createOutputChannel: (name: string) =>
    made(`output channel ${name}`, { info: ignored, warn: ignored, error: ignored }),
  createStatusBarItem: () => made("status bar item", { show: ignored, hide: ignored }),
  registerWebviewViewProvider: registration("webview view provider"),
  onDidChangeWindowState: registration("window.onDidChangeWindowState"),
  showWarningMessage: () => Promise.resolve(undefined),
  tabGroups: { all: [], onDidChangeTabs: registration("window.tabGroups.onDidChangeTabs") },
};

export const workspace = {
  isTrusted: true,
  get workspaceFolders() {
    return [{ uri: Uri.file(opened.folder), name: "folder", index: 0 }];
  },
  textDocuments: [],
  getConfiguration: () => configuration,
  createFileSystemWatcher: () =>
    made("file system watcher", { onDidCreate: ignored, onDidChange: ignored, onDidDelete: ignored }),
  onDidChangeConfiguration: registration("workspace.onDidChangeConfiguration"),
  onDidChangeWorkspaceFolders: registration("workspace.onDidChangeWorkspaceFolders"),
  onDidGrantWorkspaceTrust: registration("workspace.onDidGrantWorkspaceTrust"),
  onDidSaveTextDocument: registration("workspace.onDidSaveTextDocument"),
  onDidCreateFiles: registration("workspace.onDidCreateFiles"),
  onDidDeleteFiles: registration("workspace.onDidDeleteFiles"),
  onDidRenameFiles: registration("workspace.onDidRenameFiles"),
};

export const commands = {
  registerCommand: (name: string) => made(`command ${name}`, {}),
  executeCommand: () => Promise.resolve(undefined),
};

export const languages = { registerCodeActionsProvider: registration("code actions provider") };
export const env = { language: "en", remoteName: undefined };
export const l10n = { t: (message: string) => message };
export const CodeActionKind = { RefactorRewrite: { append: (name: string) => name } };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export { Disposable, TabInputText, Uri, Words as MarkdownString, Words as RelativePattern, Words as ThemeColor };
