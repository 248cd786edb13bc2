// What a batch run prints of its ratio to plain decoding: on how many rows, or why on none.
import assert from "node:assert/strict";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { whyNotMeasured } from "../../../../server/cli/run/finishRun.ts";
import { progressLine } from "../../../../server/cli/run/runProgress.ts";
import { table } from "../../../support/check.ts";

const AT = {
  done: 3,
  failed: 0,
  rows: 10,
  rowsPerSecond: null,
  tokensPerSecond: null,
  secondsLeft: null,
  edl: null,
};

table(
  "progress",
  [
    {
      name: "with samples",
      plainRatio: 1.234,
      plainSamples: 2,
      says: "3 of 10 rows · 1.23× plain (2 rows both ways)",
    },
    {
      name: "without one so far",
      plainRatio: null,
      plainSamples: 0,
      says: "3 of 10 rows · ratio to plain not measured yet",
    },
    { name: "if none is wanted", plainRatio: null, plainSamples: null, says: "3 of 10 rows" },
  ],
  ({ says, plainRatio, plainSamples }) => {
    assert.equal(progressLine({ ...AT, plainRatio, plainSamples }), says);
  },
);

table(
  "no ratio, because",
  [
    {
      name: "of plain decoding",
      strategy: "plain",
      parallel: 1,
      plainEvery: 1,
      says: /this is plain decoding/,
    },
    {
      name: "of several rows at once",
      strategy: "laser",
      parallel: 4,
      plainEvery: 1,
      says: /bench --parallel/,
    },
    { name: "it is off", strategy: "laser", parallel: 1, plainEvery: 0, says: /^--plain-every 0$/ },
    {
      name: "of few rows",
      strategy: "laser",
      parallel: 1,
      plainEvery: 100,
      says: /one row in 100 .* none of these was/,
    },
  ] as const,
  ({ says, strategy, ...flags }) => {
    assert.match(whyNotMeasured(flags, { settings: { ...DEFAULT_SETTINGS, strategy } }), says);
  },
);
