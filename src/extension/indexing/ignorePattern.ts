/** Lines of an ignore file that mean exactly one file or folder. */

/**
 * @param path relative to the folder of the ignore file, with `/`.
 * @returns undefined for a name with a line end in it, which no ignore file can express.
 */
export function ignorePattern(path: string, isFolder: boolean): string | undefined {
  if (/[\r\n]/.test(path)) {
    return undefined;
  }
  const escaped = path.replace(/[\\*?[\]]/g, "\\$&").replace(/ +$/, (spaces) => "\\ ".repeat(spaces.length));
  return `/${escaped}${isFolder ? "/" : ""}`;
}

/** @returns the text of an ignore file with these lines added that it lacks; the same text when it lacks none. */
export function withPatterns(text: string, patterns: readonly string[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const present = new Set(text.split(/\r\n|\n/));
  const missing = [...new Set(patterns)].filter((pattern) => !present.has(pattern));
  const start = text === "" || text.endsWith("\n") ? text : `${text}${eol}`;
  return missing.length === 0 ? text : start + missing.map((pattern) => pattern + eol).join("");
}
