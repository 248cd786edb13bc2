// Which shape, a count of tokens evaluated at once, a run keeps to. A GPU replays the graph of the last shape; another one
// is built first, and recorded at its second evaluation, which can cost more than the evaluation itself. So a shape
// is left only where another one has been better by enough, not for a single good or bad draft.

/** Gains are averaged over about this many steps; a change of shape must pay for itself within as many. */
const HORIZON_STEPS = 32;

export class ShapeKeeper {
  /** By shape: the mean gain of the last steps, in tokens. */
  private readonly gains: Float64Array;
  private steps = 0;
  /** Index of the shape in use. */
  private current = 0;

  /** @param shapes ascending; runs begin with the first */
  constructor(readonly shapes: readonly number[]) {
    this.gains = new Float64Array(shapes.length);
  }

  /**
   * Learns what each shape would gain in this step and returns the index of the one to use.
   * @param gains by shape, in tokens: what it is expected to commit less what its time is worth; −Infinity where it can't
   *   hold what must be evaluated. Where none can, the last shape is returned and nothing learned; NaN counts as such
   * @param switchTokens by shape: what changing to it costs, in tokens
   */
  choose(gains: ArrayLike<number>, switchTokens: ArrayLike<number>): number {
    const last = this.shapes.length - 1;
    const smallest = firstPossible(gains);
    if (smallest === -Infinity) return last;
    this.steps = Math.min(HORIZON_STEPS, this.steps + 1);
    for (let i = 0; i < this.shapes.length; i++) {
      // A shape that is too small now is worth what the smallest that fits is.
      const gain = isPossible(gains[i]!) ? gains[i]! : smallest;
      this.gains[i]! += (gain - this.gains[i]!) / this.steps;
    }
    let best = this.current;
    let most = 0;
    for (let i = 0; i < this.shapes.length; i++) {
      const net = (this.gains[i]! - this.gains[this.current]!) * HORIZON_STEPS - switchTokens[i]!;
      if (i === this.current || !(net > most)) continue;
      most = net;
      best = i;
    }
    this.current = best;
    let used = best;
    while (used < last && !isPossible(gains[used]!)) used++;
    return used;
  }
}

function firstPossible(gains: ArrayLike<number>): number {
  for (let i = 0; i < gains.length; i++) if (isPossible(gains[i]!)) return gains[i]!;
  return -Infinity;
}

/** False for NaN. */
function isPossible(gain: number): boolean {
  return gain > -Infinity;
}
