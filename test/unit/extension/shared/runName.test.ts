// What runs are called, and which plain run a speed-up is measured against.
import assert from "node:assert/strict";
import { test } from "vitest";
import { clockTime, runName, type NamedRun } from "../../../../extension/shared/runName.ts";
import {
  isDoubtful,
  plainRunOf,
  plainRunWords,
  type ComparedRun,
} from "../../../../extension/shared/plainRun.ts";
import { table } from "../../../support/check.ts";

const NOW = new Date(2026, 10, 28, 18, 0).getTime();
const AT = new Date(2026, 10, 28, 17, 4).toISOString();
const run: NamedRun = {
  promptFile: "prompts/book.prompty",
  strategy: "laser",
  rule: { kind: "relaxed", topK: 6, minProbability: 0.02 },
  inheritedTokens: 0,
  createdAt: AT,
};

interface Row {
  readonly name: string;
  readonly run: Partial<NamedRun>;
  readonly called: string;
}

const rows: readonly Row[] = [
  { name: "relaxed", run: {}, called: "book · laser k 6 p 0.02 · 17:04" },
  {
    name: "strict",
    run: { strategy: "laser-strict", rule: { kind: "strict" } },
    called: "book · laser-strict · 17:04",
  },
  {
    name: "continued",
    run: { inheritedTokens: 46 },
    called: "book · laser k 6 p 0.02 from token 46 · 17:04",
  },
  { name: "of selected text", run: { promptFile: null }, called: "selected text · laser k 6 p 0.02 · 17:04" },
  {
    name: "of Windows",
    run: { promptFile: "c:\\a\\film.prompty" },
    called: "film · laser k 6 p 0.02 · 17:04",
  },
  {
    name: "by a ratio",
    run: { rule: { kind: "ratio", topK: 3, alpha: 0.98123 } },
    called: "book · laser k 3 ratio 0.981 · 17:04",
  },
  {
    name: "with an order of its own in its name",
    run: { promptFile: "\u202egnp.prompty" },
    called: "<U+202E>gnp · laser k 6 p 0.02 · 17:04",
  },
];
table("a run", rows, ({ run: changes, called }) => {
  const name = runName({ ...run, ...changes }, NOW, "en");
  assert.equal(name, called);
});

test("a run of another day has its date", () => {
  assert.match(clockTime(NOW - 86_400_000, NOW, "en"), /27.* 18:00|18:00/);
  assert.notEqual(clockTime(NOW - 86_400_000, NOW, "en"), clockTime(NOW, NOW, "en"));
});

const device = { backend: "cpu" as const, names: [], offloadedLayers: 0, maxThreads: 2 };
const own: ComparedRun = { createdAt: AT, tokens: [1, 2, 3, 4], device };
const plain = {
  createdAt: new Date(Date.parse(AT) - 4 * 60_000).toISOString(),
  tokensPerSecond: 19.21,
  device,
};

interface PlainRow {
  readonly name: string;
  readonly plain: Partial<ComparedRun>;
  readonly doubtful: boolean;
  readonly words: string;
}

const plainRows: readonly PlainRow[] = [
  {
    name: "of the same text",
    plain: { tokens: [1, 2, 3, 4] },
    doubtful: false,
    words: "one plain run, 19.2 tokens/s, 4 minutes before this run; both answers are the same",
  },
  {
    name: "of another text",
    plain: { tokens: [1, 2, 3, 9, 9] },
    doubtful: false,
    words: "one plain run, 19.2 tokens/s, 4 minutes before this run; the answers diverge after 3 tokens",
  },
  {
    name: "of yesterday, on other threads",
    plain: {
      tokens: [1, 2, 3, 4],
      createdAt: new Date(Date.parse(AT) - 26 * 3_600_000).toISOString(),
      device: { ...device, maxThreads: 4 },
    },
    doubtful: true,
    words:
      "one plain run, 19.2 tokens/s, 26 hours before this run; both answers are the same; measured 26 hours before this run: the load may differ; 4 threads, this run 2",
  },
];
table("a plain run", plainRows, ({ plain: changes, doubtful, words }) => {
  const found = plainRunOf("/a", { tokens: [], ...plain, ...changes }, own);
  assert.equal(plainRunWords(found), words);
  assert.equal(isDoubtful(found), doubtful);
});
