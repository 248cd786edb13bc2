// A target and a drafter that measure the time spent in them, around those of an arm.
import type {
  CommitFeedback,
  ConstraintState,
  Drafter,
  EvaluateOptions,
  TargetModel,
  TokenId,
} from "../../core/laser/index.ts";

/** Sums the time of evaluations that return rows: all except the prefill. */
export class TimedTarget implements TargetModel {
  evaluateMs = 0;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly maxTreeLeaves: number;
  readonly fillerTokens: number;

  constructor(
    private readonly inner: TargetModel,
    private readonly now: () => number,
  ) {
    this.vocabularySize = inner.vocabularySize;
    this.contextTokens = inner.contextTokens;
    this.maxTreeLeaves = inner.maxTreeLeaves;
    this.fillerTokens = inner.fillerTokens ?? 0;
  }

  get repeatedTokens(): number {
    return this.inner.repeatedTokens;
  }

  isEndOfText(token: TokenId): boolean {
    return this.inner.isEndOfText(token);
  }

  async evaluate(tokens: Int32Array, options: EvaluateOptions) {
    const begun = this.now();
    const rows = await this.inner.evaluate(tokens, options);
    if (options.rows !== "none") this.evaluateMs += this.now() - begun;
    return rows;
  }

  async fullLogSumExp(row: number): Promise<number | null> {
    const begun = this.now();
    const sum = await this.inner.fullLogSumExp(row);
    this.evaluateMs += this.now() - begun;
    return sum;
  }

  rollback(keptTokens: number, path?: Int32Array): Promise<void> {
    return this.inner.rollback(keptTokens, path);
  }
}

/** Times only the lookups, not planning or updating the overlay. */
export class TimedDrafter implements Drafter {
  readonly lookupMs: number[] = [];

  constructor(
    private readonly inner: Drafter,
    private readonly now: () => number,
  ) {}

  begin(prompt: Int32Array): void {
    this.inner.begin(prompt);
  }

  draft(limit: number, constrained?: ConstraintState | null, maxNodes?: number) {
    const begun = this.now();
    const draft = this.inner.draft(limit, constrained, maxNodes);
    this.lookupMs.push(this.now() - begun);
    return draft;
  }

  commit(tokens: readonly TokenId[], feedback?: CommitFeedback | null): void {
    this.inner.commit(tokens, feedback);
  }
}
