// How many tokens of an offered draft are expected to be accepted, and what the outcome teaches about the next offer. A
// chain is judged by the hidden Markov model; in a tree the model follows its principal chain, and the other branches
// are scaled by the same factor.
import { AcceptanceHmm, type StatedProbabilities } from "./acceptanceHmm.ts";
import { EMPTY_DRAFT, isChain, type Draft } from "../draft.ts";
import type { TokenId } from "../target.ts";

/** Bounds of a tree's scale: a short principal chain is weak evidence about wide branches. */
const MIN_SCALE = 0.25;
const MAX_SCALE = 2;

/** Per step: `expectAccepted` with the offered draft, then `observe` with what was committed. */
export class Expectation {
  private readonly hmm = new AcceptanceHmm();
  private tokens: ArrayLike<TokenId> = EMPTY_DRAFT.tokens;
  /** The offered chain, or the principal chain of the offered tree. */
  private chain: StatedProbabilities = EMPTY_DRAFT;
  private chainExpected = new Float64Array(0);

  /**
   * Writes, for each n from 0 to the draft's length, how many of its first n tokens are expected to be accepted: in a
   * tree the expected length of the kept path, Σ of the probabilities that a node and all before it are kept.
   */
  expectAccepted(draft: Draft, expected: Float64Array): void {
    if (isChain(draft)) {
      this.tokens = draft.tokens;
      this.chain = draft;
      this.hmm.expectAccepted(draft, expected);
      return;
    }
    const indices = principalChain(draft);
    this.tokens = indices.map((index) => draft.tokens[index]!);
    const stated = Float64Array.from(indices, (index) => draft.acceptanceProbabilities[index]!);
    this.chain = { length: stated.length, acceptanceProbabilities: stated };
    if (this.chainExpected.length <= stated.length) this.chainExpected = new Float64Array(stated.length + 1);
    this.hmm.expectAccepted(this.chain, this.chainExpected);
    const scale = this.chainExpected[stated.length]! / statedLength(stated);
    sumReached(draft, Math.min(MAX_SCALE, Math.max(MIN_SCALE, scale)), expected);
  }

  /**
   * Learns what was committed after the offer; even a plain step judges its first token.
   * @param nextUnsentAccepted the rule would have kept the first token of a chain that was not sent
   */
  observe(committed: readonly TokenId[], nextUnsentAccepted: boolean): void {
    const { chain, tokens } = this;
    const known = Math.min(committed.length, chain.length);
    let matched = 0;
    while (matched < known && tokens[matched] === committed[matched]) matched++;
    if (nextUnsentAccepted) matched = known;
    if (known > 0) this.hmm.observe(chain, matched, matched < known);
    this.chain = EMPTY_DRAFT;
  }
}

/** From the root down, the child most likely to be kept: indices of drafted tokens. */
export function principalChain({ length, parents, acceptanceProbabilities }: Draft): Int32Array {
  const chain: number[] = [];
  for (let parent = -1; ;) {
    let best = -1;
    for (let i = parent + 1; i < length; i++)
      if (parents[i] === parent && (best < 0 || acceptanceProbabilities[i]! > acceptanceProbabilities[best]!))
        best = i;
    if (best < 0) return Int32Array.from(chain);
    chain.push(best);
    parent = best;
  }
}

/** The expected kept length of a chain, only by its stated probabilities. */
function statedLength(stated: Float64Array): number {
  let reach = 1;
  let sum = 0;
  for (const probability of stated) sum += reach *= probability;
  return sum;
}

/** expected[n] = scale · Σ over the first n nodes of the probability that the node and all before it are kept. */
function sumReached(
  { length, parents, acceptanceProbabilities }: Draft,
  scale: number,
  expected: Float64Array,
): void {
  const reach = new Float64Array(length);
  expected[0] = 0;
  for (let i = 0; i < length; i++) {
    reach[i] = (parents[i]! < 0 ? 1 : reach[parents[i]!]!) * acceptanceProbabilities[i]!;
    expected[i + 1] = expected[i]! + scale * reach[i]!;
  }
}
