/** Words, numbers and durations in the user's language, which the host writes into `<html lang>`. */

import type { PanelStrings } from "../protocol/webview";
import { PANEL_STRINGS, type PluralKey, type StringKey } from "./strings";

export interface Translate {
  /** The string with `{0}`, `{1}` replaced. */
  text(key: StringKey, ...values: readonly (string | number)[]): string;
  /** The string for a count, which is `{0}`. */
  plural(key: PluralKey, count: number): string;
  number(value: number): string;
  /** `8.2K` */
  compact(value: number): string;
  /** @param share from 0 to 1 */
  percent(share: number): string;
  /** `4.2`: seconds with one decimal below ten. */
  seconds(ms: number): string;
  /** `40 sec`, `3 min`: rounded as an estimate deserves. */
  duration(ms: number): string;
}

/**
 * @param table translated strings; a key it lacks stays English.
 * @param language a BCP 47 tag such as `es`; one that the browser does not know stands for English.
 */
export function createTranslate(table: PanelStrings, language: string): Translate {
  const locale = knownLocale(language);
  const plurals = new Intl.PluralRules(locale);
  const format = (options: Intl.NumberFormatOptions) => {
    const formatter = new Intl.NumberFormat(locale, options);
    return (value: number) => formatter.format(value);
  };
  const number = format({});
  const seconds = format({ style: "unit", unit: "second", unitDisplay: "short", maximumFractionDigits: 0 });
  const minutes = format({ style: "unit", unit: "minute", unitDisplay: "short", maximumFractionDigits: 0 });
  const short = format({ maximumFractionDigits: 1 });

  const text = (key: StringKey, ...values: readonly (string | number)[]) =>
    fill(table[key] ?? PANEL_STRINGS[key], values);
  return {
    text,
    plural: (key, count) => text(`${key}.${plurals.select(count) === "one" ? "one" : "other"}`, number(count)),
    number,
    compact: format({ notation: "compact", maximumFractionDigits: 1 }),
    percent: (share) => format({ style: "percent", maximumFractionDigits: 0 })(Math.floor(share * 100) / 100),
    seconds: (ms) => (ms < 10_000 ? short(ms / 1000) : number(Math.round(ms / 1000))),
    duration: (ms) => (ms < 90_000 ? seconds(roundUp(ms / 1000)) : minutes(ms / 60_000)),
  };
}

/** Replaces `{0}`, `{1}`; what a value itself holds is never read as a placeholder. */
function fill(template: string, values: readonly (string | number)[]): string {
  return template.replace(/\{(\d)\}/g, (placeholder, index: string) => String(values[Number(index)] ?? placeholder));
}

/** Seconds to the next 5, so that a countdown is calm. */
function roundUp(seconds: number): number {
  return Math.max(5, Math.ceil(seconds / 5) * 5);
}

function knownLocale(language: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language)[0] ?? "en";
  } catch {
    return "en"; // not a language tag at all: a RangeError
  }
}
