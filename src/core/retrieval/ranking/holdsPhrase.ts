/** Whether a text holds a phrase word for word, in letters of either case and any white space. */

export function holdsPhrase(text: string, phrase: string): boolean {
  return flat(text).includes(flat(phrase));
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").toLowerCase();
}
