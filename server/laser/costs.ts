// T(n, threads): what evaluating n tokens costs on this device, measured before the run and corrected by it.
// It must not know how the figures were measured; durations come in as arguments.

/** One measured point: evaluating `tokens` at once with `threads` threads behind a context of c tokens takes baseMs + c·contextMs. */
export interface CostPoint {
  readonly tokens: number;
  readonly threads: number;
  /** Mean with outliers cut back, in ms, at an empty context. */
  readonly baseMs: number;
  /** Additional ms for each token of context. */
  readonly msPerContextToken: number;
}

export interface CostTable {
  readonly points: readonly CostPoint[];
}

export interface Cost {
  readonly ms: number;
  readonly threads: number;
}

/** Weight of one observed duration in the correction of its point. */
const LEARNING_RATE = 1 / 16;
/** That of the first one of a point, or after it was not seen for long: what little is known must not outweigh it. */
const FIRST_LEARNING_RATE = 1 / 2;
/** To which a ratio observed ÷ expected is cut for that rate: a first one may be an accident, too. */
const FIRST_RATIO = 1.5;
/** A single duration counts at most this many times the expected one: a descheduled thread is no trend. */
const OUTLIER_RATIO = 6;
/**
 * This many in a row beyond JUMP_RATIO are one: threads that wait for each other by spinning become a hundred times
 * slower when another program takes a core (2.5 s in place of 30 ms, measured), and must be left at once.
 */
const JUMP_AFTER = 3;
const JUMP_RATIO = 2;
/**
 * This share of a correction holds for all other points: were only the plain steps slower while another program runs,
 * drafts would look cheap and be sent in vain (42 in 300 tokens, measured). For other threads too: a table that was
 * measured while the machine was busy is wrong for all of them, and those not in use would never be tried (drafts
 * stayed on one thread and lost a sixth of their speed, measured).
 */
const SHARED = 1 / 2;
/**
 * What was not seen for so many evaluations may be as it was: from then on its correction fades by this share at each.
 * Without the patience, a point seen at every tenth one never gets to what it takes (13 % below, worked out).
 */
const PATIENCE = 100;
const FADING = 1 / 500;
/** Other threads than those in use may take this share of what is believed. */
const HOPE = 0.7;

/**
 * Looks costs up. Kernels work on blocks of rows, so a count between two measured ones costs what the next
 * larger one does (6 tokens cost what 8 do); beyond the largest the cost grows in proportion.
 */
export class CostModel {
  private readonly points: readonly CostPoint[];
  /** Observed ÷ measured, by point. */
  private readonly corrections: Float64Array;
  private readonly threadChoices: readonly number[];
  /** The last JUMP_AFTER ratios observed ÷ expected of each point, newest last. */
  private readonly recent: Float64Array;
  /** How often each point was observed, fading, and how many evaluations ago it last was. */
  private readonly seen: Float64Array;
  private readonly age: Int32Array;

  /** @param frozen keeps the table as measured, so that draft lengths repeat from run to run */
  constructor(
    table: CostTable,
    private readonly frozen = false,
  ) {
    this.points = [...table.points].sort((a, b) => a.threads - b.threads || a.tokens - b.tokens);
    if (this.points.length === 0) throw new Error("a cost table needs at least one point");
    this.corrections = new Float64Array(this.points.length).fill(1);
    this.recent = new Float64Array(this.points.length * JUMP_AFTER).fill(1);
    this.seen = new Float64Array(this.points.length);
    this.age = new Int32Array(this.points.length);
    this.threadChoices = [...new Set(this.points.map((point) => point.threads))];
  }

  /** Token counts that were measured, ascending: the lengths worth sending. */
  get measuredTokens(): readonly number[] {
    return [...new Set(this.points.map((point) => point.tokens))].sort((a, b) => a - b);
  }

  /** The cheapest way to evaluate `tokens` at once behind `contextTokens` tokens. */
  cheapest(tokens: number, contextTokens: number): Cost {
    return this.cheapestAmong(tokens, contextTokens, this.threadChoices)!;
  }

  /**
   * The cheapest way for each count from 1 to `mostTokens`, written to ms[count] and threads[count]. Counts between
   * two measured ones included: the longer one's cost is theirs.
   */
  cheapestByCount(contextTokens: number, mostTokens: number, ms: Float64Array, threads: Int32Array): void {
    ms.fill(Infinity, 1, mostTokens + 1);
    const { points } = this;
    for (let from = 0; from < points.length;) {
      const choice = points[from]!.threads;
      let to = from;
      while (to < points.length && points[to]!.threads === choice) to++;
      for (let tokens = 1, at = from; tokens <= mostTokens; tokens++) {
        while (at < to - 1 && points[at]!.tokens < tokens) at++;
        const cost = this.msAt(at, tokens, contextTokens);
        if (cost >= ms[tokens]!) continue;
        ms[tokens] = cost;
        threads[tokens] = choice;
      }
      from = to;
    }
  }

  /** The cheapest way that is exact: a token alone where that gives the same bits, else two, one of them a filler. */
  cheapestExactAlone(
    contextTokens: number,
    isExactAlone: (threads: number) => boolean,
  ): Cost & { readonly tokens: 1 | 2 } {
    const alone = this.cheapestAmong(1, contextTokens, this.threadChoices.filter(isExactAlone));
    const filled = this.cheapest(2, contextTokens);
    return alone !== null && alone.ms <= filled.ms ? { ...alone, tokens: 1 } : { ...filled, tokens: 2 };
  }

  private cheapestAmong(tokens: number, contextTokens: number, choices: readonly number[]): Cost | null {
    let best: Cost | null = null;
    for (const threads of choices) {
      const ms = this.expectedMs(tokens, threads, contextTokens);
      if (best === null || ms < best.ms) best = { ms, threads };
    }
    return best;
  }

  expectedMs(tokens: number, threads: number, contextTokens: number): number {
    return this.msAt(this.indexFor(tokens, threads), tokens, contextTokens);
  }

  /** Corrects the table by one evaluation that took `ms`. */
  observe(tokens: number, threads: number, contextTokens: number, ms: number): void {
    if (this.frozen) return;
    const at = this.indexFor(tokens, threads);
    const ratio = ms / this.expectedMs(tokens, threads, contextTokens);
    this.fadeAllBut(at);
    const recent = this.recent.subarray(at * JUMP_AFTER, (at + 1) * JUMP_AFTER);
    recent.copyWithin(0, 1);
    recent[JUMP_AFTER - 1] = ratio;
    const least = recent.reduce((a, b) => Math.min(a, b));
    const most = recent.reduce((a, b) => Math.max(a, b));
    if (least > JUMP_RATIO || most < 1 / JUMP_RATIO) {
      const jump = least > JUMP_RATIO ? least : most;
      this.correct(at, jump, jump, 1);
      recent.fill(1);
    } else {
      const change = this.changeBy(at, ratio);
      const shared = 1 + LEARNING_RATE * SHARED * (Math.min(OUTLIER_RATIO, ratio) - 1);
      this.correct(at, 1 + change, shared, shared);
    }
    this.seen[at]! += 1;
    this.age[at] = 0;
  }

  private changeBy(at: number, ratio: number): number {
    const usual = LEARNING_RATE * (Math.min(OUTLIER_RATIO, ratio) - 1);
    const first = (FIRST_LEARNING_RATE / (1 + this.seen[at]!)) * (Math.min(FIRST_RATIO, ratio) - 1);
    return Math.abs(first) > Math.abs(usual) ? first : usual;
  }

  /** Corrects a point, the other counts of the same threads, and the points of other threads. */
  private correct(at: number, own: number, sameThreads: number, otherThreads: number): void {
    const { threads } = this.points[at]!;
    for (let i = 0; i < this.points.length; i++) {
      const others = this.points[i]!.threads === threads ? sameThreads : otherThreads;
      this.corrections[i]! *= i === at ? own : others;
    }
  }

  /**
   * Points not seen go back to the table, those of the threads just seen to what these take now. Those of other threads
   * fade to what would have them tried: a table measured while the machine was busy may be wrong about them for ever.
   */
  private fadeAllBut(at: number): void {
    const { threads } = this.points[at]!;
    const now = this.corrections[at]!;
    for (let i = 0; i < this.points.length; i++) {
      if (i === at || ++this.age[i]! <= PATIENCE) continue;
      const usual = this.points[i]!.threads === threads ? now : Math.min(1, now) * HOPE;
      this.corrections[i]! += FADING * (usual - this.corrections[i]!);
      this.seen[i]! -= FADING * this.seen[i]!;
    }
  }

  private msAt(at: number, tokens: number, contextTokens: number): number {
    const point = this.points[at]!;
    const ms = point.baseMs + point.msPerContextToken * contextTokens;
    return ms * Math.max(1, tokens / point.tokens) * this.corrections[at]!;
  }

  /** The measured point by which `tokens` by `threads` are told. */
  pointFor(tokens: number, threads: number): CostPoint {
    return this.points[this.indexFor(tokens, threads)]!;
  }

  /** The smallest measured count that holds `tokens`, else the largest; for a thread count never measured, the nearest. */
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
