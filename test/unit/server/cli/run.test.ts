// What a batch run prints of its ratio to plain decoding: on how many rows, or why on none.
import assert from "node:assert/strict";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import type { PlainRows } from "../../../../server/batch/index.ts";
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

const rows = (used: number, failed = 0, withoutPlain = 0): PlainRows => ({ used, failed, withoutPlain });

table(
  "progress",
  [
    {
      name: "with samples",
      plainRatio: 1.234,
      plainRows: rows(2),
      says: "3 of 10 rows · 1.23× plain (2 rows both ways)",
    },
    {
      name: "with rows that can't be compared",
      plainRatio: 1.234,
      plainRows: rows(7, 2, 1),
      says: "3 of 10 rows · 1.23× plain (7 of 10 rows both ways: 2 failed, 1 without a plain answer)",
    },
    {
      name: "with failed rows alone",
      plainRatio: null,
      plainRows: rows(0, 2),
      says: "3 of 10 rows · ratio to plain not measured yet: 2 failed",
    },
    {
      name: "without one so far",
      plainRatio: null,
      plainRows: rows(0),
      says: "3 of 10 rows · ratio to plain not measured yet",
    },
    { name: "if none is wanted", plainRatio: null, plainRows: null, says: "3 of 10 rows" },
  ],
  ({ says, plainRatio, plainRows }) => {
    assert.equal(progressLine({ ...AT, plainRatio, plainRows }), says);
  },
);

interface WhyRow {
  readonly name: string;
  readonly strategy: "plain" | "laser";
  readonly parallel: number;
  readonly plainEvery: number;
  readonly bothWays?: PlainRows;
  readonly says: RegExp;
}
table<WhyRow>(
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
    {
      name: "all of them failed",
      strategy: "laser",
      parallel: 1,
      plainEvery: 2,
      bothWays: rows(0, 3, 1),
      says: /^rows to be written both ways: 3 failed, 1 without a plain answer$/,
    },
  ],
  ({ says, strategy, bothWays = rows(0), ...flags }: WhyRow) => {
    assert.match(whyNotMeasured(flags, { settings: { ...DEFAULT_SETTINGS, strategy } }, bothWays), says);
  },
);
