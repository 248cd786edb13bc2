// How probabilities are written: as many digits as they need.
import assert from "node:assert/strict";
import { test } from "vitest";
import { formatProbability } from "../../../../core/trace/index.ts";

const numbers: [probability: number, against: number | undefined, text: string][] = [
  [0, undefined, "0.00"],
  [1, undefined, "1.00"],
  [0.5, undefined, "0.50"],
  [0.31415, undefined, "0.31"],
  [0.0051, undefined, "0.005"],
  [0.0003, undefined, "0.0003"],
  [0.0000004, undefined, "4e-7"],
  [4e-9, undefined, "4e-9"],
  [0.9999, undefined, "0.9999"],
  [0.996, undefined, "0.996"],
  [0.1, 0.1, "0.10"],
  [0.104, 0.1, "0.104"],
  [0.1, 0.104, "0.100"],
  [0.10000000149011612, 0.1, "0.10000000149011612"],
];

for (const [probability, against, text] of numbers) {
  test(`writes ${probability} against ${String(against)} as ${text}`, () => {
    assert.equal(formatProbability(probability, against), text);
  });
}
