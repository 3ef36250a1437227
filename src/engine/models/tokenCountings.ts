/** How each model counts tokens: by its vocabulary where that is known, corrected by what its server counted. */

import type { TokenCounting } from "../../core/answering/tokens/tokenCounting";
import { estimateTokens } from "../../core/answering/tokens/tokenEstimate";
import type { Vocabulary } from "../../core/answering/tokens/vocabulary";
import type { LearntCounts } from "./learntCounts";
import type { NamedModel } from "./vocabularies";

export function countingOf(model: NamedModel, vocabulary: Vocabulary | undefined, learnt: LearntCounts): TokenCounting {
  const key = `${model.digest || model.model}${vocabulary === undefined ? " estimated" : ""}`;
  return {
    count: vocabulary === undefined ? estimateTokens : (text) => vocabulary.count(text),
    ...learnt.of(key),
    learn: (plainTokens, promptTokens) => learnt.learn(key, plainTokens, promptTokens),
  };
}
