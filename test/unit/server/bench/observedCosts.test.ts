// The table of a run, from one measured before it and evaluations of which every cost is known.
import assert from "node:assert/strict";
import { test } from "vitest";
import { observedCosts, type Evaluation } from "../../../../server/bench/index.ts";
import type { CostTable } from "../../../../core/laser/index.ts";

const BEFORE: CostTable = {
  points: [1, 2].flatMap((threads) =>
    [1, 4, 8].map((tokens) => ({ tokens, threads, baseMs: 10 * tokens, msPerContextToken: 0.1 })),
  ),
};

/** `seen` evaluations of `tokens` by `threads`, each `times` as long as the table says after 100 tokens. */
function evaluations(seen: number, tokens: number, threads: number, times: number): Evaluation[] {
  const measured = [1, 4, 8].find((count) => count >= tokens)!;
  return Array.from({ length: seen }, () => ({
    tokens,
    threads,
    contextTokens: 100,
    ms: times * (10 * measured + 10),
  }));
}

function scales(observed: readonly Evaluation[]): number[] {
  return observedCosts(BEFORE, observed).points.map((point, i) => {
    const before = BEFORE.points[i]!;
    const scale = point.baseMs / before.baseMs;
    assert.ok(Math.abs(point.msPerContextToken / before.msPerContextToken - scale) < 1e-9);
    return Math.round(scale * 1000) / 1000;
  });
}

const CASES: { readonly name: string; readonly run: Evaluation[]; readonly scales: number[] }[] = [
  { name: "nothing seen: as measured before", run: [], scales: [1, 1, 1, 1, 1, 1] },
  {
    name: "a count often seen takes its own scale, its neighbours that of the nearest",
    run: [...evaluations(30, 1, 1, 0.8), ...evaluations(30, 8, 1, 1.5)],
    scales: [0.8, 0.8, 1.5, 1, 1, 1],
  },
  {
    name: "a count between measured ones belongs to the next larger",
    run: evaluations(20, 3, 2, 2),
    scales: [1, 1, 1, 2, 2, 2],
  },
  { name: "too few are not evidence", run: evaluations(19, 1, 1, 3), scales: [1, 1, 1, 1, 1, 1] },
  {
    name: "the mean of all counts, slow ones too",
    run: [...evaluations(30, 1, 1, 1), ...evaluations(10, 1, 1, 5)],
    scales: [2, 2, 2, 1, 1, 1],
  },
];
for (const { name, run, scales: expected } of CASES)
  test(`costs of a run: ${name}`, () => {
    assert.deepEqual(scales(run), expected);
  });
