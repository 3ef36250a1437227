/**
 * The wire between the engine process and its clients: JSON-RPC over the Node IPC channel.
 *
 * Types only. Errors travel as `EngineErrorDetail` in the `data` of a JSON-RPC error; cancelling is the
 * protocol's own `$/cancelRequest`.
 */

import { NotificationType, RequestType } from "vscode-jsonrpc";
import type { Answer, ConversationSummary, SearchNotice, SearchResult, Source } from "../domain/answer";
import type { AvailableModel, ModelFit } from "../domain/availableModel";
import type { ChunkKind } from "../domain/chunk";
import type { DoctorReport } from "../domain/doctorReport";
import type { EngineErrorDetail } from "../domain/errors";
import type { FileReport, IndexProgress, IndexStatus, IndexSummary, Tier } from "../domain/indexStatus";
import type { LineRange } from "../domain/lines";
import type { SentRequest } from "../domain/sentRequest";

/** Changes with every change of this file that an older engine or client would misread. */
export const PROTOCOL_VERSION = 1;

/** Error code of a request that the engine itself cancelled, as a pause does; `RequestCancelled` of the language server protocol. */
export const REQUEST_CANCELLED = -32_800;

/** Settings of the machine: where data lies and where models answer. */
export interface EngineSettings {
  /** Holds one folder for each index; undefined for the user's data folder. */
  readonly indexRoot: string | undefined;
  readonly ollamaUrl: string;
  /** Allows an Ollama address that is not this machine. */
  readonly allowRemoteOllama: boolean;
  /** Never asks Ollama for anything. */
  readonly noOllama: boolean;
  /** Undefined: the best installed one is chosen. */
  readonly chatModel: string | undefined;
  /** Undefined: the best installed one is chosen. `NO_MODEL`: nothing is searched by meaning. */
  readonly embeddingModel: string | undefined;
  /** Tokens; an upper bound, the model's own limit may be lower. 0: as much as memory and model allow. */
  readonly contextWindow: number;
}

/** Settings of one folder: what is indexed. */
export interface FolderSettings {
  /** Patterns in the language of `.gitignore`, on top of the folder's own. */
  readonly exclude: readonly string[];
  readonly maxFileKiB: number;
}

export interface FolderRef {
  /** Absolute path. */
  readonly folder: string;
  /** What is not named is as the index was built last, else the default. */
  readonly settings: Partial<FolderSettings> | undefined;
}

export interface InitializeResult {
  readonly protocolVersion: number;
  readonly engineVersion: string;
  readonly pid: number;
}

/** Text of an editor that differs from the file on disk. */
export interface UnsavedText {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
}

export interface HistoryTurn {
  readonly question: string;
  readonly answer: string;
}

export interface Selection extends LineRange {
  readonly folder: string;
  readonly path: string;
  readonly text: string;
  /** The editor's language identifier. */
  readonly language: string;
}

export interface AskParams {
  readonly turnId: string;
  readonly folders: readonly FolderRef[];
  readonly question: string;
  /** What was said before `history`. */
  readonly earlier?: ConversationSummary | undefined;
  readonly history: readonly HistoryTurn[];
  /** Explain this: the first source, followed by what it uses and what uses it. */
  readonly selection: Selection | undefined;
  readonly unsaved: readonly UnsavedText[];
  /** Index a folder first that has no index, or a part of one that nobody is at work on; otherwise it is searched as it is. */
  readonly indexFirst: boolean;
  /** Asks the model even where nothing solid was found. */
  readonly anyway?: boolean;
  /** An answer that broke off, to be gone on with from the same sources; only what comes after it is streamed. */
  readonly begun?:
    | { readonly text: string; readonly sources: readonly Source[]; readonly notice?: SearchNotice | undefined }
    | undefined;
}

/** A conversation that goes on, oldest turn first. */
export interface SummariseParams {
  readonly earlier: ConversationSummary | undefined;
  readonly history: readonly HistoryTurn[];
}

export type AskEvent =
  | { readonly type: "indexing"; readonly folder: string; readonly progress: IndexProgress }
  | { readonly type: "searching" }
  /** Found, before the model has written anything; comes again, in place of the first, when fewer fit than was thought. */
  | { readonly type: "sources"; readonly sources: readonly Source[]; readonly notice?: SearchNotice | undefined }
  | { readonly type: "loading-model"; readonly model: string }
  | { readonly type: "thinking"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  /** The server cut the prompt: what was written so far is void, the answer starts again with fewer sources. */
  | { readonly type: "restart" };

export interface SearchParams {
  readonly folders: readonly FolderRef[];
  readonly query: string;
  readonly limit: number;
  /** Whether each result says how its score came about. */
  readonly explain?: boolean;
  /** Whether an index that nobody follows is brought up to date first, as far as that can be done at once. */
  readonly indexFirst?: boolean;
  /** Milliseconds that a model may take to embed the query, after which words have to do; by default 300. */
  readonly patienceMs?: number;
}

export interface SearchResponse {
  readonly query: string;
  readonly tier: Tier;
  readonly results: readonly SearchResult[];
  readonly notice: SearchNotice | undefined;
}

/** Names of the folder's own that make good first questions; the surfaces put them into words. */
export interface ExampleSubjects {
  /** Path of the README at the top. */
  readonly readme: string | undefined;
  /** A type or function that is defined once. */
  readonly symbol: string | undefined;
  /** The directory that holds most of the code. */
  readonly directory: string | undefined;
  /** Path of a test. */
  readonly test: string | undefined;
}

export interface ChunkReport extends LineRange {
  readonly kind: ChunkKind;
  readonly symbol: string | undefined;
  readonly enclosing: readonly string[];
  readonly language: string;
}

export interface ModelReport {
  readonly url: string;
  readonly models: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly isRemote: boolean;
    readonly canChat: boolean;
    readonly canEmbed: boolean;
    /** Whether an embedding model understands questions in other languages than English; undefined where nobody has said. */
    readonly isMultilingual: boolean | undefined;
    readonly parameterSize: string;
    /** The one that answers now. */
    readonly isChosen: boolean;
    /** The one that makes vectors now. */
    readonly isEmbedder: boolean;
    /** Undefined where the memory of the machine it runs on is not known. */
    readonly fit: ModelFit | undefined;
  }[];
  /** What could be installed; those of the catalogue that are not. */
  readonly available: readonly AvailableModel[];
  /** Of the machine that models run on; undefined for another one than this. */
  readonly memoryBytes: number | undefined;
  /** Where that machine keeps models. */
  readonly freeDiskBytes: number | undefined;
  readonly problem: EngineErrorDetail | undefined;
}

/** How far the download of a model is. */
export interface PullEvent {
  readonly model: string;
  readonly completedBytes: number;
  readonly totalBytes: number;
}

/** Where the text of a citation stands now. */
export interface LocateParams extends LineRange {
  readonly folder: string;
  readonly path: string;
  /** The cited text, as it stood in the prompt. */
  readonly text: string;
  readonly unsaved: UnsavedText | undefined;
}

export interface LocateResult extends LineRange {
  readonly state: "current" | "moved" | "changed" | "gone";
}

type Request<P, R> = RequestType<P, R, EngineErrorDetail>;
const request = <P, R>(method: string): Request<P, R> => new RequestType<P, R, EngineErrorDetail>(method);

export const requests = {
  initialize: request<{ readonly protocolVersion: number; readonly settings: EngineSettings }, InitializeResult>(
    "initialize",
  ),
  configure: request<{ readonly settings: EngineSettings }, null>("configure"),
  /** Starts following a folder: the engine takes the writer's place when it is free and brings the index up to date. */
  follow: request<
    {
      readonly folder: FolderRef;
      /** Relative to the folder: what is open in the editor is indexed first. */
      readonly openPaths?: readonly string[];
    },
    IndexStatus
  >("follow"),
  unfollow: request<{ readonly folder: string }, null>("unfollow"),
  /**
   * Brings the index up to date and answers when it is.
   *
   * With `vectors`, when every chunk has its vector as well; else they are filled in afterwards, in folders that are followed.
   */
  index: request<{ readonly folder: FolderRef; readonly rebuild: boolean; readonly vectors?: boolean }, IndexSummary>(
    "index",
  ),
  /** Says that these files or folders may have changed; answers when the index holds them as they are. */
  update: request<{ readonly folder: string; readonly paths: readonly string[] }, IndexSummary>("update"),
  /** Says which files someone has open, the one in front first: they get their vectors first. */
  prefer: request<{ readonly folder: string; readonly paths: readonly string[] }, null>("prefer"),
  /** Fills in vectors behind the scenes, also where that replaces those of another model (`asking`). */
  embed: request<{ readonly folder: string }, null>("embed"),
  pause: request<{ readonly folder: string }, null>("pause"),
  resume: request<{ readonly folder: string }, null>("resume"),
  status: request<{ readonly folder: FolderRef }, IndexStatus>("status"),
  files: request<{ readonly folder: FolderRef }, { readonly files: readonly FileReport[] }>("files"),
  chunks: request<
    { readonly folder: FolderRef; readonly path: string },
    { readonly path: string; readonly lines: number; readonly chunks: readonly ChunkReport[] }
  >("chunks"),
  /** Checks the index, repairs what is damaged in it, and reports on it and on the machine. */
  doctor: request<{ readonly folder: FolderRef }, DoctorReport>("doctor"),
  search: request<SearchParams, SearchResponse>("search"),
  examples: request<{ readonly folder: FolderRef }, ExampleSubjects>("examples"),
  ask: request<AskParams, Answer>("ask"),
  /**
   * Sums up all but the last turn, behind the scenes; to be cancelled when the person asks again.
   *
   * Answers null where everything fits into a prompt as it is, and where no summary came about.
   */
  summarise: request<SummariseParams, string | null>("summarise"),
  locate: request<LocateParams, LocateResult>("locate"),
  models: request<Record<string, never>, ModelReport>("models"),
  /** Answers once the model is installed; cancelling it is a pause, after which the same request goes on. */
  pullModel: request<{ readonly model: string }, null>("pullModel"),
  deleteModel: request<{ readonly model: string }, null>("deleteModel"),
  shutdown: request<Record<string, never>, null>("shutdown"),
} as const;

export const notifications = {
  /** For every folder that is followed, whenever its status changes; at most a few times a second. */
  status: new NotificationType<IndexStatus>("status"),
  ask: new NotificationType<{ readonly turnId: string; readonly event: AskEvent }>("ask"),
  /** Every request to Ollama, once it has ended. */
  sentRequest: new NotificationType<SentRequest>("sentRequest"),
  pull: new NotificationType<PullEvent>("pull"),
  /** The engine holds more memory than it may, answers no request and would best be started anew. */
  outgrown: new NotificationType<{ readonly bytes: number }>("outgrown"),
  log: new NotificationType<{ readonly level: "info" | "warn" | "error"; readonly message: string }>("log"),
} as const;
