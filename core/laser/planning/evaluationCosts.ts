// What evaluating each count of tokens costs now, by the cheapest threads: from T(n), within the batches that a
// reproducible run may evaluate.
import type { Batches } from "../batchClass.ts";
import type { Cost, CostModel } from "./costs.ts";

/** More threads are never this much slower if each has a core, and 3 to 100 times if they spin beside another program. */
const MAX_THREAD_RATIO = 2;

/** Filled by `fill` for one step; buffers are reused. */
export class EvaluationCosts {
  /** By number of tokens evaluated, which begins with 1; Infinity if they can't be evaluated. */
  ms = new Float64Array(0);
  threads = new Int32Array(0);
  /** How many they are with fillers. */
  sizes = new Int32Array(0);
  private readonly threadChoices: readonly number[];

  /**
   * @param batches given for a reproducible run, which evaluates nothing else
   * @param threadCosts learn from measured times where `costs` are frozen, and take another number of threads where that
   *   of `costs` is MAX_THREAD_RATIO times as slow as the best: threads that spin while they wait for each other. Rounding
   *   then differs
   */
  constructor(
    private readonly costs: CostModel,
    private readonly batches: Batches | null,
    private readonly threadCosts: CostModel | null,
  ) {
    this.threadChoices = threadChoices(costs, batches);
  }

  /** The measured counts that may be evaluated, ascending. */
  get shapes(): readonly number[] {
    const { costs, batches, threadChoices: choices } = this;
    return costs.measuredTokens.filter(
      (tokens) =>
        batches === null || choices.some((threads) => batches.sizeFor(tokens, threads, 0) === tokens),
    );
  }

  /**
   * For each count from 1 to `maxTokens`, after `contextTokens` tokens of which the target computes the last
   * `repeatedTokens` again.
   */
  fill(contextTokens: number, repeatedTokens: number, maxTokens: number): void {
    this.reserve(maxTokens);
    const { costs, batches, ms, threads, sizes } = this;
    if (batches === null) {
      costs.cheapestByCount(contextTokens, maxTokens, ms, threads);
      return;
    }
    ms.fill(Infinity, 1, maxTokens + 1);
    for (const choice of this.threadChoices)
      for (let tokens = 1; tokens <= maxTokens; tokens++) {
        const size = batches.sizeFor(tokens, choice, contextTokens - repeatedTokens);
        const cost = size === Infinity ? Infinity : costs.expectedMs(size, choice, contextTokens);
        if (cost >= ms[tokens]!) continue;
        ms[tokens] = cost;
        threads[tokens] = choice;
        sizes[tokens] = size;
      }
    const before = repeatedTokens + 1;
    if (ms[before] !== Infinity) return;
    // Only if the context has no room left for fillers, which the caller must prevent.
    [ms[before], threads[before], sizes[before]] = [
      costs.expectedMs(before, this.threadChoices[0]!, contextTokens),
      this.threadChoices[0]!,
      before,
    ];
  }

  /** The cheapest way to evaluate exactly `tokens` after `keptTokens`; at a cost of Infinity if there is none. */
  cheapestOf(tokens: number, keptTokens: number): Cost {
    let best = { ms: Infinity, threads: this.threadChoices[0]! };
    for (const threads of this.threadChoices) {
      const size = this.batches?.sizeFor(tokens, threads, keptTokens) ?? tokens;
      const ms = size === tokens ? this.costs.expectedMs(tokens, threads, keptTokens) : Infinity;
      if (ms < best.ms) best = { ms, threads };
    }
    return best;
  }

  /** The threads of an evaluation: those planned, unless they spin; within a class of batches those that belong to it. */
  threadsFor(total: number, planned: number, contextTokens: number, keptTokens: number): number {
    const { threadCosts, batches } = this;
    if (threadCosts === null) return planned;
    const plannedMs = threadCosts.expectedMs(total, planned, contextTokens);
    let best = { ms: plannedMs, threads: planned };
    for (const threads of this.threadChoices) {
      if (batches !== null && batches.sizeFor(total, threads, keptTokens) !== total) continue;
      const ms = threadCosts.expectedMs(total, threads, contextTokens);
      if (ms < best.ms) best = { ms, threads };
    }
    return plannedMs > MAX_THREAD_RATIO * best.ms ? best.threads : planned;
  }

  private reserve(maxTokens: number): void {
    if (this.ms.length > maxTokens) return;
    this.ms = new Float64Array(maxTokens + 1);
    this.threads = new Int32Array(maxTokens + 1);
    this.sizes = Int32Array.from({ length: maxTokens + 1 }, (_, tokens) => tokens);
  }
}

/** Thread counts that were measured and may be used; if there are none, those that may be used. */
function threadChoices(costs: CostModel, batches: Batches | null): readonly number[] {
  const allowed = batches?.threadChoices ?? costs.threadChoices;
  const both = costs.threadChoices.filter((threads) => allowed.includes(threads));
  return both.length > 0 ? both : allowed;
}
