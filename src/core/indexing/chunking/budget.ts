/**
 * How large chunks are, in the units of `sourceLines.ts` (about characters).
 *
 * 1,500 is about 500 tokens of code. Most embedding models see 512, and some that claim more stop far below it; and
 * windows of 50 lines are what plain search does best with. So a chunk that holds more than one line fits an embedder
 * whole. A single line may be longer: it is one chunk all the same, and whoever embeds it cuts what it sends.
 *
 * On the public code-search benchmark these numbers hardly matter: 1,000 to 2,200 for the largest chunk and 600 to 1,500
 * for joined ones all score within 0.005 of each other. So they are chosen for what a person reads: a citation is about
 * a screenful.
 */

/** Nothing is joined beyond this. */
export const MAX_CHUNK_COST = 1500;

/** Except what says nothing alone: a closing brace, a heading, the first line of a class. */
export const HARD_CHUNK_COST = 1700;
export const TINY_COST = 85;

/** A definition below this is joined with its neighbours, to no more than that; eight lines or so stand alone. */
export const SMALL_COST = 320;
export const JOINED_COST = 900;
