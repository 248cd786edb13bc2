// T(n, threads): what evaluating n tokens costs on this device, measured before the run and corrected during it.
import { CostCorrections } from "./costCorrections.ts";

/**
 * One measured point: evaluating `tokens` at once with `threads` threads after a context of c tokens takes
 * baseMs + c · msPerContextToken.
 */
export interface CostPoint {
  readonly tokens: number;
  readonly threads: number;
  /** Mean duration at an empty context, outliers capped. */
  readonly baseMs: number;
  readonly msPerContextToken: number;
  /**
   * The total cost of changing to this count from another, in ms: a GPU builds and records its graph again. 0 if omitted,
   * or where baseMs includes it.
   */
  readonly switchMs?: number;
}

/**
 * After a change of count, this many evaluations take longer than the later ones if a GPU keeps graphs: the first
 * builds the graph, the second records it (7B F16 on an H200, 64 tokens: 12.8 ms, 22.9 ms, then 10.0).
 */
export const SETTLING_EVALUATIONS = 2;

/** What was measured of one model on one device; at least one point. */
export interface CostTable {
  readonly points: readonly CostPoint[];
  /** Whether nothing was measured yet: the first observations then replace the guess. */
  readonly isGuess?: boolean;
}

/** The expected duration of an evaluation, and the thread count that achieves it. */
export interface Cost {
  readonly ms: number;
  readonly threads: number;
}

/**
 * Looks up costs. Kernels work on blocks of rows, so a count between two measured ones costs as much as the next larger
 * one (6 tokens cost as much as 8); beyond the largest the cost grows in proportion.
 */
export class CostModel {
  /** Whether a change of shape costs time at all. */
  readonly hasShapes: boolean;
  /** Token counts that were measured, ascending: the lengths worth sending. */
  readonly measuredTokens: readonly number[];
  private readonly points: readonly CostPoint[];
  private readonly isGuess: boolean;
  private readonly corrections: CostCorrections;
  /** Thread counts that were measured. */
  readonly threadChoices: readonly number[];

  /**
   * @param isFrozen keeps the table as given and plans only by it, so that drafts repeat from run to run whatever
   *   the clock says
   * @throws Error for a table without points
   */
  constructor(
    table: CostTable,
    readonly isFrozen = false,
  ) {
    this.isGuess = table.isGuess === true;
    this.points = [...table.points].sort((a, b) => a.threads - b.threads || a.tokens - b.tokens);
    if (this.points.length === 0) throw new Error("a cost table needs at least one point");
    this.hasShapes = this.points.some(({ switchMs = 0 }) => switchMs > 0);
    this.corrections = new CostCorrections(
      this.points.map(({ threads }) => threads),
      this.isGuess,
      this.hasShapes,
    );
    this.measuredTokens = [...new Set(this.points.map((point) => point.tokens))].sort((a, b) => a - b);
    this.threadChoices = [...new Set(this.points.map((point) => point.threads))];
  }

  /**
   * The measured count whose graph evaluates `tokens`: the smallest that holds them; themselves beyond the largest.
   */
  shapeOf(tokens: number): number {
    return this.measuredTokens.find((measured) => measured >= tokens) ?? tokens;
  }

  /** The total cost of changing to the shape of `tokens`, in ms; 0 if shapes don't matter. */
  switchMs(tokens: number, threads: number): number {
    return this.pointFor(tokens, threads).switchMs ?? 0;
  }

  /** The cheapest way to evaluate `tokens` at once after `contextTokens` tokens. */
  cheapest(tokens: number, contextTokens: number): Cost {
    let best: Cost | null = null;
    for (const threads of this.threadChoices) {
      const ms = this.expectedMs(tokens, threads, contextTokens);
      if (best === null || ms < best.ms) best = { ms, threads };
    }
    return best!;
  }

  /**
   * The cheapest way for each count from 1 to `maxTokens`, written to ms[count] and threads[count]; a count between two
   * measured ones has the larger one's cost.
   */
  cheapestByCount(contextTokens: number, maxTokens: number, ms: Float64Array, threads: Int32Array): void {
    ms.fill(Infinity, 1, maxTokens + 1);
    const { points } = this;
    for (let from = 0; from < points.length;) {
      const choice = points[from]!.threads;
      let to = from;
      while (to < points.length && points[to]!.threads === choice) to++;
      for (let tokens = 1, at = from; tokens <= maxTokens; tokens++) {
        while (at < to - 1 && points[at]!.tokens < tokens) at++;
        const cost = this.msAt(at, tokens, contextTokens);
        if (cost >= ms[tokens]!) continue;
        ms[tokens] = cost;
        threads[tokens] = choice;
      }
      from = to;
    }
  }

  /** The expected duration of evaluating `tokens` at once with `threads` threads, in ms. */
  expectedMs(tokens: number, threads: number, contextTokens: number): number {
    return this.msAt(this.indexFor(tokens, threads), tokens, contextTokens);
  }

  /** Corrects the table by one evaluation, which took `ms`. */
  observe(tokens: number, threads: number, contextTokens: number, ms: number): void {
    if (this.isFrozen) return;
    const ratio = ms / this.expectedMs(tokens, threads, contextTokens);
    this.corrections.observe(this.indexFor(tokens, threads), ratio);
  }

  /** The points as corrected so far, to start the next run with; a guess stays one until it is measured. */
  get corrected(): CostTable {
    const points = this.points.map((point, i) => {
      const factor = this.corrections.lasting(i);
      return {
        ...point,
        baseMs: point.baseMs * factor,
        msPerContextToken: point.msPerContextToken * factor,
      };
    });
    return this.isGuess ? { points, isGuess: true } : { points };
  }

  private msAt(at: number, tokens: number, contextTokens: number): number {
    const point = this.points[at]!;
    const ms = point.baseMs + point.msPerContextToken * contextTokens;
    return ms * Math.max(1, tokens / point.tokens) * this.corrections.factors[at]!;
  }

  /** The measured point used to estimate this cost. */
  pointFor(tokens: number, threads: number): CostPoint {
    return this.points[this.indexFor(tokens, threads)]!;
  }

  /**
   * The smallest measured count that holds `tokens`, else the largest; for a thread count never measured, the nearest.
   */
  private indexFor(tokens: number, threads: number): number {
    let nearest = this.threadChoices[0]!;
    for (const choice of this.threadChoices)
      if (Math.abs(choice - threads) < Math.abs(nearest - threads)) nearest = choice;
    let at = -1;
    for (let i = 0; i < this.points.length; i++) {
      if (this.points[i]!.threads !== nearest) continue;
      at = i;
      if (this.points[i]!.tokens >= tokens) break;
    }
    return at;
  }
}
