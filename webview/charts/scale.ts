// Lengths and ticks of a chart in pixels, from the size of its text. Pure.

/** The size of a chart: its width and its text size, both in CSS pixels. */
export interface PlotSize {
  readonly widthPx: number;
  readonly emPx: number;
}

/** Ticks from 0, evenly spaced by 1, 2 or 5 times a power of ten; the last one is at or above `max`. */
export function ticksTo(max: number, wantedTicks: number, leastStep = 0): number[] {
  if (!(max > 0)) return [0, Math.max(1, leastStep)];
  const raw = max / Math.max(1, wantedTicks);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(
    leastStep,
    [1, 2, 5, 10].map((factor) => factor * power).find((s) => s >= raw)!,
  );
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  // Powers of ten below 1 are not exact: 3 × 0.1 would be shown as 0.30000000000000004.
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** A coordinate, rounded to a tenth of a pixel. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Estimated width of a text in the size of ticks, rather too large than too small. */
export function textPx(text: string, { emPx }: PlotSize): number {
  return text.length * 0.62 * emPx + (text.includes("%") ? 0.3 * emPx : 0);
}

/** The indices of labels that fit side by side: every one, every second, every fifth … */
export function shownLabels(labels: readonly string[], bandPx: number, size: PlotSize): number[] {
  const widest = Math.max(0, ...labels.map((label) => textPx(label, size))) + 0.6 * size.emPx;
  const every = [1, 2, 5, 10, 20, 50].find((count) => count * bandPx >= widest) ?? 100;
  return labels.flatMap((_, i) => (i % every === 0 ? [i] : []));
}
