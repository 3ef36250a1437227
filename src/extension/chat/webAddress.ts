/** Links in an answer were written by a model: only plain web addresses are ever handed to the browser. */

/** @returns the address in normal form; undefined for anything but http and https, and for one with a user name in it. */
export function webAddress(text: string): string | undefined {
  if (!URL.canParse(text)) {
    return undefined;
  }
  const url = new URL(text);
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.username === "" && url.password === "" ? url.href : undefined;
}
