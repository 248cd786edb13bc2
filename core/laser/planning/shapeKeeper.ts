// Which shape, a count of tokens evaluated at once, a run keeps to. A GPU replays the graph of the last shape; another one
// is built first, and recorded at its second evaluation, which can cost more than the evaluation itself. So a shape
// is left only if another one has been faster by enough, not for a single good or bad draft.

/** Expectations are averaged over about this many steps; a change of shape must pay for itself within as many. */
const HORIZON_STEPS = 32;

export class ShapeKeeper {
  /** By shape: the mean of the last steps' expected tokens, and of what they would have taken, in ms. */
  private readonly tokens: Float64Array;
  private readonly ms: Float64Array;
  private steps = 0;
  /** Index of the shape in use. */
  private current = 0;

  /** @param shapes ascending; runs begin with the first */
  constructor(readonly shapes: readonly number[]) {
    this.tokens = new Float64Array(shapes.length);
    this.ms = new Float64Array(shapes.length);
  }

  /**
   * Learns what each shape would gain in this step and returns the index of the one to use: that by which the next
   * tokens take the least time, if steps stay like the last ones. The gain on other stretches of text does not
   * count, because this one has to be decoded in any case.
   * @param tokens by shape: how many a step is expected to commit; −Infinity if it can't hold what must be evaluated.
   *   If none can, the last shape is returned and nothing learned; NaN counts as such
   * @param ms by shape: how long a step takes
   * @param switchMs by shape: what changing to it costs
   */
  choose(tokens: ArrayLike<number>, ms: ArrayLike<number>, switchMs: ArrayLike<number>): number {
    const last = this.shapes.length - 1;
    let smallest = 0;
    while (smallest <= last && !isPossible(tokens[smallest]!)) smallest++;
    if (smallest > last) return last;
    this.steps = Math.min(HORIZON_STEPS, this.steps + 1);
    for (let i = 0; i <= last; i++) {
      // A shape that is too small now is rated like the smallest that fits.
      const from = isPossible(tokens[i]!) ? i : smallest;
      this.tokens[i]! += (tokens[from]! - this.tokens[i]!) / this.steps;
      this.ms[i]! += (ms[from]! - this.ms[i]!) / this.steps;
    }
    this.current = this.fastest(switchMs);
    let used = this.current;
    while (used < last && !isPossible(tokens[used]!)) used++;
    return used;
  }

  /** The shape by which the tokens of the next steps take the least time, the change to it included. */
  private fastest(switchMs: ArrayLike<number>): number {
    const { current } = this;
    const ahead = HORIZON_STEPS * this.tokens[current]!;
    let best = current;
    let least = (ahead * this.ms[current]!) / this.tokens[current]!;
    for (let i = 0; i < this.shapes.length; i++) {
      const total = (ahead * this.ms[i]!) / this.tokens[i]! + switchMs[i]!;
      if (i === current || !(total < least)) continue;
      least = total;
      best = i;
    }
    return best;
  }
}

/** False for NaN. */
function isPossible(tokens: number): boolean {
  return tokens > -Infinity;
}
