/** Why a file of the folder is not in the index. Each is worded for people by the surfaces. */
export const SKIP_REASONS = [
  "binary",
  "too-large",
  "generated",
  "minified",
  "lock-file",
  "secret",
  "outside-link",
  "not-a-file",
  "unreadable",
  "undecodable",
  "excluded",
  "parse-failed",
] as const;

export type SkipReason = (typeof SKIP_REASONS)[number];
