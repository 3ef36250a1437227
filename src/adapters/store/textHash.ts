/**
 * What a chunk's text is known by, so that equal texts are told to be equal.
 *
 * Half of a SHA-256 is plenty to tell texts apart and keeps the column small.
 */

import { hash } from "node:crypto";

const DIGITS = 32;

/** @returns 32 hexadecimal digits. */
export const textHash = (text: string): string => hash("sha256", text).slice(0, DIGITS);
