/** Where a chunk is: the version of a file, and its position in it. */

export interface ChunkPlace {
  readonly fileId: number;
  readonly ordinal: number;
}

/** @returns equal texts for one place, and others for others. */
export function placeKey({ fileId, ordinal }: ChunkPlace): string {
  return `${fileId}:${ordinal}`;
}
