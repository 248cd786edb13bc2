// Merge sort of 64-bit keys without a branch that depends on them: such branches are mispredicted every second time.

/** Sorts n keys, largest first; returns where they are afterwards: `keys` or `spare`. */
export function sortDescending(keys: usize, n: i32, spare: usize): usize {
  let from = keys;
  let to = spare;
  const end = (<usize>n) << 3;
  for (let run: usize = 8; run < end; run <<= 1) {
    for (let start: usize = 0; start < end; start += run << 1) {
      const middle = min(start + run, end);
      mergeRuns(from + start, from + middle, from + min(middle + run, end), to + start);
    }
    const sorted = to;
    to = from;
    from = sorted;
  }
  return from;
}

/** Merges the runs left … right and right … end. */
function mergeRuns(left: usize, middle: usize, end: usize, to: usize): void {
  let right = middle;
  while (left < middle && right < end) {
    const a = i64.load(left);
    const b = i64.load(right);
    const leftFirst = a > b;
    i64.store(to, select(a, b, leftFirst));
    const taken = select<usize>(8, 0, leftFirst);
    left += taken;
    right += 8 - taken;
    to += 8;
  }
  for (; left < middle; left += 8, to += 8) i64.store(to, i64.load(left));
  for (; right < end; right += 8, to += 8) i64.store(to, i64.load(right));
}
