/**
 * Whether a question is in English, as the words of nearly all code are.
 *
 * Only told well enough to leave a question in another language unjudged: its words need not stand in the files that
 * answer it.
 */

import { looksSpanish } from "../query/spanish/looksSpanish";

/** Words that carry the grammar of French, German, Portuguese, Italian or Dutch and are no English word. */
const OTHER_GRAMMAR =
  /(?:^|\s)(?:le|les|des|du|est|une|dans|pour|quel|quelle|comment|où|der|das|und|ist|wird|wie|wo|eine|nicht|como|onde|qual|uma|não|são|che|della|dove|come si|il|een|het|hoe|waar|wordt)(?=$|[\s?!.,])/iu;

export function looksEnglish(question: string): boolean {
  const hasOtherLetters = /[^\p{ASCII}\p{P}\p{S}\s]/u.test(question);
  return !hasOtherLetters && !looksSpanish(question) && !OTHER_GRAMMAR.test(question);
}
