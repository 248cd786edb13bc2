// How probable the texts are under the model that wrote them: relaxing gives up likelihood, and this is how much.
import { EvaluateError } from "./errors.ts";
import type { Knowledge } from "./knowledge.ts";

/** An item's prompt as it was rendered for the answers. */
export interface ItemPrompt {
  readonly id: string;
  readonly tokens: Int32Array;
}

/** Of one arm, over the items that were scored: those of which every arm has an answer of at least one token. */
export interface Likelihood {
  readonly items: number;
  readonly tokens: number;
  /** Mean ln p of a token, in nats: Σ ln p ÷ tokens. */
  readonly perToken: number;
  /** The same of strict minus this arm, item by item, with the standard error of its mean over items. */
  readonly lost: { readonly mean: number; readonly error: number };
}

/** What is asked of the model that wrote the texts. */
export interface Scorer {
  readonly vocabularySize: number;
  /**
   * ln p of each token after the prompt; null if the model does not give it. `keptTokens` of the prompt are evaluated
   * already.
   */
  readonly score: (
    prompt: Int32Array,
    tokens: readonly number[],
    keptTokens: number,
  ) => Promise<Float64Array | null>;
  /** The text that tokens of this model spell. */
  readonly textOf: (tokens: readonly number[]) => string;
}

/**
 * Scores the texts of all arms for each prompt. Null if no item has the tokens of every arm, or the model can't score them.
 * @throws EvaluateError targetDiffers if the tokens are not this model's
 */
export async function measureLikelihood(
  { vocabularySize, score, textOf }: Scorer,
  prompts: readonly ItemPrompt[],
  arms: readonly Knowledge[],
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (share: number) => void },
): Promise<ReadonlyMap<string, Likelihood> | null> {
  const answered = prompts.filter(({ id }) => arms.every(({ tokens }) => (tokens.get(id)?.length ?? 0) > 0));
  const scored: Float64Array[][] = [];
  for (const [place, { id, tokens: prompt }] of answered.entries()) {
    const ofItem: Float64Array[] = [];
    for (const { path, tokens, texts } of arms) {
      signal.throwIfAborted();
      const given = tokens.get(id)!;
      const isOwn = given.every((token) => token < vocabularySize) && textOf(given) === texts.get(id);
      if (!isOwn) throw new EvaluateError({ tag: "targetDiffers", path, id });
      const keptTokens = ofItem.length === 0 ? 0 : prompt.length - 1;
      const scores = await score(prompt, given, keptTokens);
      if (scores === null) return null;
      ofItem.push(scores);
    }
    scored.push(ofItem);
    onProgress((place + 1) / answered.length);
  }
  if (scored.length === 0) return null;
  const strict = arms.findIndex(({ name }) => name === "strict");
  return new Map(arms.map(({ name }, at) => [name, likelihoodOf(scored, at, strict)]));
}

function likelihoodOf(scored: readonly (readonly Float64Array[])[], at: number, strict: number): Likelihood {
  const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
  const tokens = sum(scored.map((arms) => arms[at]!.length));
  const meanOf = (scores: Float64Array): number => sum(scores) / scores.length;
  const lost = scored.map((arms) => meanOf(arms[strict]!) - meanOf(arms[at]!));
  const mean = sum(lost) / lost.length;
  const variance = sum(lost.map((value) => (value - mean) ** 2)) / Math.max(1, lost.length - 1);
  return {
    items: scored.length,
    tokens,
    perToken: sum(scored.map((arms) => sum(arms[at]!))) / tokens,
    lost: { mean, error: Math.sqrt(variance / lost.length) },
  };
}
