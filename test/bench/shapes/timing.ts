// T(n): what an evaluation of n tokens costs, all rows wanted, on every engine in turn.
import { seededRandom } from "../../support/random.ts";
import type { TargetModel } from "../../../core/laser/index.ts";

/** As in a run: the 128 best logits of each row. */
const TOP_K = 128;
const MIN_PREFILL = 512;

/** Milliseconds of evaluations of n tokens. */
export interface Times {
  readonly tokens: number;
  /** After two evaluations of the same n: llama.cpp keeps its graph, and a CUDA graph is replayed. */
  readonly same: number[];
  /** After a single token, so that the graph is built first. */
  readonly afterOne: number[];
  /** As a tree of n tokens after a tree of the same n; empty if the engine verifies only chains. */
  readonly tree: number[];
  /** Keeping a branch of that tree. */
  readonly keep: number[];
}

export interface TimingOptions {
  readonly counts: readonly number[];
  /** Tokens kept before the evaluated ones. */
  readonly depth: number;
  /** At most this many, and no more begun after this many seconds. */
  readonly rounds: number;
  readonly seconds: number;
  readonly threads: number;
}

/** Times all targets in turn, one round after another, so that a slow moment of the machine affects all of them. */
export async function timeTargets(
  targets: readonly TargetModel[],
  options: TimingOptions,
): Promise<readonly (readonly Times[])[]> {
  const timers = [];
  for (const target of targets) timers.push(await TargetTimer.start(target, options));
  const begun = performance.now();
  for (let round = 0; round <= options.rounds; round++) {
    // The first round is a warm-up, so the second is always measured.
    if (round > 1 && performance.now() - begun > 1000 * options.seconds) break;
    for (const [at] of options.counts.entries())
      for (const timer of timers) await timer.time(at, round === 0);
  }
  return timers.map(({ times }) => times);
}

class TargetTimer {
  readonly times: readonly Times[];
  private readonly filler: Int32Array;

  private constructor(
    private readonly target: TargetModel,
    private readonly options: TimingOptions,
  ) {
    this.times = options.counts.map((tokens) => ({ tokens, same: [], afterOne: [], tree: [], keep: [] }));
    // Any tokens will do, except control tokens at the start of the vocabulary.
    const size = options.depth + Math.max(...options.counts);
    const random = seededRandom(1);
    const first = Math.min(300, target.vocabularySize - 1);
    this.filler = Int32Array.from(
      { length: size },
      () => first + random.below(target.vocabularySize - first),
    );
  }

  static async start(target: TargetModel, options: TimingOptions): Promise<TargetTimer> {
    const timer = new TargetTimer(target, options);
    await target.rollback(0);
    for (let from = 0; from < options.depth; from += MIN_PREFILL)
      await target.evaluate(timer.filler.subarray(from, Math.min(from + MIN_PREFILL, options.depth)), {
        rows: "none",
        topK: 0,
        threads: options.threads,
        signal: NEVER,
      });
    await timer.checkLogits();
    return timer;
  }

  /** One duration of each kind for the count at an index; a first round is discarded. */
  async time(at: number, isWarmUp: boolean): Promise<void> {
    const { tokens, same, afterOne, tree, keep } = this.times[at]!;
    await this.evaluate(1);
    const behindOne = await this.evaluate(tokens);
    await this.evaluate(tokens); // Records the graph of this count, on a GPU.
    const settled = await this.evaluate(tokens);
    if (!isWarmUp) {
      afterOne.push(behindOne);
      same.push(settled);
    }
    const parents = tokens > 1 ? treeOf(tokens, this.target.maxTreeLeaves) : null;
    if (parents === null) return;
    await this.evaluateTree(tokens, parents);
    const timed = await this.evaluateTree(tokens, parents);
    if (isWarmUp) return;
    tree.push(timed.evaluateMs);
    keep.push(timed.keepMs);
  }

  /** A model whose logits overflow may cost more or less than a real one. */
  private async checkLogits(): Promise<void> {
    const part = this.filler.subarray(0, 1);
    const { logits } = await this.target.evaluate(part, { rows: "all", topK: TOP_K, signal: NEVER });
    if (!logits.every((logit) => Number.isFinite(logit)))
      throw new RangeError("the model's logits are not finite");
    await this.target.rollback(this.options.depth);
  }

  private async evaluate(tokens: number): Promise<number> {
    const { depth, threads } = this.options;
    const part = this.filler.subarray(depth, depth + tokens);
    const begun = performance.now();
    await this.target.evaluate(part, { rows: "all", topK: TOP_K, threads, signal: NEVER });
    const ms = performance.now() - begun;
    await this.target.rollback(depth);
    return ms;
  }

  /** Evaluates a tree, keeps its longest branch, and returns to the depth before it. */
  private async evaluateTree(tokens: number, parents: Int32Array) {
    const { depth, threads } = this.options;
    const part = this.filler.subarray(depth, depth + tokens);
    const begun = performance.now();
    await this.target.evaluate(part, { rows: "all", topK: TOP_K, parents, threads, signal: NEVER });
    const evaluateMs = performance.now() - begun;
    const keptAt = performance.now();
    await this.target.rollback(depth, longestBranch(parents));
    const keepMs = performance.now() - keptAt;
    await this.target.rollback(depth);
    return { evaluateMs, keepMs };
  }
}

const NEVER = new AbortController().signal;

/** A random tree: seven in ten tokens continue the one before, the others branch off an earlier one. null: not possible. */
export function treeOf(tokens: number, mostLeaves: number): Int32Array | null {
  if (mostLeaves < 2) return null;
  const random = seededRandom(7);
  const parents = new Int32Array(tokens).fill(-1);
  let leaves = 1;
  for (let i = 1; i < tokens; i++) {
    const continues = random.next() < 0.7 || leaves === mostLeaves;
    parents[i] = continues ? i - 1 : random.below(i - 1);
    if (!continues) leaves++; // At most: the parent may have been a leaf.
  }
  return parents;
}

/** Indices of the tokens of the longest branch, root first. */
function longestBranch(parents: Int32Array): Int32Array {
  const depths = new Int32Array(parents.length);
  let deepest = 0;
  for (let i = 1; i < parents.length; i++) {
    depths[i] = depths[parents[i]!]! + 1;
    if (depths[i]! > depths[deepest]!) deepest = i;
  }
  const path: number[] = [];
  for (let at = deepest; at >= 0; at = parents[at]!) path.unshift(at);
  return Int32Array.from(path);
}
