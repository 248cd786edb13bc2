// How measured values are reported: the median and both ends.

/** E.g. "41 (38–55)". */
export function spread(list: readonly number[], digits: number): string {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.round(share * (sorted.length - 1))]!.toFixed(digits);
  return `${at(0.5)} (${at(0)}–${at(1)})`;
}
