/** What was done about an index that was not as it was written. */

export type IndexRepair =
  /** Vectors were broken and are made anew. */
  | { readonly kind: "vectors-set-aside" }
  /** The full-text index was broken or unknown, and was built anew from the rows. */
  | { readonly kind: "search-index-rebuilt" }
  /** The newest versions of the chunk table could not be opened; an earlier one serves. */
  | { readonly kind: "rolled-back"; readonly versions: number }
  /** The list of files was broken; what could be read of it was kept. */
  | { readonly kind: "manifest-salvaged" }
  /** What the index held of these files was broken; they are indexed again, and no others. */
  | { readonly kind: "files-dropped"; readonly paths: readonly string[] }
  /** It was of another version of this program, and sound for all that is known: all files are indexed again. */
  | { readonly kind: "outdated" }
  /** Nothing could be kept: all files are indexed again. */
  | { readonly kind: "rebuilt"; readonly problem: string };
