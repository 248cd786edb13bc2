// Contrast of colours as computed styles write them; WCAG 2.2's formula.

/** Contrast of two colours, the first laid over the second. */
export function contrast(above: string, below: string): number {
  const [red = 0, green = 0, blue = 0, alpha = 1] = channels(above);
  const base = channels(below);
  const mixed = [red, green, blue].map((value, i) => alpha * value + (1 - alpha) * base[i]!);
  const [a, b] = [luminance(mixed), luminance(base)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function channels(colour: string): number[] {
  return colour.match(/[\d.]+/g)?.map(Number) ?? [];
}

function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
