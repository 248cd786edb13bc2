// The scan of one row of logits, compiled to WebAssembly by `npm run generate`. All memory is the caller's: rowScanner.ts
// lays it out. Rows are whole blocks, filled up with −∞.
export { sumAndMaxima, shifted } from "./expSum";
export { largestId } from "./largest";
import { fillVector, ordered, threshold } from "./threshold";
import { sortDescending } from "./sort";

/** Logits in a block: a block's maximum decides whether it is searched for large logits. */
const BLOCK: i32 = 64;

/**
 * Writes the ids of the k largest logits, descending, equal ones by ascending id.
 * @param maxima of each block; room for a whole number of vectors
 * @param scratch 24 bytes for each logit of the row
 */
export function topIds(row: usize, blocks: i32, k: i32, maxima: usize, scratch: usize, ids: usize): void {
  const words = <usize>blocks * BLOCK;
  const values = scratch;
  const keys = scratch + (words << 3);
  const spare = keys + (words << 3);
  const candidateIds = scratch + (words << 2);
  // k blocks have a logit as large as the k-th largest maximum, so no smaller one is among the k largest.
  fillVector(maxima, blocks);
  const least: f32 = blocks < k ? <f32>-Infinity : threshold(maxima, blocks, k);
  const candidates = collect(row, blocks, maxima, least, values, candidateIds);
  fillVector(values, candidates);
  const limit: f32 = candidates < 2 * k ? least : threshold(values, candidates, k);
  const kept = makeKeys(values, candidateIds, candidates, limit, k, keys);
  const sorted = sortDescending(keys, kept, spare);
  for (let i: usize = 0; i < <usize>k; i++) {
    i32.store(ids + (i << 2), ~(<i32>i64.load(sorted + (i << 3))));
  }
}

/** Lists the logits that reach `least`, by ascending id; returns their number. */
function collect(row: usize, blocks: i32, maxima: usize, least: f32, values: usize, ids: usize): i32 {
  const bound = v128.splat<f32>(least);
  let found: usize = 0;
  for (let first = 0; first < blocks; first += 4) {
    const group = v128.load(maxima + ((<usize>first) << 2));
    let reached = v128.bitmask<i32>(v128.ge<f32>(group, bound));
    for (; reached != 0; reached &= reached - 1) {
      const block = first + ctz(reached);
      const at = row + ((<usize>block) << 8);
      let mask =
        reaching(at, bound) |
        (reaching(at + 64, bound) << 16) |
        (reaching(at + 128, bound) << 32) |
        (reaching(at + 192, bound) << 48);
      for (; mask != 0; mask &= mask - 1) {
        const place = <i32>ctz(mask);
        f32.store(values + (found << 2), f32.load(at + ((<usize>place) << 2)));
        i32.store(ids + (found << 2), (block << 6) + place);
        found++;
      }
    }
  }
  return <i32>found;
}

/** Which of 16 logits reach the bound, a bit each. */
function reaching(at: usize, bound: v128): u64 {
  const a = v128.ge<f32>(v128.load(at), bound);
  const b = v128.ge<f32>(v128.load(at, 16), bound);
  const c = v128.ge<f32>(v128.load(at, 32), bound);
  const d = v128.ge<f32>(v128.load(at, 48), bound);
  const low = i16x8.narrow_i32x4_s(a, b);
  const high = i16x8.narrow_i32x4_s(c, d);
  return <u64>(<u32>v128.bitmask<i8>(i8x16.narrow_i16x8_s(low, high)));
}

/** Makes sort keys of the candidates above `limit` and of the first k that equal it; returns their number. */
function makeKeys(values: usize, ids: usize, candidates: i32, limit: f32, k: i32, keys: usize): i32 {
  let made: usize = 0;
  let equals = 0;
  for (let i: usize = 0; i < <usize>candidates; i++) {
    const value = f32.load(values + (i << 2));
    if (value < limit) continue;
    if (value == limit && ++equals > k) continue;
    // 0 is added so that −0 equals 0.
    const id = i32.load(ids + (i << 2));
    i64.store(keys + (made << 3), ((<i64>ordered(value + <f32>0)) << 32) | (<i64>(<u32>~id)));
    made++;
  }
  return <i32>made;
}
