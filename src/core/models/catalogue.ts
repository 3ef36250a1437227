/**
 * What is known of models by their names. The facts are data (`catalogue.json`, as of its `checkedOn`); what a server says
 * of a model that is installed counts before them.
 */

import catalogue from "./catalogue.json";
import { bareName } from "./modelName";

/** How the texts of one family of embedding models are to be worded; `{text}` and `{title}` stand for their parts. */
export interface EmbeddingFamily {
  readonly query: string;
  readonly document: string;
  /** Tokens of an input that the model really sees; undefined where nobody has said. */
  readonly usableTokens: number | undefined;
  readonly licence: string | undefined;
}

interface Listed {
  readonly name: string;
  readonly downloadBytes?: Readonly<Record<string, number>>;
}

interface ListedEmbedder extends Listed {
  readonly query: string;
  readonly document: string;
  readonly usableTokens?: number;
  readonly isMultilingual: boolean;
  readonly licence?: string;
}

/** Best first. A longer name comes before the one that it begins with. */
const EMBEDDERS: readonly ListedEmbedder[] = catalogue.embedding;

const UNKNOWN: EmbeddingFamily = {
  query: "{text}",
  document: "{title}\n{text}",
  usableTokens: undefined,
  licence: undefined,
};

/** @returns for a model that nobody listed: no prefix at all. */
export function embeddingFamily(model: string): EmbeddingFamily {
  const found = EMBEDDERS[embeddingRank(model)];
  return found === undefined ? UNKNOWN : { ...found, usableTokens: found.usableTokens, licence: found.licence };
}

/** Whether a model understands questions in other languages than English; undefined for a model that nobody listed. */
export function isMultilingual(model: string): boolean | undefined {
  return EMBEDDERS[embeddingRank(model)]?.isMultilingual;
}

/** Place in the order of preference, from 0; after all others for a model that nobody listed. */
export function embeddingRank(model: string): number {
  const place = EMBEDDERS.findIndex(({ name }) => name === bareName(model));
  return place < 0 ? EMBEDDERS.length : place;
}
