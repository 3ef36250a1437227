/** The folders that an engine has open, each with its session. */

import type { WorkerFileScanner } from "../../adapters/files/workerFileScanner";
import { createWorkspaceFiles } from "../../adapters/files/workspaceFiles";
import type { WorkerFilePreparer } from "../../adapters/parsing/workerFilePreparer";
import { isForeign, locateIndex } from "../../adapters/store/indexDirectory";
import type { Clock } from "../../core/ports";
import { EngineError } from "../../domain/errors";
import type { IndexStatus } from "../../domain/indexStatus";
import { DEFAULT_FOLDER_SETTINGS } from "../../protocol/defaultSettings";
import type { FolderRef, FolderSettings } from "../../protocol/engine";
import type { Embeddings } from "../vectors/embeddings";
import { FolderSession } from "./folderSession";
import { isAsAsked, readIfSound } from "./folderSettingsFile";
import { IndexHandle } from "./indexHandle";

export interface FolderSessionsDeps {
  /** Where the indexes lie; undefined stands for the user's data folder. */
  readonly indexRoot: () => string | undefined;
  readonly preparer: WorkerFilePreparer;
  readonly scanner: WorkerFileScanner;
  readonly embeddings: Embeddings;
  readonly clock: Clock;
  readonly onStatus: (status: IndexStatus) => void;
  readonly log: (level: "info" | "warn" | "error", message: string) => void;
}

export interface SearchableSessions {
  readonly sessions: readonly FolderSession[];
  /** False if a folder was left out. */
  readonly areAll: boolean;
}

export class FolderSessions {
  readonly #deps: FolderSessionsDeps;
  readonly #sessions = new Map<string, FolderSession>();

  constructor(deps: FolderSessionsDeps) {
    this.#deps = deps;
  }

  open(): readonly FolderSession[] {
    return [...this.#sessions.values()];
  }

  /**
   * The sessions to search: of several, one that cannot be read is left out, so that it keeps nobody from the others.
   *
   * @param isMadeFirst true where an index that is missing is made before the search.
   * @throws {EngineError} as `of`, and as `FolderSession.read` where none of several can be read.
   */
  async searchable(folders: readonly FolderRef[], isMadeFirst: boolean): Promise<SearchableSessions> {
    const [single, ...others] = folders;
    if (single !== undefined && others.length === 0) {
      return { sessions: [await this.of(single)], areAll: true };
    }
    const found = await Promise.allSettled(folders.map((folder) => this.#readable(folder, isMadeFirst)));
    const sessions = found.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const reasons = found.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    for (const reason of reasons) {
      if (sessions.length === 0 || !(reason instanceof EngineError)) {
        throw reason;
      }
      this.#deps.log("warn", `a folder is left out of a search: ${JSON.stringify(reason.detail)}`);
    }
    return { sessions, areAll: reasons.length === 0 };
  }

  async #readable(folder: FolderRef, isMadeFirst: boolean): Promise<FolderSession> {
    const session = await this.of(folder);
    try {
      await session.read(async () => undefined);
    } catch (error) {
      if (!(isMadeFirst && error instanceof EngineError && error.detail.code === "index-missing")) {
        throw error;
      }
    }
    return session;
  }

  /**
   * The session of this folder, begun where there is none, and anew where its settings have changed.
   *
   * @throws {EngineError} `folder-…`, `index-misplaced`.
   */
  async of({ folder, settings = {} }: FolderRef): Promise<FolderSession> {
    const existing = this.#sessions.get(folder);
    if (existing?.hasSettings(settings)) {
      return existing;
    }
    const created = this.#create(folder, settings);
    this.#sessions.set(folder, created);
    await existing?.dispose();
    return created;
  }

  async end(folder: string): Promise<void> {
    const session = this.#sessions.get(folder);
    this.#sessions.delete(folder);
    await session?.dispose();
  }

  async close(): Promise<void> {
    const sessions = this.open();
    this.#sessions.clear();
    await Promise.all(sessions.map((session) => session.dispose()));
  }

  #create(folder: string, asked: Partial<FolderSettings>): FolderSession {
    const { embeddings, clock, log, onStatus } = this.#deps;
    const location = locateIndex(folder, this.#deps.indexRoot());
    const kept = isForeign(location) ? undefined : readIfSound(location.indexDir);
    const settings = { ...DEFAULT_FOLDER_SETTINGS, ...kept, ...asked };
    const files = createWorkspaceFiles({
      folder: location.folder,
      ...settings,
      onNotice: (notice) => log("info", `${folder}: ${notice}`),
    });
    const read = { folder: location.folder, maxFileKiB: settings.maxFileKiB };
    const preparer = this.#deps.preparer.forFolder(read);
    const handle = new IndexHandle({ location, files, preparer, clock, log });
    const session = new FolderSession({
      folder,
      settings,
      settingsAskedFor: asked,
      handle,
      files,
      preparer,
      scanner: this.#deps.scanner.forFolder(read),
      embeddings,
      clock,
      onStatus,
      log,
    });
    if (kept === undefined || !isAsAsked(kept, settings)) {
      session.unindexed.suspect(); // what an index of before holds may be left out now
    }
    return session;
  }
}
