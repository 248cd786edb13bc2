// Comparisons of a panel's turns: what grows with the text falls away, what a turn costs stays.
import assert from "node:assert/strict";
import { table } from "../../../support/check.ts";
import { comparisons, type TimedStep, type Turn } from "../../../bench/slowDown/turns.ts";

const TURN_MS = 1000;

/** Alternately hidden and visible, hidden first. */
function turnsOf(count: number): readonly Turn[] {
  return Array.from({ length: count }, (_, index) => ({
    fromMs: index * TURN_MS,
    isVisible: index % 2 === 1,
  }));
}

/** Steps that begin every 10 ms and last as long as is given for their start. */
function stepsOf(count: number, msAt: (fromMs: number) => number): readonly TimedStep[] {
  return Array.from({ length: count }, (_, index) => ({ fromMs: index * 10, ms: msAt(index * 10) }));
}

const isVisibleAt = (ms: number): boolean => Math.floor(ms / TURN_MS) % 2 === 1;

table(
  "turns are compared with their neighbours",
  [
    { name: "no difference", msAt: () => 8, turns: 8, ratios: [1, 1, 1] },
    {
      name: "visible steps take a tenth longer",
      msAt: (ms: number) => (isVisibleAt(ms) ? 8.8 : 8),
      turns: 8,
      ratios: [1.1, 1.1, 1.1],
    },
    {
      name: "steps that take longer and longer",
      msAt: (ms: number) => 4 + ms / 2000,
      turns: 8,
      ratios: [1, 1, 1],
    },
    {
      name: "what happens as the panel opens and closes",
      msAt: (ms: number) => (ms % TURN_MS < 300 ? 9.9 : 8),
      turns: 6,
      ratios: [1, 1],
    },
    { name: "a visible turn without a hidden one after it", msAt: () => 8, turns: 3, ratios: [] },
    { name: "no steps", msAt: () => 8, turns: 8, ratios: [], steps: 0 },
  ],
  ({ msAt, turns, ratios, steps = turns * 100 }) => {
    const found = comparisons(stepsOf(steps, msAt), turnsOf(turns), 300);
    assert.deepEqual(
      found.map(({ numerator, denominator }) => Math.round(200 * (numerator / denominator)) / 200),
      ratios,
    );
  },
);
