// T(n, threads): what evaluating n tokens costs on this device, measured before the run and corrected during it.

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
  /** Observed ÷ measured, by point. */
  private readonly corrections: Float64Array;
  /** Thread counts that were measured. */
  readonly threadChoices: readonly number[];
  /** The last OUTLIER_RUN ratios observed ÷ expected of each point, newest last. */
  private readonly recent: Float64Array;
  /** How often each point was observed, decaying, and how many evaluations ago it last was. */
  private readonly seen: Float64Array;
  private readonly age: Int32Array;

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
    this.corrections = new Float64Array(this.points.length).fill(1);
    this.recent = new Float64Array(this.points.length * OUTLIER_RUN).fill(1);
    this.seen = new Float64Array(this.points.length);
    this.age = new Int32Array(this.points.length);
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
    const at = this.indexFor(tokens, threads);
    const ratio = ms / this.expectedMs(tokens, threads, contextTokens);
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
    const { threads } = this.points[at]!;
    for (let i = 0; i < this.points.length; i++) {
      const other = this.points[i]!.threads;
      if (i === at || (other === threads && this.seen[i] === 0)) this.corrections[i]! *= ratio;
      else if (other !== threads && !this.wereObserved(other))
        this.corrections[i] = Math.min(UNTRIED_THREADS_MAX_RATIO, this.corrections[i]! * ratio);
    }
    this.seen[at] = 1;
    this.age[at] = 0;
  }

  private wereObserved(threads: number): boolean {
    return this.points.some((point, i) => point.threads === threads && this.seen[i]! > 0);
  }

  /**
   * The points as corrected so far, to start the next run with; a guess stays one until it is measured. Points that were
   * never observed change like the observed ones: their own corrections follow first observations, which are often outliers, and
   * would grow from run to run without anything to correct them.
   */
  get corrected(): CostTable {
    const points = this.points.map((point, i) => {
      const factor = this.seen[i]! > 0 ? this.corrections[i]! : this.observedFactor(point.threads);
      return {
        ...point,
        baseMs: point.baseMs * factor,
        msPerContextToken: point.msPerContextToken * factor,
      };
    });
    return this.isGuess ? { points, isGuess: true } : { points };
  }

  /** Geometric mean of the corrections that were observed, of this thread count if there are any, else bounded; 1 without any. */
  private observedFactor(threads: number): number {
    const observed = this.points.flatMap((point, i) =>
      this.seen[i]! > 0 ? [{ threads: point.threads, log: Math.log(this.corrections[i]!) }] : [],
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
    const { threads } = this.points[at]!;
    for (let i = 0; i < this.points.length; i++) {
      const others = this.points[i]!.threads === threads ? sameThreads : otherThreads;
      this.corrections[i]! *= i === at ? own : others;
    }
  }

  /**
   * Decays stale corrections: those of the observed thread count towards its current one, those of other thread counts
   * towards a cost at which they are tried. A table measured on a busy machine could be wrong about them forever.
   */
  private decayOthers(at: number): void {
    const { threads } = this.points[at]!;
    const now = this.corrections[at]!;
    for (let i = 0; i < this.points.length; i++) {
      if (i === at || ++this.age[i]! <= STALE_AFTER) continue;
      const target = this.points[i]!.threads === threads ? now : Math.min(1, now) * OPTIMISM_FACTOR;
      this.corrections[i]! += DECAY * (target - this.corrections[i]!);
      this.seen[i]! -= DECAY * this.seen[i]!;
    }
  }

  private msAt(at: number, tokens: number, contextTokens: number): number {
    const point = this.points[at]!;
    const ms = point.baseMs + point.msPerContextToken * contextTokens;
    return ms * Math.max(1, tokens / point.tokens) * this.corrections[at]!;
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
