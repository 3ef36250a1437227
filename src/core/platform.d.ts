/**
 * All that the core may see of its platform: what every JavaScript platform has, and nothing with a clock, a network or
 * a file in it. The rest of the program takes these names from Node or the browser, so only `core/tsconfig.json` reads
 * this file.
 */

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: "abort", listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}

declare const AbortController: new () => AbortController;
declare const AbortSignal: { any(signals: readonly AbortSignal[]): AbortSignal };

interface DOMException extends Error {
  readonly code: number;
}

declare const DOMException: new (message?: string, name?: string) => DOMException;

interface URL {
  readonly href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  readonly host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
}

declare const URL: (new (
  url: string,
  base?: string | URL,
) => URL) & {
  parse(url: string, base?: string | URL): URL | null;
  canParse(url: string, base?: string | URL): boolean;
};

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean });
  decode(bytes: Uint8Array, options?: { readonly stream?: boolean }): string;
}
