// The roundest number in an interval, so that a suggested setting is 0.04 and not 0.0428346.

/** Beyond this many decimals the lower end itself is used. */
const MAX_DECIMALS = 12;

/** A number with the fewest decimals in low … high, `low` included and `high` not; 0 ≤ low < high or low = high. */
export function roundNumberIn(low: number, high: number): number {
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++) {
    const unit = 10 ** decimals;
    const round = Number((Math.ceil(low * unit) / unit).toFixed(decimals));
    if (round >= low && round < high) return round;
  }
  return low;
}
