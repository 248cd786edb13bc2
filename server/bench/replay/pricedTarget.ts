// A target that computes nothing and costs what a table says: with a recorded text followed on it, the real decoding
// loop plans, drafts and judges as it would, on a clock that adds T(n) for each evaluation.
import {
  type CostModel,
  type EvaluateOptions,
  NO_ROWS,
  type TargetModel,
  type TopRows,
} from "../../../core/laser/index.ts";

export interface PricedOptions {
  /** Frozen. */
  readonly costs: CostModel;
  /** The target that the costs are those of: whether it verifies trees. */
  readonly like: Pick<TargetModel, "maxTreeLeaves">;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  /** The target's threads for evaluations that name none. */
  readonly threads: number;
  /** Factor of the duration of an evaluation, which really varies; 1 if omitted. */
  readonly noise?: () => number;
}

export class PricedTarget implements TargetModel {
  /** Σ T(n), and what changing n cost, of all evaluations that returned rows. */
  spentMs = 0;
  repeatedTokens = 0;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly maxTreeLeaves: number;
  readonly fillerTokens = Infinity;
  private kept = 0;
  /** Of the last evaluation: another one costs more where the device keeps graphs. */
  private lastShape = 1;
  /** Of the last evaluation: tokens at its front that are on every path, and stay. */
  private trunk = 0;

  constructor(private readonly options: PricedOptions) {
    this.vocabularySize = options.vocabularySize;
    this.contextTokens = options.contextTokens;
    this.maxTreeLeaves = options.like.maxTreeLeaves;
  }

  isEndOfText(): boolean {
    return false;
  }

  evaluate(tokens: Int32Array, options: EvaluateOptions) {
    const { rows, topK, threads = this.options.threads, alsoTokens, parents } = options;
    const { costs } = this.options;
    this.trunk = parents === undefined ? tokens.length : trunkOf(parents);
    const before = this.kept;
    this.kept += tokens.length;
    if (rows === "none") return Promise.resolve(NO_ROWS);
    const counted = this.repeatedTokens + tokens.length;
    const shape = costs.shapeOf(counted);
    if (shape !== this.lastShape) this.spentMs += costs.switchMs(counted, threads);
    this.lastShape = shape;
    const ms = costs.expectedMs(counted, threads, before - this.repeatedTokens);
    this.spentMs += ms * (this.options.noise?.() ?? 1);
    return Promise.resolve(flatRows(tokens.length, topK, alsoTokens?.length ?? 0));
  }

  fullLogSumExp(): Promise<null> {
    return Promise.resolve(null);
  }

  rollback(keptTokens: number, path?: Int32Array): Promise<void> {
    this.kept = keptTokens + (path?.length ?? 0);
    this.repeatedTokens = Math.max(0, (path?.length ?? 0) - this.trunk);
    return Promise.resolve();
  }
}

/** How many tokens are on every path: those down to the fork that is nearest to the root, its own token included. */
function trunkOf(parents: Int32Array): number {
  return parents.reduce(
    (least, parent, i) => (parent === i - 1 ? least : Math.min(least, parent + 1)),
    parents.length,
  );
}

/** Rows of a distribution that says nothing: the same logit for the first ids. */
function flatRows(rows: number, width: number, also: number): TopRows {
  const ids = new Int32Array(rows * width);
  for (let i = 0; i < ids.length; i++) ids[i] = i % width;
  return {
    rows,
    width,
    ids,
    logits: new Float32Array(rows * width),
    logSumExp: new Float64Array(rows).fill(Math.log(width)),
    alsoLogits: new Float32Array(rows * also),
  };
}
