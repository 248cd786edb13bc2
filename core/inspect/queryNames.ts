// Finds the known words nearest to a mistyped one.

/** Letters beyond this are ignored; keeps the work small for any text. */
const LONGEST = 24;
const MOST = 4;

/** The nearest words, nearest first; all words if none is near. */
export function nearestNames(typed: string, known: readonly string[]): readonly string[] {
  const text = typed.slice(0, LONGEST).toLowerCase();
  const near = known
    .map((name) => ({ name, distance: distanceBetween(text, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)) || isBegun(name, text),
    )
    .sort((a, b) => a.distance - b.distance);
  return near.length === 0 ? known : near.slice(0, MOST).map(({ name }) => name);
}

const isBegun = (name: string, text: string): boolean => text !== "" && name.toLowerCase().startsWith(text);

/** Edit distance: insertions, deletions, substitutions and swaps of neighbours. */
function distanceBetween(a: string, b: string): number {
  let [before, last] = [new Array<number>(), Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchange = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? before[j - 2]! + 1 : Infinity;
      row.push(Math.min(exchange, swap, last[j]! + 1, row[j - 1]! + 1));
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
