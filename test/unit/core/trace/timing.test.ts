// Where a run's text may depend on how long its steps took.
import assert from "node:assert/strict";
import { ruleFor, PUBLISHED_RULE, type Strategy } from "../../../../core/laser/index.ts";
import { followsTiming, timingWords } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";

interface Row {
  readonly name: string;
  readonly strategy: Strategy;
  readonly planner?: "repeatable" | "adaptive";
  readonly reproducible?: boolean;
  readonly follows: boolean;
}

const rows: readonly Row[] = [
  { name: "plain", strategy: "plain", follows: false },
  { name: "relaxed, by fixed costs", strategy: "laser", planner: "repeatable", follows: false },
  { name: "relaxed, by measured times", strategy: "laser", planner: "adaptive", follows: true },
  { name: "relaxed, of a trace before there was a choice", strategy: "laser", follows: true },
  { name: "strict and reproducible", strategy: "laser-strict", reproducible: true, follows: false },
  { name: "strict, not reproducible", strategy: "laser-strict", follows: true },
  {
    name: "strict, not reproducible, by fixed costs",
    strategy: "laser-strict",
    planner: "repeatable",
    follows: false,
  },
  { name: "relaxed and padded to equal bits", strategy: "laser", reproducible: true, follows: true },
];
table("a run", rows, ({ strategy, planner, reproducible = false, follows }) => {
  const request = {
    strategy,
    rule: ruleFor(strategy, PUBLISHED_RULE),
    reproducible,
    ...(planner && { planner }),
  };
  assert.equal(followsTiming(request), follows);
  assert.equal(timingWords(request) === null, !follows);
});
