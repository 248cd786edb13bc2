// Synthetic texts whose best planning is known: hidden easy and hard stretches, a drafter that sees them fully, partly
// or not at all, and a table of costs. The optimum comes from value iteration, what a planner reaches from simulation;
// both count committed tokens per ms of evaluation.
import {
  emptyDraftArrays,
  RenewalPlanner,
  type CostModel,
  type CostPoint,
  type Draft,
  type TokenId,
} from "../../../core/laser/index.ts";
import { seededRandom, type Random } from "../random.ts";

export interface PlannerWorld {
  /** Chance that a drafted token is kept, all before it having been: in easy text, in hard text. */
  readonly kept: readonly [easy: number, hard: number];
  /** Chance that text stays as it is: 0.5 forgets at once, more persists, less alternates. */
  readonly stays: readonly [easy: number, hard: number];
  /** What changes the text: a step, whatever it commits, or each committed token. */
  readonly changesBy: "step" | "token";
  /** Chance that what the drafter sees of the state of the next token is true: 1 fully, 0.5 not at all. */
  readonly seen: number;
  readonly costs: CostModel;
  readonly offeredTokens: number;
}

/** A chain whose tokens are all 0, with these chances of being accepted. */
export function draftOf(chances: readonly number[]): Draft {
  const draft = emptyDraftArrays(chances.length);
  draft.acceptanceProbabilities.set(chances);
  return draft;
}

/** Points for one thread count: "tokens:ms", or "tokens:ms+switchMs" where changing the count costs time. */
export function costPoints(threads: number, points: string): CostPoint[] {
  return points.split(" ").map((point) => {
    const [tokens, baseMs, switchMs] = point.split(/[:+]/u).map(Number) as [number, number, number?];
    return { tokens, threads, baseMs, msPerContextToken: 0, ...(switchMs !== undefined && { switchMs }) };
  });
}

/** T(n) of several kinds of device. The last is the demo model's, measured on two cores of a quiet machine. */
export const COST_TABLES: Readonly<Record<string, readonly CostPoint[]>> = {
  flat: costPoints(1, "1:10 2:10.1 4:10.2 8:10.5 12:10.8 16:11"),
  linear: costPoints(1, "1:10 2:14 3:18 4:22 6:30 8:38 12:54 16:70"),
  blocks: costPoints(1, "1:8 4:25 8:33 12:38 16:40"),
  "fine blocks": costPoints(1, "1:8 2:12 4:20 8:33 12:38 16:40"),
  "two threads": [
    ...costPoints(1, "1:7.6 2:14.9 4:23.8 8:36.3 12:47.9 16:56.1"),
    ...costPoints(2, "1:14.9 2:16.8 4:18.4 8:23.3 12:33.7 16:35.9"),
  ],
};

const EASY = 0;
const HARD = 1;
/** Committed tokens that an offer is compared with are these: right and wrong. */
const RIGHT: TokenId = 1;
const WRONG: TokenId = 2;
/** Beliefs that the value iteration distinguishes. */
const BELIEFS = 101;

/** How often each state is met in the long run. */
function stationary({ stays }: PlannerWorld): [number, number] {
  const leavesEasy = 1 - stays[EASY];
  const leavesHard = 1 - stays[HARD];
  const easy = leavesHard / (leavesEasy + leavesHard);
  return [easy, 1 - easy];
}

/** P(the drafter sees `seen` | state). */
const sight = (world: PlannerWorld, state: number, seen: number) =>
  state === seen ? world.seen : 1 - world.seen;

/** The belief in easy text before a token, moved one change on. */
const moved = ({ stays }: PlannerWorld, easy: number) => easy * stays[EASY] + (1 - easy) * (1 - stays[HARD]);

/**
 * From a belief in easy text: for each number of matching tokens, its chance, and the belief after the step that
 * showed it. `ends[m]`: the m-th token (from 0) is the first that does not match. `holds[m]`: the first m do match.
 */
interface Outlook {
  readonly ends: Float64Array;
  readonly beliefAfterEnd: Float64Array;
  readonly holds: Float64Array;
  readonly beliefAfterHold: Float64Array;
}

function outlook(world: PlannerWorld, belief: number): Outlook {
  const { offeredTokens: most, kept, changesBy } = world;
  const result = {
    ends: new Float64Array(most + 1),
    beliefAfterEnd: new Float64Array(most + 1),
    holds: new Float64Array(most + 2),
    beliefAfterHold: new Float64Array(most + 2),
  };
  const after = (easy: number, hard: number) => moved(world, easy + hard > 0 ? easy / (easy + hard) : 0.5);
  // Joint chances: all so far matched, and the next token's state.
  let easy = belief;
  let hard = 1 - belief;
  for (let m = 0; m <= most; m++) {
    result.holds[m] = easy + hard;
    // After m matching tokens m were committed; easy and hard, by token, have already changed m times.
    result.beliefAfterHold[m] =
      changesBy === "step" ? after(easy, hard) : easy + hard > 0 ? easy / (easy + hard) : 0.5;
    const endsEasy = easy * (1 - kept[EASY]);
    const endsHard = hard * (1 - kept[HARD]);
    result.ends[m] = endsEasy + endsHard;
    result.beliefAfterEnd[m] = after(endsEasy, endsHard);
    easy *= kept[EASY];
    hard *= kept[HARD];
    if (changesBy === "token") {
      const total = easy + hard;
      const share = total > 0 ? moved(world, easy / total) : 0.5;
      easy = total * share;
      hard = total * (1 - share);
    }
  }
  result.holds[most + 1] = easy + hard;
  result.beliefAfterHold[most + 1] =
    changesBy === "step" ? after(easy, hard) : easy + hard > 0 ? easy / (easy + hard) : 0.5;
  return result;
}

/** The best rate any planner can reach that knows the world and the past, but not the state. In tokens per ms. */
export function optimalRate(world: PlannerWorld): number {
  const { offeredTokens: most, costs } = world;
  const ms = Float64Array.from({ length: most + 1 }, (_, drafted) => costs.cheapest(drafted + 1, 0).ms);
  const outlooks: { readonly chance: number; readonly outlook: Outlook }[][] = [];
  for (let i = 0; i < BELIEFS; i++) {
    const easy = i / (BELIEFS - 1);
    outlooks.push(
      [EASY, HARD].map((seen) => {
        const fromEasy = easy * sight(world, EASY, seen);
        const chance = fromEasy + (1 - easy) * sight(world, HARD, seen);
        return { chance, outlook: outlook(world, chance > 0 ? fromEasy / chance : 0.5) };
      }),
    );
  }
  let value = new Float64Array(BELIEFS);
  let next = new Float64Array(BELIEFS);
  // Linear between the grid's beliefs: never less than the true, convex value, so the optimum is not understated.
  const valueAt = (belief: number) => {
    const place = belief * (BELIEFS - 1);
    const low = Math.min(BELIEFS - 2, Math.floor(place));
    return value[low]! + (place - low) * (value[low + 1]! - value[low]!);
  };
  const bestOf = ({ ends, beliefAfterEnd, holds, beliefAfterHold }: Outlook, rate: number) => {
    let best = -Infinity;
    let ended = 0; // Σ over first mismatches before the draft's end.
    for (let drafted = 0; drafted <= most; drafted++) {
      // Whole draft kept: one token more is committed, and shows whether the offer's next token matched too.
      const after =
        drafted === most
          ? holds[most]! * (most + 1 + valueAt(wholeOffer(world, beliefAfterHold[most]!)))
          : ends[drafted]! * (drafted + 1 + valueAt(beliefAfterEnd[drafted]!)) +
            holds[drafted + 1]! * (drafted + 1 + valueAt(beliefAfterHold[drafted + 1]!));
      best = Math.max(best, ended + after - rate * ms[drafted]!);
      ended += ends[drafted]! * (drafted + 1 + valueAt(beliefAfterEnd[drafted]!));
    }
    return best;
  };
  /**
   * Whether the long-run gain of a step in tokens is above 0, where a ms costs `rate` tokens. Half steps, so that
   * alternation settles. The gain lies between the least and the greatest change, so their signs can settle it early.
   */
  const isGain = (rate: number) => {
    for (let round = 0; ; round++) {
      let least = Infinity;
      let greatest = -Infinity;
      for (let i = 0; i < BELIEFS; i++) {
        let sum = 0;
        for (const { chance, outlook } of outlooks[i]!) if (chance > 0) sum += chance * bestOf(outlook, rate);
        const change = sum - value[i]!;
        least = Math.min(least, change);
        greatest = Math.max(greatest, change);
        next[i] = value[i]! + change / 2;
      }
      const base = next[0]!;
      for (let i = 0; i < BELIEFS; i++) next[i]! -= base;
      [value, next] = [next, value];
      if (least > 0 || greatest < 0 || greatest - least < 1e-4 || round > 20_000) return greatest + least > 0;
    }
  };
  let low = 0.5 / ms[0]!;
  let high = (most + 1) / Math.min(...ms);
  while (high / low > 1.0002) {
    const middle = Math.sqrt(low * high);
    if (isGain(middle)) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** By token, the bonus after a whole offer is one change more than its last comparison. */
function wholeOffer(world: PlannerWorld, belief: number): number {
  return world.changesBy === "step" ? belief : moved(world, belief);
}

/** What the drafter offers when it sees `seen`: chances that are true of all such moments together. */
function offer(world: PlannerWorld, seen: number): Draft {
  const [easy, hard] = stationary(world);
  const fromEasy = easy * sight(world, EASY, seen);
  const total = fromEasy + hard * sight(world, HARD, seen);
  const { holds } = outlook(world, total > 0 ? fromEasy / total : 0.5);
  const draft = emptyDraftArrays(world.offeredTokens);
  draft.tokens.fill(RIGHT);
  for (let i = 0; i < draft.length; i++)
    draft.acceptanceProbabilities[i] = holds[i]! > 0 ? holds[i + 1]! / holds[i]! : 0;
  return draft;
}

/** A simulated text: hands out offers, and says how each draft fares. */
class SimulatedText {
  private state: number;
  private readonly offers: readonly Draft[];

  constructor(
    private readonly world: PlannerWorld,
    private readonly random: Random,
  ) {
    this.state = random.next() < stationary(world)[EASY] ? EASY : HARD;
    this.offers = [offer(world, EASY), offer(world, HARD)];
  }

  offer(): Draft {
    const seen = this.random.next() < this.world.seen ? this.state : 1 - this.state;
    return this.offers[seen]!;
  }

  /** Moves on after a draft of `sent` tokens, and returns what was committed. */
  commit(sent: number): TokenId[] {
    const { kept, changesBy, offeredTokens } = this.world;
    const committed: TokenId[] = [];
    do {
      const matches = committed.length < offeredTokens && this.random.next() < kept[this.state as 0 | 1];
      committed.push(matches ? RIGHT : WRONG);
      if (changesBy === "token") this.change();
    } while (committed.at(-1) === RIGHT && committed.length <= sent);
    if (changesBy === "step") this.change();
    return committed;
  }

  private change(): void {
    if (this.random.next() >= this.world.stays[this.state as 0 | 1]) this.state = 1 - this.state;
  }
}

/** The rate a planner reaches, in tokens per ms of evaluation. */
function reachedRate(world: PlannerWorld, planner: RenewalPlanner, steps: number, random: Random): number {
  const text = new SimulatedText(world, random);
  let tokens = 0;
  let totalMs = 0;
  for (let step = 0; step < steps; step++) {
    const { record, evaluatedTokens } = planner.plan(text.offer(), 0, 0);
    const committed = text.commit(record.sentTokens);
    const verifyMs = world.costs.expectedMs(evaluatedTokens, record.threads, 0);
    planner.observe({
      committed,
      nextUnsentAccepted: false,
      stepMs: verifyMs,
      evaluatedTokens,
      threads: record.threads,
      contextTokens: 0,
      verifyMs,
    });
    tokens += committed.length;
    totalMs += verifyMs;
  }
  return tokens / totalMs;
}

/** Long enough that chance and learning cost a few points only. */
const JUDGED_STEPS = 10_000;

/** What the product's planner reaches ÷ the optimal rate. */
export function shareOfOptimum(world: PlannerWorld, seed: number): number {
  const planner = new RenewalPlanner(world.costs);
  return reachedRate(world, planner, JUDGED_STEPS, seededRandom(seed)) / optimalRate(world);
}
