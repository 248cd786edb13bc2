// Decides how much of an offered draft to send. With T(n) the cost of n tokens, E(n) the expected kept tokens of
// the first n drafted and λ the run's recent rate, it sends the n that maximises (1 + E(n)) − λ·T(n + 1): the
// renewal-reward optimum. Where a change of the evaluation's shape costs time, the run keeps to one shape instead.
import type { Batches } from "../batchClass.ts";
import { SETTLING_EVALUATIONS, type Cost, type CostModel } from "./costs.ts";
import type { Draft } from "../draft.ts";
import { Expectation } from "./expectation.ts";
import { Pace, PlannerMemory } from "./plannerMemory.ts";
import type { ShapeKeeper } from "./shapeKeeper.ts";
import type { NoDraftReason, PlanRecord } from "../step.ts";
import type { TokenId } from "../target.ts";

/** A step's time outside its evaluation is averaged over about this many steps. */
const OTHER_MEMORY_STEPS = 16;

/** More threads are never this much slower if each has a core, and 3 to 100 times if they spin beside another program. */
const MAX_THREAD_RATIO = 2;

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

/** What to do in a step. */
export interface Plan {
  readonly record: PlanRecord;
  /** Tokens to evaluate: root and draft, + fillers if they keep the run reproducible or the evaluation's shape. */
  readonly evaluatedTokens: number;
}

/** What a step did, and how long it took. */
export interface FinishedStep {
  readonly committed: readonly TokenId[];
  /** Whether the rule would have kept the first offered token that was not sent, even if another one was committed. */
  readonly nextUnsentAccepted: boolean;
  /** Duration of the whole step, the evaluation's by the request's `workNow`. */
  readonly stepMs: number;
  /** The evaluation: tokens, repeated ones included, threads, tokens of context before the root, and duration by `workNow`. */
  readonly evaluatedTokens: number;
  readonly threads: number;
  readonly contextTokens: number;
  readonly verifyMs: number;
}

/** Chooses draft lengths: `sendable` and `plan` before each step, `observe` after it. */
export interface Planner {
  /**
   * The most tokens of a draft tree that the next plan can use, if the target computes `repeatedTokens` again: more would
   * be drafted for nothing. At least 1, since even the tokens that are not sent teach; Infinity if all may be used.
   */
  sendable(repeatedTokens: number): number;
  /**
   * Chooses how many tokens of `draft` to send after `contextTokens` tokens that the target keeps, the last
   * `repeatedTokens` of which it computes again. Returns a promise if that depends on other requests.
   */
  plan(draft: Draft, contextTokens: number, repeatedTokens: number): Plan | Promise<Plan>;
  /** Learns from the step that was planned last. */
  observe(step: FinishedStep): void;
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
  private readonly threadChoices: readonly number[];
  private readonly shapeTokens: Float64Array;
  private readonly shapeMs: Float64Array;
  private readonly switchMs: Float64Array;
  /** A step's time outside its evaluation, averaged over the last ones. */
  private otherMs = 0;
  /**
   * By number of tokens: expected accepted ones of that many drafted; of that many evaluated cost, threads, and how many
   * they are with fillers.
   */
  private expected = new Float64Array(0);
  private ms = new Float64Array(0);
  private threads = new Int32Array(0);
  private sizes = new Int32Array(0);

  /**
   * @param batches given for a reproducible run, which evaluates nothing else
   * @param memory shared between requests, so that the next one starts with what was learned
   * @param threadCosts learn from measured times where `costs` are frozen, and take another number of threads where that
   *   of `costs` is MAX_THREAD_RATIO times as slow as the best: threads that spin while they wait for each other. Rounding
   *   then differs
   */
  constructor(
    private readonly costs: CostModel,
    private readonly batches: Batches | null = null,
    private readonly memory = new PlannerMemory(),
    private readonly threadCosts: CostModel | null = null,
  ) {
    // Where shapes matter, a request starts with the last one's shape: an answer is too short to find its own.
    this.pace = costs.hasShapes ? memory.pace : new Pace();
    this.threadChoices = threadChoices(costs, batches);
    this.keeper = memory.keeperFor(costs.measuredTokens.filter((tokens) => this.isShape(tokens)));
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
    this.reserve(before + draft.length);
    const { expected, ms, threads } = this;
    this.cheapestByCount(contextTokens, repeatedTokens, before + draft.length);
    const plain = { ms: ms[before]!, threads: threads[before]!, tokens: this.sizes[before]! };
    const rate = this.pace.rateOrPlain(1, plain.ms + this.otherMs);
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
        threads: this.threadsFor(total, used.threads, contextTokens, contextTokens - repeatedTokens),
        noDraft: sent > 0 ? null : noDraftReason(draft),
        declined:
          sent > 0 || best === 0
            ? null
            : { draftedTokens: best, expectedKept: factor * expected[best]!, expectedMs: ms[before + best]! },
      },
    };
  }

  /** The threads of an evaluation: those planned, unless they spin; within a class of batches those that belong to it. */
  private threadsFor(total: number, planned: number, contextTokens: number, keptTokens: number): number {
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

  /** The count with the greatest gain. */
  private chooseCount({ draft, before, plain, rate }: Offer): Choice {
    const { ms, threads } = this;
    const best = this.bestCount(draft.length, before, rate);
    const gain = best === 0 ? -Infinity : this.gain(best, ms[before + best]!, rate);
    if (gain <= -rate * plain.ms) return { sent: 0, best, used: plain, total: plain.tokens };
    const used = { ms: ms[before + best]!, threads: threads[before + best]! };
    return { sent: best, best, used, total: this.sizes[before + best]! };
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
      const gain = this.gain(drafted, this.ms[before + drafted]!, rate);
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
    return { sent, best, used: this.cheapestOf(shape, keptTokens), total: shape };
  }

  /** The shape to use after what this draft would gain in each. @param least the tokens that it has to hold */
  private compareShapes(draft: Draft, least: number, keptTokens: number): number {
    const { keeper, shapeTokens, shapeMs, switchMs, costs, memory, expected } = this;
    keeper.shapes.forEach((shape, i) => {
      const { ms, threads } = this.cheapestOf(shape, keptTokens);
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

  private reserve(maxTokens: number): void {
    if (this.expected.length >= maxTokens + 1) return;
    this.expected = new Float64Array(maxTokens + 1);
    this.ms = new Float64Array(maxTokens + 1);
    this.threads = new Int32Array(maxTokens + 1);
    this.sizes = Int32Array.from({ length: maxTokens + 1 }, (_, tokens) => tokens);
  }

  /** Fills `ms`, `threads` and `sizes` for each count from 1 to `maxTokens`; a count that can't be evaluated costs Infinity. */
  private cheapestByCount(contextTokens: number, repeatedTokens: number, maxTokens: number): void {
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
  private cheapestOf(tokens: number, keptTokens: number): Cost {
    let best = { ms: Infinity, threads: this.threadChoices[0]! };
    for (const threads of this.threadChoices) {
      const size = this.batches?.sizeFor(tokens, threads, keptTokens) ?? tokens;
      const ms = size === tokens ? this.costs.expectedMs(tokens, threads, keptTokens) : Infinity;
      if (ms < best.ms) best = { ms, threads };
    }
    return best;
  }

  private isShape(tokens: number): boolean {
    const { batches, threadChoices } = this;
    return (
      batches === null || threadChoices.some((threads) => batches.sizeFor(tokens, threads, 0) === tokens)
    );
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

/** Thread counts that were measured and may be used; if there are none, those that may be used. */
function threadChoices(costs: CostModel, batches: Batches | null): readonly number[] {
  const allowed = batches?.threadChoices ?? costs.threadChoices;
  const both = costs.threadChoices.filter((threads) => allowed.includes(threads));
  return both.length > 0 ? both : allowed;
}

function noDraftReason(draft: Draft): NoDraftReason {
  return draft.length === 0 ? "noMatch" : "notWorthIt";
}
