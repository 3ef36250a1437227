/**
 * Checks what the webview sends.
 *
 * The webview renders text that a model wrote, so it is the less trusted side: it names turns and numbers only, never
 * a path, and what the protocol does not know is dropped.
 */

import * as v from "valibot";
import type { ToHost } from "../../protocol/webview";
import { PANEL_ACTIONS } from "./panelActions";

/** Far more than anybody may ask: the engine says "too long" in words, which is better than silence. */
const LONGEST_QUESTION = 1_000_000;

const turnId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

const toHostSchema = v.variant("type", [
  v.strictObject({ type: v.literal("ready") }),
  v.strictObject({ type: v.literal("writing") }),
  v.strictObject({ type: v.literal("ask"), question: v.pipe(v.string(), v.maxLength(LONGEST_QUESTION)) }),
  v.strictObject({ type: v.literal("stop") }),
  v.strictObject({ type: v.literal("retry") }),
  v.strictObject({ type: v.literal("continue") }),
  v.strictObject({ type: v.literal("newChat") }),
  v.strictObject({
    type: v.literal("openSource"),
    turnId,
    n: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(999)),
    toSide: v.boolean(),
  }),
  v.strictObject({ type: v.literal("copyAnswer"), turnId }),
  v.strictObject({ type: v.literal("openExternal"), url: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048)) }),
  v.strictObject({ type: v.literal("act"), action: v.picklist(PANEL_ACTIONS) }),
]) satisfies v.GenericSchema<unknown, ToHost>;

/** @returns the checked message, or undefined for anything the protocol does not know. */
export function parseToHost(raw: unknown): ToHost | undefined {
  const result = v.safeParse(toHostSchema, raw);
  return result.success ? result.output : undefined;
}
