// Which shape, a count of tokens evaluated at once, a run keeps to. A GPU replays the graph of the last shape; another one
// is built first, and recorded at its second evaluation, which can cost more than the evaluation itself. So a
// shape is left once another one would have saved what the change costs (the ski-rental rule: buy once the
// rent paid would have bought it). A single good or bad draft is not enough, and a stretch that became harder
// is noticed within a few steps.

/** Another shape must have saved this many times what the change to it costs. */
const SAVED_TIMES = 4;
/** Shapes are compared at each of this many first steps. The first comparison counts for all of them. */
const FIRST_STEPS = 32;
/** Afterwards they are compared at one step in this many: only that needs a draft beyond the shape in use. */
const COMPARE_EVERY = 4;

export class ShapeKeeper {
  /** By shape: what it would have saved since the last change, in ms; never negative, so that old steps don't count. */
  private readonly savedMs: Float64Array;
  private steps = 0;
  /** Steps since shapes were last compared; the next comparison counts for them too. */
  private keptSteps = 0;
  /** Index of the shape in use. */
  private current = 0;

  /** @param shapes ascending; runs begin with the first */
  constructor(readonly shapes: readonly number[]) {
    this.savedMs = new Float64Array(shapes.length);
  }

  /** Whether the next step compares shapes, by `choose`, and does not just keep to one, by `keep`. */
  get comparesNext(): boolean {
    return this.steps < FIRST_STEPS || this.keptSteps + 1 >= COMPARE_EVERY;
  }

  /** The shape in use, or the smallest larger one that holds `tokens`; the largest if none does. */
  holding(tokens: number): number {
    const last = this.shapes.length - 1;
    let used = this.current;
    while (used < last && this.shapes[used]! < tokens) used++;
    return this.shapes[used]!;
  }

  /** Counts a step that compares nothing, and returns its shape, as `holding`. */
  keep(tokens: number): number {
    this.keptSteps++;
    return this.holding(tokens);
  }

  /**
   * Learns what each shape would gain in this step and returns the one to use. A shape is judged by the time of the
   * tokens at hand, at its own tokens per ms: they have to be decoded in any case, whatever easier text is worth.
   * @param tokens by shape: how many a step is expected to commit, at least 1; −Infinity if it can't hold what must be
   *   evaluated. If none can, the last shape is returned and nothing learned; NaN counts as such
   * @param ms by shape: how long a step takes
   * @param switchMs by shape: what changing to it costs
   */
  choose(tokens: ArrayLike<number>, ms: ArrayLike<number>, switchMs: ArrayLike<number>): number {
    const last = this.shapes.length - 1;
    let smallest = 0;
    while (smallest <= last && !isPossible(tokens[smallest]!)) smallest++;
    if (smallest > last) return this.shapes[last]!;
    // A shape that is too small now is rated like the smallest that fits.
    const rated = (i: number): number => (isPossible(tokens[i]!) ? i : smallest);
    const weight = this.steps === 0 ? FIRST_STEPS : 1 + this.keptSteps;
    this.steps += 1 + this.keptSteps;
    this.keptSteps = 0;
    const used = rated(this.current);
    for (let i = 0; i <= last; i++) {
      const other = rated(i);
      const saved = ms[used]! - (tokens[used]! * ms[other]!) / tokens[other]!;
      const sum = this.savedMs[i]! + weight * saved;
      this.savedMs[i] = sum > 0 ? sum : 0; // Also for NaN, which would be kept: of two shapes that can't be evaluated.
    }
    this.changeIfPaid(switchMs);
    let holding = this.current;
    while (holding < last && !isPossible(tokens[holding]!)) holding++;
    return this.shapes[holding]!;
  }

  /** Changes to the shape that would have saved the most beyond what the change must have saved, if there is one. */
  private changeIfPaid(switchMs: ArrayLike<number>): void {
    let best = this.current;
    let most = 0;
    for (let i = 0; i < this.shapes.length; i++) {
      const beyond = this.savedMs[i]! - SAVED_TIMES * switchMs[i]!;
      if (i === this.current || !(beyond > most)) continue;
      most = beyond;
      best = i;
    }
    if (best === this.current) return;
    this.current = best;
    this.savedMs.fill(0);
  }
}

/** False for NaN. */
function isPossible(tokens: number): boolean {
  return tokens > -Infinity;
}
