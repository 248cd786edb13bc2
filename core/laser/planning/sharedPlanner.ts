// Plans for several requests whose tokens are evaluated together. With T(n) the cost of n tokens, whichever request they belong
// to, E(k) the expected kept ones of the k most promising drafted tokens of all requests and λ the rate of all together,
// it sends the k that maximises E(k) − λ·T(n + k): the renewal-reward optimum of the whole evaluation. Each request sends
// its own part of the k. In this way drafts become shorter if other requests fill the evaluation. Whether they draft at all
// is found out by timing whole steps with and without.
import { SETTLING_EVALUATIONS, type CostModel } from "./costs.ts";
import { Division, type Share } from "./division.ts";
import type { Draft } from "../draft.ts";
import { Expectation } from "./expectation.ts";
import type { Gathering, Stage } from "../gathering.ts";
import { OTHER_MEMORY_STEPS, type FinishedStep, type Plan, type Planner } from "./planner.ts";
import { Pace, type PlannerMemory } from "./plannerMemory.ts";

/** Room kept for the prompts of other requests while they are read. */
const PROMPT_TOKENS = 128;
/** A request drafts at most this many times what any request sent last, so that a draft can double from step to step. */
const OFFERED_TIMES = 2;
/** And may always draft this many tokens. */
const MIN_OFFERED = 8;

export interface SharedPlannerParts {
  readonly gathering: Gathering;
  /** T(n) by the tokens of all requests together. */
  readonly costs: CostModel;
  readonly memory: PlannerMemory;
  /** The most tokens of an evaluation, and of one request in it. */
  readonly maxTokens: number;
  readonly maxTokensEach: number;
  readonly maxRequests: number;
  /** Tokens that wait to be evaluated and are not planned here, such as prompts. */
  readonly waitingTokens: () => number;
  /** Called with the number of tokens that the next evaluation is filled up to, if shapes cost time. */
  readonly keepShape: (tokens: number) => void;
  readonly now: () => number;
}

/** The planner of one request, which waits for those of the others. */
export interface SharedRequestPlanner extends Planner {
  plan(draft: Draft, contextTokens: number, repeatedTokens: number): Promise<Plan>;
}

interface Offer extends Share {
  readonly member: number;
  readonly draft: Draft;
  readonly contextTokens: number;
  readonly resolve: (plan: Plan) => void;
  readonly reject: (error: Error) => void;
}

export class SharedPlanner implements Stage {
  private offers: Offer[] = [];
  private closed: Error | null = null;
  private readonly division: Division;
  private readonly ms: Float64Array;
  private readonly threads: Int32Array;
  private readonly counts: Int32Array;
  private readonly pace: Pace;
  /** Since the plan before: when it was made (null if what followed does not measure λ) and what was committed. */
  private plannedAt: number | null = null;
  private committed = 0;
  /** What the planned evaluation was expected to take: the time that counts where costs are frozen. */
  private plannedMs = 0;
  /** The evaluation that follows: null if its duration would be no measurement of T. */
  private expecting: { readonly threads: number; readonly contextTokens: number } | null = null;
  private lastTotal = 0;
  private equalShapes = 0;
  /** The most tokens that a request may draft for the next plan; 0 while drafting does not pay. */
  private sendable = Infinity;
  /** Of the last plan: how many requests it was for, and the most tokens per ms of plain decoding. */
  private requests = 0;
  private plainBound = Infinity;
  /** The evaluations since the plan before, and a step's time outside them, averaged over the last steps. */
  private evaluatedMs = 0;
  private otherMs = 0;

  constructor(private readonly parts: SharedPlannerParts) {
    const { maxTokens, maxRequests, costs, memory } = parts;
    this.division = new Division(maxTokens, maxRequests);
    this.ms = new Float64Array(maxTokens + 1);
    this.threads = new Int32Array(maxTokens + 1);
    this.counts = new Int32Array(maxRequests);
    this.pace = costs.hasShapes ? memory.pace : new Pace();
  }

  get hasWork(): boolean {
    return this.offers.length > 0;
  }

  /** The planner of one request of a member. */
  forRequest(member: number): SharedRequestPlanner {
    const { memory, gathering, maxTokensEach } = this.parts;
    const expectation = new Expectation();
    let expected = new Float64Array(1);
    let sent = 0;
    return {
      sendable: () => this.sendable,
      plan: (draft, contextTokens, repeatedTokens) => {
        if (this.closed !== null) return Promise.reject(this.closed);
        if (expected.length <= draft.length) expected = new Float64Array(draft.length + 1);
        expectation.expectAccepted(draft, expected);
        const before = repeatedTokens + 1;
        const most = Math.min(draft.length, maxTokensEach - before);
        return new Promise<Plan>((resolve, reject) => {
          this.offers.push({ member, draft, contextTokens, before, expected, most, resolve, reject });
          gathering.wait(member);
        }).then((plan) => {
          sent = plan.record.sentTokens;
          return plan;
        });
      },
      observe: (step: FinishedStep) => {
        if (sent > 0) memory.selectionBias.observe(expected[sent]!, step.committed.length - 1);
        expectation.observe(step.committed, step.nextUnsentAccepted);
        this.committed += step.committed.length;
      },
    };
  }

  /** Learns how long the evaluation took that was planned last, all its tokens counted. */
  evaluated(tokens: number, ms: number): void {
    const { expecting } = this;
    this.evaluatedMs += ms;
    if (expecting !== null) this.parts.costs.observe(tokens, expecting.threads, expecting.contextTokens, ms);
    this.expecting = null;
  }

  run(): Promise<void> {
    const { offers } = this;
    this.offers = [];
    for (const { member } of offers) this.parts.gathering.resume(member);
    try {
      const plans = this.planAll(offers);
      offers.forEach(({ resolve }, i) => {
        resolve(plans[i]!);
      });
    } catch (error) {
      for (const { reject } of offers) reject(error instanceof Error ? error : new Error(String(error)));
    }
    return Promise.resolve();
  }

  close(error: Error): void {
    this.closed = error;
    for (const { member, reject } of this.offers.splice(0)) {
      this.parts.gathering.resume(member);
      reject(error);
    }
  }

  private planAll(offers: readonly Offer[]): Plan[] {
    const { costs, memory, maxTokens, waitingTokens, keepShape } = this.parts;
    const { division, ms, threads, counts } = this;
    const others = Math.min(waitingTokens(), PROMPT_TOKENS);
    const before = offers.reduce((sum, offer) => sum + offer.before, others);
    const contextTokens = offers.reduce((sum, offer) => sum + offer.contextTokens, 0) / offers.length;
    costs.cheapestByCount(contextTokens, maxTokens, ms, threads);
    const plainMs = ms[Math.min(before, maxTokens)]!;
    const isDrafting = this.sendable > 0;
    this.observeStep(others === 0, offers.length, ms[Math.min(offers.length, maxTokens)]!);
    const rate = this.pace.rateOrPlain(offers.length, plainMs);
    division.divide(offers, maxTokens - before);
    const shape = costs.hasShapes ? this.shapeFor(before, offers.length, isDrafting) : null;
    const sent = shape === null ? this.best(before, rate) : Math.max(0, this.inShape(shape, before));
    division.counts(sent, counts);
    this.chooseSendable(offers.length, isDrafting);
    const total = Math.max(before + sent, shape ?? 0);
    if (shape !== null) keepShape(total);
    const at = Math.min(total, maxTokens);
    this.plannedMs = ms[at]!;
    this.expect(total, others === 0 ? { threads: threads[at]!, contextTokens } : null);
    const { factor } = memory.selectionBias;
    return offers.map(({ draft, expected, most }, i): Plan => {
      const sentTokens = counts[i]!;
      return {
        evaluatedTokens: 1 + sentTokens,
        record: {
          offeredTokens: draft.length,
          sentTokens,
          expectedKept: factor * expected[sentTokens]!,
          expectedMs: ms[at]!,
          expectedPlainMs: plainMs,
          tokensPerMs: rate,
          threads: threads[at]!,
          noDraft: sentTokens > 0 ? null : draft.length === 0 && isDrafting ? "noMatch" : "notWorthIt",
          declined:
            sentTokens > 0 || most < 1 || total >= maxTokens
              ? null
              : { draftedTokens: 1, expectedKept: factor * expected[1]!, expectedMs: ms[total + 1]! },
        },
      };
    });
  }

  /** How many drafted tokens gain most. */
  private best(before: number, rate: number): number {
    const { division, ms } = this;
    const { factor } = this.parts.memory.selectionBias;
    let best = 0;
    let most = -Infinity;
    for (let k = 0; k <= division.length; k++) {
      const gain = factor * division.expected[k]! - rate * ms[before + k]!;
      if (gain <= most) continue;
      most = gain;
      best = k;
    }
    return best;
  }

  /** The shape that the evaluations keep to; `ShapeKeeper` says why they keep to one. */
  private shapeFor(before: number, requests: number, isDrafting: boolean): number {
    const { division, ms, threads } = this;
    const { costs, memory, maxTokens } = this.parts;
    const { factor } = memory.selectionBias;
    const keeper = memory.keeperFor(costs.measuredTokens.filter((tokens) => tokens <= maxTokens));
    const { shapes } = keeper;
    // Without drafts, fillers up to the kept shape would be for nothing.
    if (!isDrafting) return shapes.find((shape) => shape >= before) ?? shapes.at(-1) ?? before;
    const tokens = shapes.map((shape) =>
      shape < before ? -Infinity : requests + factor * division.expected[this.inShape(shape, before)]!,
    );
    const shapeMs = shapes.map((shape) => ms[shape]! + this.otherMs);
    const switchMs = shapes.map((shape) => costs.switchMs(shape, threads[shape]!));
    return keeper.choose(tokens, shapeMs, switchMs);
  }

  /** How many of the drafted tokens fit into a shape; negative if not even the others fit. */
  private inShape(shape: number, before: number): number {
    return Math.min(this.division.length, shape - before);
  }

  /** What was committed since the last plan, in the time since; no measured time influences a plan if costs are frozen. */
  private observeStep(isRepresentative: boolean, requests: number, rootsMs: number): void {
    const { now, costs, memory } = this.parts;
    const at = now();
    const { plannedAt, committed, evaluatedMs } = this;
    if (plannedAt !== null && committed > 0) {
      const ms = costs.isFrozen ? this.plannedMs : at - plannedAt;
      this.pace.observe(committed, ms);
      if (!costs.isFrozen) {
        this.otherMs += (Math.max(0, ms - evaluatedMs) - this.otherMs) / OTHER_MEMORY_STEPS;
        const { plainBound } = this;
        if (isRepresentative && requests === this.requests)
          memory.draftingTrials.observe(requests, { tokens: committed, ms, plainBound });
      }
    }
    this.plannedAt = isRepresentative ? at : null;
    this.committed = 0;
    this.evaluatedMs = 0;
    this.requests = requests;
    this.plainBound = requests / rootsMs;
  }

  /** How much may be drafted for the next plan. */
  private chooseSendable(requests: number, wasDrafting: boolean): void {
    const { costs, memory } = this.parts;
    if (!costs.isFrozen && !memory.draftingTrials.isDrafting(requests)) {
      this.sendable = 0;
      return;
    }
    let most = 0;
    for (let i = 0; i < requests; i++) most = Math.max(most, this.counts[i]!);
    this.sendable = wasDrafting ? Math.max(MIN_OFFERED, OFFERED_TIMES * most) : Infinity;
  }

  /** After a change of shape, the graph is built and recorded first, which does not measure T. */
  private expect(total: number, evaluation: SharedPlanner["expecting"]): void {
    this.equalShapes = total === this.lastTotal ? this.equalShapes + 1 : 1;
    this.lastTotal = total;
    const isSettled = !this.parts.costs.hasShapes || this.equalShapes > SETTLING_EVALUATIONS;
    this.expecting = isSettled ? evaluation : null;
  }
}
