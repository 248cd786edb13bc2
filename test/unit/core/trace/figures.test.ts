// Figures of seeded runs: what each definition says, counted another way, and what must hold between them.
import assert from "node:assert/strict";
import { test } from "vitest";
import { whatIf } from "../../../../core/inspect/index.ts";
import type { Rule } from "../../../../core/laser/index.ts";
import {
  addCounts,
  committedOf,
  countSteps,
  isChainDraft,
  METRIC_DEFINITIONS,
  NO_STEPS,
  pieces,
  traceMetrics,
  withRates,
  type StepCounts,
  type Trace,
  type TraceMetrics,
} from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { seededRandom } from "../../../support/random.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const traces = Array.from({ length: 250 }, (_, i) => randomTrace(i + 1));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const hasTree = ({ steps }: Trace): boolean => steps.some(({ draft }) => !isChainDraft(draft));
const LOOSE = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

function ofKind({ steps }: Trace, kind: string): number {
  return sum(steps.map(({ verdicts }) => verdicts.filter((verdict) => verdict.kind === kind).length));
}

/** Each figure by its definition in words, from the result or only from kinds, not as the reader counts. */
const BY_DEFINITION: Readonly<Record<keyof TraceMetrics, (trace: Trace, all: TraceMetrics) => unknown>> = {
  steps: ({ steps }) => steps.length,
  draftlessSteps: ({ steps }) => steps.filter(({ next }) => next.kind === "plain").length,
  drafted: ({ steps }) => sum(steps.map(({ plan }) => plan.sentTokens)),
  accepted: (trace) => ofKind(trace, "accepted"),
  relaxed: (trace) => ofKind(trace, "relaxed"),
  // Off the kept path, and after nothing that the rule rejects.
  rejected: ({ steps }) =>
    sum(
      steps.map(({ draft, verdicts, path }) => {
        const isReached = ({ parent }: { readonly parent: number }): boolean =>
          parent < 0 || path.includes(parent) || verdicts[parent]!.reason === "shorterBranch";
        return draft.filter((drafted, place) => !path.includes(place) && isReached(drafted)).length;
      }),
    ),
  unreached: (trace) => ofKind(trace, "unreached"),
  committed: ({ result }) => result.tokens.length,
  committedDrafted: ({ result, steps }) =>
    result.tokens.length - steps.filter(({ next }) => next.kind === "plain").length,
  keptHistogram: ({ steps }) => {
    const sizes = steps.map((step) => committedOf(step).length - 1);
    return Array.from(
      { length: Math.max(-1, ...sizes) + 1 },
      (_, i) => sizes.filter((size) => size === i).length,
    );
  },
  edl: (_, { committed, steps }) => (steps === 0 ? null : committed / steps),
  edlDrafted: (_, { committedDrafted, steps, draftlessSteps }) =>
    steps === draftlessSteps ? null : committedDrafted / (steps - draftlessSteps),
  acceptance: (_, { accepted, relaxed, drafted }) => (drafted === 0 ? null : (accepted + relaxed) / drafted),
  relaxedShare: (_, { relaxed, committed }) => (committed === 0 ? null : relaxed / committed),
  natsGivenUp: ({ steps }) => {
    const given = steps.flatMap(({ draft, verdicts, rows }) =>
      verdicts.map(({ kind, probability }, i) => {
        if (kind !== "relaxed") return 0;
        const { ids, logits, logSumExp } = rows[draft[i]!.parent + 1]!;
        const at = ids.indexOf(draft[i]!.id);
        return (
          Math.log(Math.exp(logits[0]! - logSumExp)) -
          (at < 0 ? Math.log(probability) : logits[at]! - logSumExp)
        );
      }),
    );
    return sum(given);
  },
  openDecisions: ({ steps, request: { rule } }) =>
    steps.flatMap(({ draft, verdicts, rows }) =>
      verdicts.filter(({ kind, probabilityLow }, i) => {
        if (kind !== "relaxed") return false;
        const { logits, logSumExpHigh } = rows[draft[i]!.parent + 1]!;
        if (rule.kind === "relaxed") return !(probabilityLow > rule.minProbability);
        return (
          rule.kind === "delta" && !(probabilityLow >= Math.exp(logits[0]! - logSumExpHigh) - rule.delta)
        );
      }),
    ).length,
  draftMs: ({ steps }) => sum(steps.map(({ draftMs }) => draftMs)),
  verifyMs: ({ steps }) => sum(steps.map(({ verifyMs }) => verifyMs)),
  otherMs: ({ steps }) => sum(steps.map(({ otherMs }) => otherMs)),
  totalMs: ({ steps }) => sum(steps.map(({ draftMs, verifyMs, otherMs }) => draftMs + verifyMs + otherMs)),
  tokensPerSecond: (_, { committed, totalMs }) => (totalMs === 0 ? null : committed / (totalMs / 1000)),
};

table(
  "a figure is what its definition says",
  METRIC_DEFINITIONS.map(({ name }) => ({ name })),
  ({ name }) => {
    for (const [i, trace] of traces.entries()) {
      const all = traceMetrics(trace);
      const [found, expected] = [all[name], BY_DEFINITION[name](trace, all)];
      if (typeof found !== "number" || (Number.isInteger(found) && Number.isInteger(expected)))
        assert.deepEqual(found, expected, `seed ${i + 1}`);
      else
        assert.ok(Math.abs(found - Number(expected)) <= 1e-9 * Math.max(1, found), `seed ${i + 1}: ${found}`);
    }
    const figures = traces.map((trace) => JSON.stringify(traceMetrics(trace)[name]));
    assert.ok(new Set(figures).size > 1, `only ${new Set(figures).size} different figures`);
  },
);

test("identities: figures counted in two ways agree", () => {
  for (const [i, trace] of traces.entries()) {
    const counts = traceMetrics(trace);
    const { keptHistogram, accepted, relaxed, rejected, unreached, drafted, committed, steps } = counts;
    const at = `seed ${i + 1}`;
    assert.equal(sum(keptHistogram), steps, at);
    assert.equal(sum(keptHistogram.map((amount, kept) => amount * kept)), accepted + relaxed, at);
    assert.equal(committed, accepted + relaxed + steps, at);
    assert.equal(committed, sum(trace.steps.map((step) => committedOf(step).length)), at);
    assert.equal(drafted, accepted + relaxed + rejected + unreached, at);
    assert.equal(committed, counts.committedDrafted + counts.draftlessSteps, at);
    assert.equal(
      pieces(trace)
        .map(({ text }) => text)
        .join(""),
      trace.result.text,
      at,
    );
    if (!hasTree(trace)) assert.ok(rejected <= steps - counts.draftlessSteps, at);
    assert.ok((counts.edl ?? 1) >= 1 && (counts.acceptance ?? 0) <= 1, at);
    // Every step ends with a token of the target's own.
    assert.ok((counts.relaxedShare ?? 0) < 1 && relaxed <= committed - steps, at);
    assert.ok(counts.natsGivenUp >= 0 && counts.openDecisions <= relaxed, at);
    if (trace.request.rule.kind === "strict")
      assert.deepEqual([relaxed, counts.natsGivenUp, counts.openDecisions], [0, 0, 0], at);
  }
});

/** Sums of durations differ in their last digits with the order. */
function rounded(counts: StepCounts): string {
  return JSON.stringify(withRates(counts), (_, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(10)) : value,
  );
}

test("counts of any parts in any order add up to those of the whole, and so do rates derived from them", () => {
  for (const [i, { steps, request }] of traces.entries()) {
    const random = seededRandom(i);
    const whole = rounded(countSteps(steps, request.rule));
    const shuffled = steps.map((step) => [random.next(), step] as const).sort(([a], [b]) => a - b);
    const inOtherOrder = shuffled.map(([, step]) => step);
    assert.equal(rounded(countSteps(inOtherOrder, request.rule)), whole, `seed ${i + 1}`);
    let added = NO_STEPS;
    for (let from = 0; from < steps.length;) {
      const to = from + 1 + random.below(3);
      added = addCounts(added, countSteps(inOtherOrder.slice(from, to), request.rule));
      from = to;
    }
    assert.equal(rounded(added), whole, `seed ${i + 1}`);
    const counts = countSteps(steps, request.rule);
    assert.equal(rounded(addCounts(counts, NO_STEPS)), whole);
    const [a, b] = [counts, countSteps(traces[(i + 1) % traces.length]!.steps, request.rule)];
    assert.equal(rounded(addCounts(a, b)), rounded(addCounts(b, a)));
  }
});

test("a what-if under the trace's own rule changes nothing, and its figures are the run's", () => {
  let drafted = 0;
  for (const [i, trace] of traces.entries()) {
    const { rule, guards } = trace.request;
    const metrics = traceMetrics(trace);
    const found = whatIf(trace, rule, guards);
    assert.deepEqual(found.flips, [], `seed ${i + 1}`);
    for (const name of ["drafted", "steps", "committed", "relaxed"] as const)
      assert.equal(found[name], metrics[name], `seed ${i + 1}: ${name}`);
    drafted += found.drafted;
  }
  assert.ok(drafted > 1000, `only ${drafted}`);
});

test("loosening k or p rejects nothing that a chain kept, up to the step where the text diverges", () => {
  let turned = 0;
  for (const [i, trace] of traces.entries()) {
    // In a tree another branch may become the longest.
    if (hasTree(trace)) continue;
    if (trace.request.guards.maxConsecutiveRelaxed !== null || trace.request.guards.maxNatsGivenUp !== null)
      continue;
    for (const looser of looserThan(trace.request.rule)) {
      const { flips, divergence } = whatIf(trace, looser, {
        ...LOOSE,
        endOfText: trace.request.guards.endOfText,
      });
      const last = divergence?.step ?? Infinity;
      for (const { step, from, to } of flips) {
        if (step > last) continue;
        assert.ok(from !== "accepted" && from !== "relaxed", `seed ${i + 1}, step ${step}: ${from} to ${to}`);
        turned++;
      }
    }
  }
  assert.ok(turned > 50, `only ${turned} turned`);
});

function looserThan(rule: Rule): Rule[] {
  if (rule.kind === "strict") return [{ kind: "relaxed", topK: 3, minProbability: 0.02 }];
  const more = { topK: rule.topK + 2 };
  if (rule.kind === "relaxed")
    return [
      { ...rule, ...more },
      { ...rule, minProbability: rule.minProbability / 2 },
    ];
  if (rule.kind === "delta")
    return [
      { ...rule, ...more },
      { ...rule, delta: Math.min(1, rule.delta * 2) },
    ];
  return [
    { ...rule, ...more },
    { ...rule, alpha: rule.alpha / 2 },
  ];
}
