// The committed traces of versions 1 and 2 are read forever; their figures are checked against ones made by hand. That
// of version 1 was written once and is never written again.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { Check } from "typebox/schema";
import {
  addCounts,
  candidatesOf,
  countSteps,
  endsText,
  insteadSentence,
  METRIC_DEFINITIONS,
  NO_STEPS,
  parseTrace,
  pieces,
  serialiseTrace,
  tokenSentence,
  tokenText,
  traceMetrics,
  verdictSentence,
  withRates,
} from "../../../../core/trace/index.ts";
import { golden } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";
import { smallTrace } from "./smallRun.ts";
import { smallTree } from "./smallTree.ts";

const fixture = (name: string): URL =>
  new URL(`../../../fixtures/traces/${name}.lasertrace`, import.meta.url);
const schemaFile = new URL("../../../../core/trace/lasertrace.schema.json", import.meta.url);
if (process.env.UPDATE_GOLDEN === "1") {
  writeFileSync(fixture("v2"), serialiseTrace(smallTrace()));
  writeFileSync(fixture("v2-tree"), serialiseTrace(smallTree()));
}
const text = readFileSync(fixture("v2"), "utf8");
const textV1 = readFileSync(fixture("v1"), "utf8");
const treeText = readFileSync(fixture("v2-tree"), "utf8");
const trace = parseTrace(textV1);
const tree = parseTrace(treeText);

test("the recorder writes the committed traces of version 2", () => {
  assert.equal(serialiseTrace(smallTrace()), text);
  assert.equal(serialiseTrace(smallTree()), treeText);
});

test("version 1 is read as the same run, and written as version 2", () => {
  assert.equal((JSON.parse(textV1) as { version: number }).version, 1);
  assert.deepEqual(trace, parseTrace(text));
  assert.equal(trace.version, 2);
  assert.deepEqual(
    trace.steps.map(({ draft, path }) => [draft.map(({ parent }) => parent), path]),
    [
      [
        [-1, 0, 1, 2, 3],
        [0, 1, 2],
      ],
      [[], []],
      [
        [-1, 0],
        [0, 1],
      ],
      [[], []],
    ],
  );
  assert.equal(serialiseTrace(trace), text);
});

test("keys without a meaning in version 1 may hold anything there, and stay meaningless", () => {
  const document = JSON.parse(textV1) as { steps: Record<string, unknown>[] };
  for (const step of document.steps) {
    Object.assign(step, { path: "x", repeatedTokens: -1 });
    Object.assign(step.plan as object, { declined: [] });
    for (const drafted of step.draft as object[]) Object.assign(drafted, { parent: null });
  }
  assert.deepEqual(parseTrace(JSON.stringify(document)), trace);
});

test("the shipped schema accepts the committed traces and refuses changed ones", () => {
  const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as object;
  for (const one of [text, textV1, treeText]) {
    assert.equal(Check(schema, JSON.parse(one)), true);
    assert.equal(Check(schema, JSON.parse(one.replace('"rank":1', '"rank":0'))), false);
  }
});

test("its text, and é with the token that completes it", () => {
  assert.equal(trace.result.text, " is a drama film café.");
  const shown = pieces(trace).map((piece) => piece.text);
  assert.deepEqual(shown, [" is", " a", " drama", " film", " caf", "", "é", ".", ""]);
});

test("its tokens on their own", () => {
  assert.deepEqual(
    [0, 7, 8, 999].map((id) => tokenText(trace, id)),
    ["<|im_end|>", " drama", "<C3>", "<999>"],
  );
  assert.deepEqual(
    [0, 1, 7, 999].map((id) => endsText(trace, id)),
    [true, false, false, false],
  );
});

test("its figures", () => {
  const { natsGivenUp, ...figures } = traceMetrics(trace);
  assert.deepEqual(figures, {
    steps: 4,
    draftlessSteps: 2,
    drafted: 7,
    accepted: 4,
    relaxed: 1,
    rejected: 1,
    unreached: 1,
    committed: 9,
    committedDrafted: 7,
    keptHistogram: [2, 0, 1, 1],
    openDecisions: 0,
    draftMs: 2,
    verifyMs: 80,
    otherMs: 8,
    edl: 9 / 4,
    edlDrafted: 7 / 2,
    acceptance: 5 / 7,
    relaxedShare: 1 / 9,
    totalMs: 90,
    tokensPerSecond: 100,
  });
  assert.ok(Math.abs(natsGivenUp - Math.log(0.6 / 0.3)) < 1e-6);
});

test("its verdicts in words", () => {
  const [first] = trace.steps;
  assert.deepEqual(
    first!.verdicts.map((verdict) => verdictSentence(verdict, trace.request)),
    [
      "rank 1, p = 0.58–0.60: the target's choice",
      "rank 1, p = 0.58–0.60: the target's choice",
      "rank 2, p = 0.29–0.30: not the target's choice, but the relaxed rule keeps rank ≤ 2 and p > 0.10; p is at most 0.20 above the threshold",
      "rank 3, p = 0.04: the relaxed rule needs rank ≤ 2 and p > 0.10; both fail, p is 0.06 below the threshold",
      "not reached: an earlier token of the draft was rejected (rank 2, p = 0.29–0.30 at this position)",
    ],
  );
});

test("a tree: its path, its verdicts, and no interval of what is exact", () => {
  const [first, second] = tree.steps;
  assert.equal(tree.result.text, " is a drama.");
  assert.deepEqual(first!.path, [0, 2, 4]);
  assert.deepEqual(
    first!.verdicts.map(({ kind, reason }) => `${kind} ${reason}`),
    [
      "accepted ownChoice",
      "rejected shorterBranch",
      "accepted ownChoice",
      "rejected rankAndProbability",
      "relaxed withinRule",
      "unreached behindRejection",
      "rejected rankAndProbability",
      "rejected shorterBranch",
    ],
  );
  assert.deepEqual(second!.plan.declined, { draftedTokens: 5, expectedKept: 1.2, expectedMs: 9.1 });
  assert.deepEqual([first!.repeatedTokens, second!.repeatedTokens], [0, 4]);
  assert.doesNotMatch(treeText, /logSumExpHigh|probabilityLow/);
  const { natsGivenUp, ...figures } = traceMetrics(tree);
  assert.deepEqual(
    [figures.drafted, figures.accepted, figures.relaxed, figures.rejected, figures.unreached, figures.edl],
    [8, 2, 1, 4, 1, 5 / 2],
  );
  assert.ok(Math.abs(natsGivenUp - Math.log(0.6 / 0.3)) < 1e-6);
});

test("what is said of the tokens of a tree, as in test/golden/explain", () => {
  const names = { header: null, tokens: tree.tokens, entries: {} };
  const lines = tree.steps.flatMap((step) =>
    [...step.draft.keys(), step.draft.length].map((place) => {
      const token = { step, place };
      const candidates = candidatesOf(token, names).slice(0, 3);
      const shown = candidates.map(({ text: candidate, marks }) => [candidate, ...marks].join(" "));
      const instead = insteadSentence(token, names);
      return [
        tokenSentence(token, tree.request),
        ...(instead === null ? [] : [instead]),
        shown.join(" ·"),
      ].join("\n  ");
    }),
  );
  golden("explain/tree", lines.join("\n"));
});

test("a run without steps has counts of 0 and no rates", () => {
  const { edl, edlDrafted, acceptance, relaxedShare, tokensPerSecond, steps, keptHistogram } =
    withRates(NO_STEPS);
  assert.deepEqual([edl, edlDrafted, acceptance, relaxedShare, tokensPerSecond], Array(5).fill(null));
  assert.deepEqual([steps, keptHistogram], [0, []]);
});

test("counts of parts add up to the counts of the whole", () => {
  for (let seed = 0; seed < 100; seed++) {
    const { steps, request } = randomTrace(seed);
    const cut = seed % (steps.length + 1);
    const parts = [steps.slice(0, cut), steps.slice(cut)].map((part) => countSteps(part, request.rule));
    const { draftMs, verifyMs, otherMs, natsGivenUp, ...whole } = countSteps(steps, request.rule);
    const sum = addCounts(parts[0]!, parts[1]!);
    assert.deepEqual(
      { ...sum, draftMs, verifyMs, otherMs, natsGivenUp },
      { ...whole, draftMs, verifyMs, otherMs, natsGivenUp },
    );
    const differences = [sum.draftMs - draftMs, sum.verifyMs - verifyMs, sum.otherMs - otherMs];
    for (const difference of [...differences, sum.natsGivenUp - natsGivenUp])
      assert.ok(Math.abs(difference) < 1e-9, `seed ${seed}`);
  }
});

test("a relaxed accept is open if only the upper end of its interval passes", () => {
  const [first, ...others] = trace.steps;
  const openAt = (probabilityLow: number): number => {
    const verdicts = first!.verdicts.map((verdict) => ({ ...verdict, probabilityLow }));
    return countSteps([{ ...first!, verdicts }, ...others], trace.request.rule).openDecisions;
  };
  assert.deepEqual([openAt(0.05), openAt(0.1), openAt(0.11)], [1, 1, 0]);
});

test("every figure has a definition, and a quotient names both its sides", () => {
  assert.deepEqual(
    METRIC_DEFINITIONS.map(({ name }) => name).sort(),
    Object.keys(traceMetrics(trace)).sort(),
  );
  for (const { name, numerator, denominator } of METRIC_DEFINITIONS) {
    assert.equal(numerator === null, denominator === null, name);
  }
  const quotients = METRIC_DEFINITIONS.filter(({ numerator }) => numerator !== null).map(({ name }) => name);
  assert.deepEqual(quotients, ["edl", "edlDrafted", "acceptance", "relaxedShare", "tokensPerSecond"]);
});
