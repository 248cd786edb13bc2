// Several sequences of one model that are evaluated together: what opens them, and what they report about their evaluations.
import type { Lanes } from "../../../core/laser/index.ts";

/** How many lanes, and what each must hold. */
export interface LaneOptions {
  /** How many sequences. */
  readonly lanes: number;
  /** Tokens that each of them can keep; as many as the model was trained for if that is fewer. */
  readonly contextTokens: number;
  /** Whether drafts may be trees, which takes more than one sequence id per lane. */
  readonly trees: boolean;
  /**
   * Whether evaluations are filled up to one of a few counts, so that a GPU can use its last graph again; as the device
   * wants if omitted.
   */
  readonly fillsShapes?: boolean;
}

/** One evaluation of tokens of several lanes. */
export interface LaneEvaluation {
  /** All tokens, those of `promptTokens` and `fillers` included. */
  readonly tokens: number;
  /** Tokens without rows, as of prompts. */
  readonly promptTokens: number;
  /** Tokens that only keep the shape of the evaluation. */
  readonly fillers: number;
  readonly lanes: number;
  /** From the call to its end, without reading rows. */
  readonly ms: number;
}

/** Owns its own context until `dispose`. */
export interface LaneGroup extends Lanes {
  /** The most tokens of an evaluation, and of one lane in it. */
  readonly maxTokens: number;
  readonly maxTokensEach: number;
  /** Token counts whose cost is worth knowing. On a GPU, evaluations are filled up to one of them. */
  readonly counts: readonly number[];
  /** Tokens that wait to be evaluated. */
  waitingTokens(): number;
  /** Fills the next evaluation up to this many tokens if it has fewer, on a GPU. */
  keepShape(tokens: number): void;
  /** Called after each evaluation; optional. */
  onEvaluated: ((evaluation: LaneEvaluation) => void) | null;
  /** Fails all running and waiting evaluations, then releases the memory. */
  dispose(): Promise<void>;
}

/** Counts of more than this many tokens are also measured halfway to the next power of two. */
const HALFWAY_FROM = 64;
/** Tokens of a lane beyond which nothing is drafted: on a GPU a root and the largest tree, on a CPU fewer pay. */
const GPU_TOKENS_EACH = 64;
const CPU_TOKENS_EACH = 16;
/** Of all lanes, beyond which drafts don't pay on a CPU. */
const CPU_TOKENS = 128;

/** Token counts worth knowing the cost of, ascending. */
export function laneCounts(lanes: number, maxTokens: number, hasShapes: boolean): readonly number[] {
  const most = hasShapes
    ? Math.min(maxTokens, lanes * GPU_TOKENS_EACH)
    : Math.min(maxTokens, Math.max(lanes, Math.min(lanes * CPU_TOKENS_EACH, CPU_TOKENS)));
  const counts = new Set<number>();
  for (let count = 1; count < most; count *= 2) {
    counts.add(count);
    if (count >= HALFWAY_FROM && count * 1.5 < most) counts.add(count * 1.5);
  }
  return [...counts.add(most)].sort((a, b) => a - b);
}
