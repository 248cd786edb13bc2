// How far a mistyped name is from a known one.

/**
 * The insertions, deletions, replacements and swaps of neighbours that turn one text into the other. Swaps count
 * once, unlike in plain Levenshtein distance, because they are the commonest slip: "rnak" is one edit from "rank".
 */
export function editDistance(from: string, to: string): number {
  let [before, last] = [new Array<number>(), Array.from({ length: to.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(replaced, swapped, last[j]! + 1, row[j - 1]! + 1));
    }
    [before, last] = [last, row];
  }
  return last[to.length]!;
}
