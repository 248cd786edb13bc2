// The chart: bars in proportion, intervals if there are any, names that can't break out of the SVG.
import assert from "node:assert/strict";
import { test } from "vitest";
import { chartInWords, speedUpChart, type Bar } from "../../../../server/bench/report/chart.ts";
import { table } from "../../../support/check.ts";

const bar = (name: string, value: number, low = value, high = value): Bar => ({
  name,
  ratio: { value, low, high },
});

const chart = (bars: readonly Bar[]) => speedUpChart({ title: "Speed-up", subtitle: "a machine", bars });

/** Widths of the bars, in order. */
function widths(svg: string): number[] {
  return [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map((match) => Number(match[1]));
}

table(
  "bars",
  [
    { name: "in proportion", bars: [bar("plain", 1), bar("laser", 2)], ratios: [1, 2] },
    { name: "slower than plain", bars: [bar("plain", 1), bar("slow", 0.25)], ratios: [1, 0.25] },
    { name: "large ratios", bars: [bar("plain", 1), bar("fast", 40, 30, 55)], ratios: [1, 40] },
    {
      name: "one that was not measured has no bar",
      bars: [bar("plain", 1), bar("none", Number.NaN)],
      ratios: [1],
    },
  ],
  ({ bars, ratios }) => {
    const svg = chart(bars);
    const [first, ...others] = widths(svg);
    assert.equal(others.length, ratios.length - 1);
    others.forEach((width, i) => {
      // Lengths are written with one digit.
      assert.ok(Math.abs(width - first! * ratios[i + 1]!) <= 0.05 * (1 + ratios[i + 1]!), `${width}`);
    });
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    const ticks = [...svg.matchAll(/text-anchor="middle"/g)].length;
    assert.ok(ticks >= 2 && ticks <= 10, `${ticks} ticks`);
  },
);

test("an interval is a whisker, a point none", () => {
  assert.equal([...chart([bar("a", 2, 1.5, 2.5)]).matchAll(/class="whisker"/g)].length, 1);
  assert.equal([...chart([bar("a", 2)]).matchAll(/class="whisker"/g)].length, 0);
});

test("a name is text, whatever it contains", () => {
  const svg = chart([bar(`<script>&"`, 1)]);
  assert.doesNotMatch(svg, /<script>/);
  assert.match(svg, /&lt;script&gt;&amp;/);
});

test("it says in words what it shows, and has colours for dark pages", () => {
  const bars = [bar("plain", 1), bar("laser", 2.5, 2.25, 2.75)];
  assert.equal(chartInWords(bars), "plain 1.00× (95 % 1.00–1.00), laser 2.50× (95 % 2.25–2.75)");
  assert.match(chart(bars), /<desc id="desc">plain 1\.00×/);
  assert.match(chart(bars), /prefers-color-scheme: dark/);
});
