// Whether drafting pays at all for requests that share evaluations. T(n) can't tell: between evaluations the requests are
// drafted, judged and committed one after another, and with a small model on a GPU that takes longer than the evaluations
// themselves. So whole steps are timed with drafts and without, in alternating stretches, and the faster way is kept.

/** Steps after a change that measure neither way: one is mixed, and a GPU builds and records a graph in the next two. */
const UNSETTLED_STEPS = 3;
/** Measured steps of a trial of the other way, and of the way in use after it: the machine may have become busy meanwhile. */
const TRIAL_STEPS = 16;
/** The pace of the way in use averages over about this many steps. */
const PACE_STEPS = 32;
/** Measured steps until the first trial, and at most until one of drafts, which a pool that grows makes better, or of plain steps. */
const FIRST_TRIAL_AFTER = 32;
const MAX_UNTIL_DRAFTS = 512;
const MAX_UNTIL_PLAIN = 2048;
/** Trials of a way that reached less than this part of the other's pace become rarer quickly, others slowly. */
const CLEARLY_SLOWER = 0.85;
const RARER_QUICKLY = 4;
const RARER_SLOWLY = 2;
/** A trial below this part of the other's pace ends after fewer steps. */
const FAR_SLOWER = 0.75;
const SHORT_TRIAL_STEPS = 6;

/** A step of all requests: what they committed, and how long it took from one plan to the next. */
export interface TimedStep {
  readonly tokens: number;
  readonly ms: number;
  /** The most tokens per ms that plain decoding could reach: requests ÷ T(requests). */
  readonly plainBound: number;
}

/** For about as many requests. */
class Trials {
  /** The way in use; during a trial, the other one is being tried. */
  private isDraftingKept = true;
  private phase: "kept" | "trial" | "afterTrial" = "kept";
  private trialAfter = FIRST_TRIAL_AFTER;
  /** Measured steps of this phase. */
  private steps = 0;
  private unsettled = 0;
  private readonly kept = new StepPace(PACE_STEPS);
  private readonly tried = new StepPace(Infinity);

  get isDrafting(): boolean {
    return this.isDraftingKept !== (this.phase === "trial");
  }

  /** The steps that follow are the first after steps of another way. */
  unsettle(): void {
    this.unsettled = UNSETTLED_STEPS;
  }

  observe({ tokens, ms, plainBound }: TimedStep): void {
    if (this.unsettled > 0) {
      this.unsettled--;
      return;
    }
    this.steps++;
    (this.phase === "trial" ? this.tried : this.kept).observe(tokens, ms);
    if (this.phase === "kept") {
      if (this.steps < this.trialAfter) return;
      // Without drafts nothing faster than the bound is possible.
      this.enter(this.isDraftingKept && this.kept.rate >= plainBound ? "kept" : "trial");
    } else if (this.phase === "trial" && this.steps === SHORT_TRIAL_STEPS && this.ratio < FAR_SLOWER) {
      this.judgeTrial();
      this.enter("kept");
    } else if (this.steps >= TRIAL_STEPS) {
      if (this.phase === "afterTrial") this.judgeTrial();
      this.enter(this.phase === "trial" ? "afterTrial" : "kept");
    }
  }

  private enter(phase: Trials["phase"]): void {
    this.phase = phase;
    this.steps = 0;
  }

  private get ratio(): number {
    return this.tried.rate / this.kept.rate;
  }

  private judgeTrial(): void {
    const { ratio } = this;
    if (ratio > 1) {
      this.isDraftingKept = !this.isDraftingKept;
      this.kept.become(this.tried);
      this.trialAfter = FIRST_TRIAL_AFTER * (ratio * CLEARLY_SLOWER > 1 ? RARER_QUICKLY : 1);
    } else {
      const rarer = ratio < CLEARLY_SLOWER ? RARER_QUICKLY : RARER_SLOWLY;
      const most = this.isDraftingKept ? MAX_UNTIL_PLAIN : MAX_UNTIL_DRAFTS;
      this.trialAfter = Math.min(most, this.trialAfter * rarer);
    }
    this.tried.clear();
  }
}

/** Tokens per ms, averaged over about as many steps as are given. */
class StepPace {
  private tokens = 0;
  private ms = 0;

  constructor(private readonly steps: number) {}

  get rate(): number {
    return this.tokens / this.ms;
  }

  observe(tokens: number, ms: number): void {
    const decay = 1 - 1 / this.steps;
    this.tokens = this.tokens * decay + tokens;
    this.ms = this.ms * decay + ms;
  }

  become({ tokens, ms }: StepPace): void {
    this.tokens = tokens;
    this.ms = ms;
  }

  clear(): void {
    this.tokens = 0;
    this.ms = 0;
  }
}

/** Decides for each number of requests whether they draft, and learns from the steps that follow. */
export class DraftingTrials {
  /** By log2 of the number of requests, rounded: 7 belong to 8, since one of 8 is often reading its prompt. */
  private readonly byRequests = new Map<number, Trials>();
  private wasDrafting = true;

  /** Whether so many requests should draft now. */
  isDrafting(requests: number): boolean {
    const trials = this.trialsOf(requests);
    if (trials.isDrafting !== this.wasDrafting) trials.unsettle();
    this.wasDrafting = trials.isDrafting;
    return trials.isDrafting;
  }

  /** Takes a step that was drafted, or not, as `isDrafting` last said. */
  observe(requests: number, step: TimedStep): void {
    this.trialsOf(requests).observe(step);
  }

  private trialsOf(requests: number): Trials {
    const bucket = Math.round(Math.log2(requests));
    const known = this.byRequests.get(bucket) ?? new Trials();
    this.byRequests.set(bucket, known);
    return known;
  }
}
