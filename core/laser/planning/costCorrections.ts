// How the costs of T(n) are corrected during a run: by what each evaluation took, so that other programs, a warm
// device or a wrong guess show, but a single late thread does not.

/** Weight of one observed duration in the correction of its point. */
const LEARNING_RATE = 1 / 16;
/**
 * Its weight where a point has no or only stale observations: there is little knowledge to outweigh it. Not where shapes
 * matter: a run leaves a shape that looks slow, and would never learn that one late graph had made it look so (1B on an
 * H200: 8 tokens seemed a fifth slower than they are, and the run kept to 32, a tenth below the speed of 8).
 */
const INITIAL_LEARNING_RATE = 1 / 2;
/** Cap of the ratio observed ÷ expected at that rate: even a first observation may be an outlier. */
const INITIAL_MAX_RATIO = 1.5;
/** Cap of the ratio observed ÷ guessed, either way, of the first observation of a guessed point. */
const GUESS_MAX_RATIO = 50;
/**
 * Thread counts that were never observed are assumed at most this much slower than guessed, so that they are tried: threads
 * that spin while they wait for each other beside another program are 20–70 times as slow as guessed where a single thread
 * is 2–4 times (measured in VS Code on two cores).
 */
const UNTRIED_THREADS_MAX_RATIO = 2;
/** Cap of the ratio observed ÷ expected of a single duration: one descheduled thread is not a trend. */
const MAX_RATIO = 6;
/**
 * This many outliers in a row, beyond OUTLIER_RUN_RATIO, are a trend and are adopted at once: threads that spin while
 * they wait for each other become a hundred times slower when another program takes a core (measured: 2.5 s instead of
 * 30 ms).
 */
const OUTLIER_RUN = 3;
const OUTLIER_RUN_RATIO = 2;
/**
 * All other points receive this share of a correction. If only plain steps became slower while another program runs,
 * drafts would look cheap and be sent for nothing (42 in 300 tokens, measured). Points of other thread counts receive it as
 * well: a table measured on a busy machine is wrong for all of them, and thread counts not in use would never be tried
 * (drafts stayed on one thread and lost a sixth of their speed, measured).
 */
const SHARED_CORRECTION = 1 / 2;
/**
 * After this many evaluations without an observation, a point's correction decays by DECAY per evaluation. Without the
 * delay, a point observed at every tenth evaluation would never reach its true cost (13 % below it, by calculation).
 */
const STALE_AFTER = 100;
const DECAY = 1 / 500;
/** Stale points of other thread counts decay towards this fraction of their cost, so that they are tried again. */
const OPTIMISM_FACTOR = 0.7;

/** The correction of each point of a table: observed ÷ measured. */
export class CostCorrections {
  /** By point. */
  readonly factors: Float64Array;
  /** The last OUTLIER_RUN ratios observed ÷ expected of each point, newest last. */
  private readonly recent: Float64Array;
  /** How often each point was observed, decaying, and how many evaluations ago it last was. */
  private readonly seen: Float64Array;
  private readonly age: Int32Array;

  /**
   * @param threads of each point
   * @param isGuess as in CostTable
   * @param hasShapes whether a change of shape costs time
   */
  constructor(
    private readonly threads: readonly number[],
    private readonly isGuess: boolean,
    private readonly hasShapes: boolean,
  ) {
    this.factors = new Float64Array(threads.length).fill(1);
    this.recent = new Float64Array(threads.length * OUTLIER_RUN).fill(1);
    this.seen = new Float64Array(threads.length);
    this.age = new Int32Array(threads.length);
  }

  /** Corrects by one evaluation, which took `ratio` times as long as expected of point `at`. */
  observe(at: number, ratio: number): void {
    if (this.isGuess && this.seen[at] === 0) {
      this.replaceGuess(at, Math.min(GUESS_MAX_RATIO, Math.max(1 / GUESS_MAX_RATIO, ratio)));
      return;
    }
    this.decayOthers(at);
    const recent = this.recent.subarray(at * OUTLIER_RUN, (at + 1) * OUTLIER_RUN);
    recent.copyWithin(0, 1);
    recent[OUTLIER_RUN - 1] = ratio;
    const least = recent.reduce((a, b) => Math.min(a, b));
    const most = recent.reduce((a, b) => Math.max(a, b));
    if (least > OUTLIER_RUN_RATIO || most < 1 / OUTLIER_RUN_RATIO) {
      const run = least > OUTLIER_RUN_RATIO ? least : most;
      this.correct(at, run, run, 1);
      recent.fill(1);
    } else {
      const change = this.changeBy(at, ratio);
      const shared = 1 + LEARNING_RATE * SHARED_CORRECTION * (Math.min(MAX_RATIO, ratio) - 1);
      this.correct(at, 1 + change, shared, shared);
    }
    this.seen[at]! += 1;
    this.age[at] = 0;
  }

  /**
   * A first observation is adopted. Unobserved points of its thread count are assumed to be wrong by the same factor, those of
   * unobserved thread counts by a bounded one.
   */
  private replaceGuess(at: number, ratio: number): void {
    const threads = this.threads[at]!;
    for (let i = 0; i < this.threads.length; i++) {
      const other = this.threads[i]!;
      if (i === at || (other === threads && this.seen[i] === 0)) this.factors[i]! *= ratio;
      else if (other !== threads && !this.wereObserved(other))
        this.factors[i] = Math.min(UNTRIED_THREADS_MAX_RATIO, this.factors[i]! * ratio);
    }
    this.seen[at] = 1;
    this.age[at] = 0;
  }

  private wereObserved(threads: number): boolean {
    return this.threads.some((count, i) => count === threads && this.seen[i]! > 0);
  }

  /**
   * The factor of a point to start the next run with. Points that were never observed change like the observed ones: their own
   * corrections follow first observations, which are often outliers, and would grow from run to run without anything to
   * correct them.
   */
  lasting(at: number): number {
    return this.seen[at]! > 0 ? this.factors[at]! : this.observedFactor(this.threads[at]!);
  }

  /** Geometric mean of the corrections that were observed, of this thread count if there are any, else bounded; 1 without any. */
  private observedFactor(threads: number): number {
    const observed = this.threads.flatMap((count, i) =>
      this.seen[i]! > 0 ? [{ threads: count, log: Math.log(this.factors[i]!) }] : [],
    );
    const own = observed.filter((point) => point.threads === threads);
    const used = own.length > 0 ? own : observed;
    const factor =
      used.length === 0 ? 1 : Math.exp(used.reduce((sum, { log }) => sum + log, 0) / used.length);
    return own.length > 0 ? factor : Math.min(UNTRIED_THREADS_MAX_RATIO, factor);
  }

  private changeBy(at: number, ratio: number): number {
    const usual = LEARNING_RATE * (Math.min(MAX_RATIO, ratio) - 1);
    if (this.hasShapes) return usual;
    const first = (INITIAL_LEARNING_RATE / (1 + this.seen[at]!)) * (Math.min(INITIAL_MAX_RATIO, ratio) - 1);
    return Math.abs(first) > Math.abs(usual) ? first : usual;
  }

  /** Multiplies the corrections of a point, of the other points of its thread count, and of all others. */
  private correct(at: number, own: number, sameThreads: number, otherThreads: number): void {
    const threads = this.threads[at]!;
    for (let i = 0; i < this.threads.length; i++) {
      const others = this.threads[i] === threads ? sameThreads : otherThreads;
      this.factors[i]! *= i === at ? own : others;
    }
  }

  /**
   * Decays stale corrections: those of the observed thread count towards its current one, those of other thread counts
   * towards a cost at which they are tried. A table measured on a busy machine could be wrong about them forever.
   */
  private decayOthers(at: number): void {
    const threads = this.threads[at]!;
    const now = this.factors[at]!;
    for (let i = 0; i < this.threads.length; i++) {
      if (i === at || ++this.age[i]! <= STALE_AFTER) continue;
      const target = this.threads[i] === threads ? now : Math.min(1, now) * OPTIMISM_FACTOR;
      this.factors[i]! += DECAY * (target - this.factors[i]!);
      this.seen[i]! -= DECAY * this.seen[i]!;
    }
  }
}
