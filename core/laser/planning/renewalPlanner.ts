// Decides how much of an offered draft to send. With T(n) the cost of n tokens, E(n) the expected kept tokens of
// the first n drafted and λ the run's recent rate, it sends the n that maximises (1 + E(n)) − λ·T(n + 1): the
// renewal-reward optimum. Where a change of the evaluation's shape costs time, the run keeps to one shape instead.
import type { Batches } from "../batchClass.ts";
import type { Draft } from "../draft.ts";
import type { NoDraftReason } from "../step.ts";
import { SETTLING_EVALUATIONS, type Cost, type CostModel } from "./costs.ts";
import { EvaluationCosts } from "./evaluationCosts.ts";
import { Expectation } from "./expectation.ts";
import { OTHER_MEMORY_STEPS, type FinishedStep, type Plan, type Planner } from "./planner.ts";
import { Pace, PlannerMemory } from "./plannerMemory.ts";
import type { ShapeKeeper } from "./shapeKeeper.ts";

/** The input of a step's decision. */
interface Offer {
  readonly draft: Draft;
  /** Tokens that are evaluated without a draft: the root, and what the target repeats. */
  readonly before: number;
  /** The cost of evaluating only these, and their number with fillers. */
  readonly plain: Cost & { readonly tokens: number };
  /** λ in tokens per ms. */
  readonly rate: number;
  readonly contextTokens: number;
}

interface Choice {
  readonly sent: number;
  /** The best draft that might have been sent; 0 without one. */
  readonly best: number;
  readonly used: Cost;
  /** All tokens of the evaluation, repeated ones and fillers included. */
  readonly total: number;
}

/** The planner of one request; costs and selection bias may be shared. */
export class RenewalPlanner implements Planner {
  private readonly expectation = new Expectation();
  /** Expected accepted tokens of the sent draft, before the correction for selection bias; 0 if none was sent. */
  private expectedAccepted = 0;
  private readonly pace: Pace;
  /** What the planned evaluation was expected to take: the time that counts where costs are frozen. */
  private plannedMs = 0;
  /** How many tokens the last step evaluated, and how many steps in a row. */
  private lastTotal = 0;
  private equalShapes = 0;
  /** The most tokens that the target repeated so far: 0 if it keeps the cells of a path. */
  private mostRepeated = 0;
  private readonly keeper: ShapeKeeper;
  private readonly shapeTokens: Float64Array;
  private readonly shapeMs: Float64Array;
  private readonly switchMs: Float64Array;
  /** A step's time outside its evaluation, averaged over the last ones. */
  private otherMs = 0;
  /** By number of drafted tokens: how many of them are expected to be accepted. */
  private expected = new Float64Array(0);
  /** Of the step that is planned. */
  private readonly evaluation: EvaluationCosts;

  /**
   * @param batches given for a reproducible run, which evaluates nothing else
   * @param memory shared between requests, so that the next one starts with what was learned
   * @param threadCosts as in EvaluationCosts
   */
  constructor(
    private readonly costs: CostModel,
    batches: Batches | null = null,
    private readonly memory = new PlannerMemory(),
    private readonly threadCosts: CostModel | null = null,
  ) {
    // Where shapes matter, a request starts with the last one's shape: an answer is too short to find its own.
    this.pace = costs.hasShapes ? memory.pace : new Pace();
    this.evaluation = new EvaluationCosts(costs, batches, threadCosts);
    this.keeper = memory.keeperFor(this.evaluation.shapes);
    this.shapeTokens = new Float64Array(this.keeper.shapes.length);
    this.shapeMs = new Float64Array(this.keeper.shapes.length);
    this.switchMs = new Float64Array(this.keeper.shapes.length);
  }

  sendable(repeatedTokens: number): number {
    if (!this.keepsShape || this.keeper.comparesNext) return Infinity;
    const before = repeatedTokens + 1;
    return Math.max(1, this.keeper.holding(before) - before);
  }

  /** Whether the run keeps to one shape. */
  private get keepsShape(): boolean {
    return this.costs.hasShapes && this.keeper.shapes.length > 0;
  }

  plan(draft: Draft, contextTokens: number, repeatedTokens = 0): Plan {
    const before = repeatedTokens + 1; // Evaluated in any case: what the target repeats, and the root.
    this.mostRepeated = Math.max(this.mostRepeated, repeatedTokens);
    this.evaluation.fill(contextTokens, repeatedTokens, before + draft.length);
    const { ms, threads, sizes } = this.evaluation;
    const plain = { ms: ms[before]!, threads: threads[before]!, tokens: sizes[before]! };
    const rate = this.pace.rateOrPlain(1, plain.ms + this.otherMs);
    if (this.expected.length <= draft.length) this.expected = new Float64Array(draft.length + 1);
    const { expected } = this;
    this.expectation.expectAccepted(draft, expected);
    const offer = { draft, before, plain, rate, contextTokens };
    const { sent, best, used, total } = this.keepsShape ? this.chooseShape(offer) : this.chooseCount(offer);
    this.expectedAccepted = expected[sent]!;
    this.plannedMs = used.ms;
    this.equalShapes = total === this.lastTotal ? this.equalShapes + 1 : 1;
    this.lastTotal = total;
    const { factor } = this.memory.selectionBias;
    return {
      evaluatedTokens: total - repeatedTokens,
      record: {
        offeredTokens: draft.length,
        sentTokens: sent,
        expectedKept: factor * expected[sent]!,
        expectedMs: used.ms,
        expectedPlainMs: plain.ms,
        tokensPerMs: rate,
        threads: this.evaluation.threadsFor(
          total,
          used.threads,
          contextTokens,
          contextTokens - repeatedTokens,
        ),
        noDraft: sent > 0 ? null : noDraftReason(draft),
        declined:
          sent > 0 || best === 0
            ? null
            : { draftedTokens: best, expectedKept: factor * expected[best]!, expectedMs: ms[before + best]! },
      },
    };
  }

  /** The count with the greatest gain. */
  private chooseCount({ draft, before, plain, rate }: Offer): Choice {
    const { ms, threads, sizes } = this.evaluation;
    const best = this.bestCount(draft.length, before, rate);
    const gain = best === 0 ? -Infinity : this.gain(best, ms[before + best]!, rate);
    if (gain <= -rate * plain.ms) return { sent: 0, best, used: plain, total: plain.tokens };
    const used = { ms: ms[before + best]!, threads: threads[before + best]! };
    return { sent: best, best, used, total: sizes[before + best]! };
  }

  /** What sending the first `drafted` tokens of the offer is expected to gain, less what its time is worth, in tokens. */
  private gain(drafted: number, ms: number, rate: number): number {
    return this.memory.selectionBias.factor * this.expected[drafted]! - rate * ms;
  }

  /** The number of drafted tokens with the greatest gain; 0 without an offer. */
  private bestCount(offeredTokens: number, before: number, rate: number): number {
    let best = 0;
    let most = -Infinity;
    for (let drafted = 1; drafted <= offeredTokens; drafted++) {
      const gain = this.gain(drafted, this.evaluation.ms[before + drafted]!, rate);
      if (gain <= most) continue;
      most = gain;
      best = drafted;
    }
    return best;
  }

  /** The shape that the run keeps to, filled with as much of the draft as it holds, and with fillers. */
  private chooseShape({ draft, before, plain, rate, contextTokens }: Offer): Choice {
    const { keeper } = this;
    const keptTokens = contextTokens - before + 1;
    const least = plain.tokens;
    const shape = keeper.comparesNext ? this.compareShapes(draft, least, keptTokens) : keeper.keep(least);
    const best = this.bestCount(draft.length, before, rate);
    if (shape < least) return { sent: 0, best, used: plain, total: least }; // More is repeated than any shape holds.
    const sent = Math.min(draft.length, shape - before);
    return { sent, best, used: this.evaluation.cheapestOf(shape, keptTokens), total: shape };
  }

  /** The shape to use after what this draft would gain in each. @param least the tokens that it has to hold */
  private compareShapes(draft: Draft, least: number, keptTokens: number): number {
    const { keeper, shapeTokens, shapeMs, switchMs, costs, memory, expected } = this;
    keeper.shapes.forEach((shape, i) => {
      const { ms, threads } = this.evaluation.cheapestOf(shape, keptTokens);
      const kept = memory.selectionBias.factor * expected[this.usuallyDrafted(draft, shape)]!;
      shapeTokens[i] = shape < least ? -Infinity : 1 + kept;
      shapeMs[i] = ms + this.otherMs;
      switchMs[i] = costs.switchMs(shape, threads);
    });
    return keeper.choose(shapeTokens, shapeMs, switchMs);
  }

  /**
   * How many tokens a step drafts in a run that keeps to a shape: the others are the root, and what was kept of the last
   * draft beyond its first fork. The tokens repeated now belong to the shape in use, and would make smaller ones look worse.
   */
  private usuallyDrafted({ length, parents }: Draft, shape: number): number {
    const { expected } = this;
    let trunk = length;
    let drafted = 0;
    for (; drafted < length; drafted++) {
      const parent = parents[drafted]!;
      if (parent !== drafted - 1) trunk = Math.min(trunk, parent + 1);
      const next = drafted + 1;
      const repeated = this.mostRepeated === 0 ? 0 : expected[next]! - expected[Math.min(trunk, next)]!;
      if (1 + next + repeated > shape) break;
    }
    return drafted;
  }

  observe(step: FinishedStep): void {
    const { committed, nextUnsentAccepted, verifyMs } = step;
    // After a change of shape, the graph is built and recorded first, which does not measure T.
    if (!this.costs.hasShapes || this.equalShapes > SETTLING_EVALUATIONS)
      this.costs.observe(step.evaluatedTokens, step.threads, step.contextTokens, verifyMs);
    if (this.expectedAccepted > 0)
      this.memory.selectionBias.observe(this.expectedAccepted, committed.length - 1);
    this.expectation.observe(committed, nextUnsentAccepted);
    this.threadCosts?.observe(step.evaluatedTokens, step.threads, step.contextTokens, verifyMs);
    if (this.costs.isFrozen) {
      // No measured time may influence a decision: a busy machine would draft differently.
      this.pace.observe(committed.length, this.plannedMs);
      return;
    }
    this.pace.observe(committed.length, step.stepMs);
    this.otherMs += (step.stepMs - verifyMs - this.otherMs) / OTHER_MEMORY_STEPS;
  }
}

function noDraftReason(draft: Draft): NoDraftReason {
  return draft.length === 0 ? "noMatch" : "notWorthIt";
}
