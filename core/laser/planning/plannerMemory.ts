// What the planner of one request learns for the next of the same session and rule.
import { DraftingTrials } from "./draftingTrials.ts";
import { SelectionBias } from "./selectionBias.ts";
import { ShapeKeeper } from "./shapeKeeper.ts";

/** The rate averages over about this many committed tokens. */
const RATE_MEMORY_TOKENS = 300;

/** Committed tokens per ms of the last steps. */
export class Pace {
  private tokens = 0;
  private ms = 0;

  /** Tokens per ms; null before the first step. */
  get rate(): number | null {
    return this.tokens > 0 ? this.tokens / this.ms : null;
  }

  /**
   * λ: the rate, but never less than `tokens` in `plainMs`, which a step without a draft would reach now. The rate of the
   * best plan is never below that. If the device was slower a moment ago, for example beside another program, the mean is
   * still low: time would count for too little, and drafts would be sent that cost more than they gain (a sixth of the
   * speed, by calculation, if the load changes every hundred steps).
   */
  rateOrPlain(tokens: number, plainMs: number): number {
    return Math.max(this.rate ?? 0, tokens / plainMs);
  }

  observe(tokens: number, ms: number): void {
    const decay = Math.max(0, 1 - tokens / RATE_MEMORY_TOKENS);
    this.tokens = this.tokens * decay + tokens;
    this.ms = this.ms * decay + ms;
  }
}

/** Shared between requests. */
export class PlannerMemory {
  readonly selectionBias = new SelectionBias();
  readonly pace = new Pace();
  /** For requests that share evaluations. */
  readonly draftingTrials = new DraftingTrials();
  private kept: ShapeKeeper | null = null;

  /** The keeper for these shapes, with what it learned, if they are those of the previous request. */
  keeperFor(shapes: readonly number[]): ShapeKeeper {
    if (this.kept?.shapes.join() !== shapes.join()) this.kept = new ShapeKeeper(shapes);
    return this.kept;
  }
}
