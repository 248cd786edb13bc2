// A bound that about k of n float32 values reach, by bisection over the order of floats: counting is one comparison
// for four values, where selecting would branch at every one.

/** Fills the last vector of n values with NaN, which reaches no bound. */
export function fillVector(values: usize, n: i32): void {
  for (; (n & 3) != 0; n++) f32.store(values + ((<usize>n) << 2), NaN);
}

/**
 * A bound that at least k values reach: their k-th largest, or a little less while at most a quarter more than k reach
 * it. The last vector must be filled. No value is NaN; 1 ≤ k ≤ n.
 */
export function threshold(values: usize, n: i32, k: i32): f32 {
  const end = values + (((<usize>(n + 3)) & ~3) << 2);
  let least = v128.splat<f32>(Infinity);
  let largest = v128.splat<f32>(-Infinity);
  for (let at = values; at < end; at += 16) {
    const x = v128.load(at);
    least = v128.pmin<f32>(least, x);
    largest = v128.pmax<f32>(largest, x);
  }
  let low = ordered(
    min(
      min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1)),
      min(f32x4.extract_lane(least, 2), f32x4.extract_lane(least, 3)),
    ),
  );
  let high =
    ordered(
      max(
        max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
        max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
      ),
    ) + 1;
  const enough = k + (k >> 2);
  for (let reaching = n; reaching > enough;) {
    // Their difference can exceed 31 bits.
    const middle = <i32>((<i64>low + <i64>high) >> 1);
    if (middle == low) break;
    const count = countReaching(values, end, reinterpret<f32>(mirrored(middle)));
    if (count >= k) {
      low = middle;
      reaching = count;
    } else {
      high = middle;
    }
  }
  return reinterpret<f32>(mirrored(low));
}

/** A float's place in the order of floats: −0 directly below 0. */
export function ordered(value: f32): i32 {
  return mirrored(reinterpret<i32>(value));
}

/** Its own inverse. */
function mirrored(bits: i32): i32 {
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

function countReaching(values: usize, end: usize, bound: f32): i32 {
  const all = v128.splat<f32>(bound);
  let count = v128.splat<i32>(0);
  for (; values < end; values += 16) {
    count = v128.sub<i32>(count, v128.ge<f32>(v128.load(values), all));
  }
  return (
    i32x4.extract_lane(count, 0) +
    i32x4.extract_lane(count, 1) +
    i32x4.extract_lane(count, 2) +
    i32x4.extract_lane(count, 3)
  );
}
