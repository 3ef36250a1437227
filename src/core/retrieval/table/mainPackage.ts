/**
 * The package that the folder is called after: `axum/axum`, `flask/src/flask`. Where most of the code lies in it, what lies
 * beside it (other packages, tools, settings) answers less often.
 */

/** The package holds at least this share of the chunks of code; with less it is one package among others. */
const LEAST_SHARE = 0.6;

/** Chunks of code in the package and beside it. */
export interface KeptMainPackage {
  readonly within: number;
  readonly beside: number;
}

export class MainPackage {
  readonly #names: ReadonlySet<string>;
  #within: number;
  #beside: number;

  /**
   * @param folderName also with an ending that its package lacks: `lazy` is the package of `lazy.nvim`.
   * @param kept what `toKept` gave, of a folder of the same name.
   */
  constructor(folderName: string, { within, beside }: KeptMainPackage = { within: 0, beside: 0 }) {
    this.#within = within;
    this.#beside = beside;
    this.#names = new Set([fold(folderName), fold(folderName.split(/[-._]/)[0] ?? "")].filter(Boolean));
  }

  toKept(): KeptMainPackage {
    return { within: this.#within, beside: this.#beside };
  }

  /** @param chunks of code. */
  add(path: string, chunks: number): void {
    this.#count(path, chunks);
  }

  /** @param chunks as when it was added. */
  remove(path: string, chunks: number): void {
    this.#count(path, -chunks);
  }

  /** True for a file beside the package; for none where there is no such package. */
  isBeside(path: string): boolean {
    const isMain = this.#within > 0 && this.#within >= LEAST_SHARE * (this.#within + this.#beside);
    return isMain && !this.#holds(path);
  }

  #holds(path: string): boolean {
    return path.split("/").some((part, at, parts) => at < parts.length - 1 && this.#names.has(fold(part)));
  }

  #count(path: string, chunks: number): void {
    if (this.#holds(path)) {
      this.#within += chunks;
    } else {
      this.#beside += chunks;
    }
  }
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}
