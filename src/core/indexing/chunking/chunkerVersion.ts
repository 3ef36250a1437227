/**
 * Part of an index's identity: raised whenever the same file would be cut otherwise, so that an index never mixes the
 * chunks of two chunkers.
 */
export const CHUNKER_VERSION = 2;
