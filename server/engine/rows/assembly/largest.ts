// Only the largest logit of a row: all that greedy decoding needs of it, in one pass of integer comparisons. As signed
// integers, floats above 0 keep their order, and NaN and +∞ come above all finite ones; as unsigned ones, a NaN whose sign
// bit is set comes above −∞.

const MINUS_INFINITY: u32 = 0xff800000;
const INFINITY_BITS: i32 = 0x7f800000;
/** Bytes of a part whose largest logit is compared with that of the parts before it. */
const PART: usize = 8192;

/**
 * The id of the largest logit of a row of whole blocks of 64, the lowest of equal ones. −1 unless it is above 0 and finite
 * and no logit is NaN: the scan of the whole row then says.
 */
export function largestId(row: usize, blocks: i32): i32 {
  const end = row + ((<usize>blocks) << 8);
  const zero = v128.splat<i32>(0);
  let unsigned = zero;
  let largest: i32 = 0;
  let place: usize = 0;
  for (let part = row; part < end; part += PART) {
    const partEnd = min(part + PART, end);
    let a = zero;
    let b = zero;
    let c = zero;
    let d = zero;
    for (let at = part; at < partEnd; at += 64) {
      const x = v128.load(at);
      const y = v128.load(at, 16);
      const z = v128.load(at, 32);
      const w = v128.load(at, 48);
      a = v128.max<i32>(a, x);
      b = v128.max<i32>(b, y);
      c = v128.max<i32>(c, z);
      d = v128.max<i32>(d, w);
      unsigned = v128.max<u32>(unsigned, v128.max<u32>(v128.max<u32>(x, y), v128.max<u32>(z, w)));
    }
    const found = largestLane(v128.max<i32>(v128.max<i32>(a, b), v128.max<i32>(c, d)));
    if (found <= largest) continue;
    largest = found;
    place = part;
  }
  unsigned = v128.max<u32>(unsigned, v128.shuffle<i32>(unsigned, unsigned, 2, 3, 0, 1));
  unsigned = v128.max<u32>(unsigned, v128.shuffle<i32>(unsigned, unsigned, 1, 0, 3, 2));
  if (largest == 0 || largest >= INFINITY_BITS) return -1;
  if (<u32>i32x4.extract_lane(unsigned, 0) > MINUS_INFINITY) return -1;
  const all = v128.splat<i32>(largest);
  let mask = 0;
  for (; mask == 0; place += 16) mask = v128.bitmask<i32>(v128.eq<i32>(v128.load(place), all));
  return <i32>((place - 16 - row) >> 2) + ctz(mask);
}

function largestLane(x: v128): i32 {
  const half = v128.max<i32>(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return i32x4.extract_lane(v128.max<i32>(half, v128.shuffle<i32>(half, half, 1, 0, 3, 2)), 0);
}
