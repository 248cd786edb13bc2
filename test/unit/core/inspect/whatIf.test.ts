// What-if: under its own rule a trace stays as it is, and a real second judgement of one step says the same.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  emptyDraftArrays,
  INITIAL_JUDGE_STATE,
  type Guards,
  type Rule,
  type VerdictKind,
} from "../../../../core/laser/index.ts";
import { whatIf } from "../../../../core/inspect/index.ts";
import {
  endsText,
  isChainDraft,
  rowIndexOf,
  traceMetrics,
  type Trace,
} from "../../../../core/trace/index.ts";
import { asChain } from "../../../support/trace/asChain.ts";
import { judgedDraft, randomTrace } from "../../../support/trace/randomTraces.ts";

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1);
const OFF: Guards = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: null };

test("under its own rule and guards nothing flips", () => {
  let judged = 0;
  for (const seed of SEEDS) {
    const trace = randomTrace(seed);
    const { rule, guards } = trace.request;
    const result = whatIf(trace, rule, guards);
    assert.deepEqual(result.flips, [], `seed ${seed}`);
    assert.equal(result.divergence, null, `seed ${seed}`);
    assert.equal(result.committed, trace.result.tokens.length, `seed ${seed}`);
    assert.equal(result.exactSteps, trace.steps.length, `seed ${seed}`);
    judged += result.drafted;
  }
  assert.ok(judged > 1000, `only ${judged} drafted tokens judged`);
});

test("under its own rule a run gives up what its figures say", () => {
  let given = 0;
  for (const seed of SEEDS) {
    const trace = randomTrace(seed);
    const { rule, guards } = trace.request;
    const { natsGivenUp } = traceMetrics(trace);
    const projected = whatIf(trace, rule, guards).natsGivenUp;
    assert.ok(Math.abs(projected - natsGivenUp) < 1e-9, `seed ${seed}: ${projected} for ${natsGivenUp}`);
    given += projected;
  }
  assert.ok(given > 10, `only ${given} nats`);
});

test("any rule decides as it does while decoding, on the rows that hold the drafted token", () => {
  const rules: readonly Rule[] = [
    { kind: "strict" },
    { kind: "relaxed", topK: 3, minProbability: 0.05 },
    { kind: "delta", topK: 4, delta: 0.3 },
    { kind: "ratio", topK: 5, alpha: 0.2 },
  ];
  const every: readonly Guards[] = [
    OFF,
    { endOfText: false, maxConsecutiveRelaxed: 1, maxNatsGivenUp: null },
    { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: 2 },
  ];
  let judged = 0;
  for (const seed of SEEDS) {
    const trace = withHeldDrafts(randomTrace(seed));
    const rule = rules[seed % rules.length]!;
    const guards = every[seed % every.length]!;
    const kinds = trace.steps.map(({ verdicts }) => verdicts.map(({ kind }) => kind));
    for (const { step, place, to } of whatIf(trace, rule, guards).flips) kinds[step]![place] = to;
    assert.deepEqual(kinds, decodedKinds(trace, rule, guards), `seed ${seed}`);
    judged += kinds.flat().length;
  }
  assert.ok(judged > 500, `only ${judged} judged`);
});

test("under the strict rule the text diverges at the first relaxed accept", () => {
  let diverging = 0;
  for (const seed of SEEDS) {
    const trace = randomTrace(seed);
    const first = firstRelaxed(trace);
    const { divergence } = whatIf(trace, { kind: "strict" }, OFF);
    assert.deepEqual(divergence === null ? null : [divergence.step, divergence.place], first, `seed ${seed}`);
    if (first !== null) diverging++;
  }
  assert.ok(diverging > 10, `only ${diverging} traces with a relaxed accept`);
});

test("a divergence names a token that was written and one that was not", () => {
  for (const seed of SEEDS) {
    const trace = randomTrace(seed);
    const { divergence, exactSteps } = whatIf(trace, { kind: "relaxed", topK: 16, minProbability: 0 }, OFF);
    if (divergence === null) continue;
    assert.equal(trace.result.tokens[divergence.tokensBefore], divergence.was, `seed ${seed}`);
    assert.notEqual(divergence.becomes, divergence.was, `seed ${seed}`);
    assert.equal(exactSteps, divergence.step + 1, `seed ${seed}`);
  }
});

test("loosening keeps more, tightening keeps less", () => {
  const tight: Rule = { kind: "relaxed", topK: 2, minProbability: 0.3 };
  const loose: Rule = { kind: "relaxed", topK: 12, minProbability: 0.01 };
  for (const seed of SEEDS) {
    const trace = randomTrace(seed);
    const [low, high] = [tight, loose].map((rule) => whatIf(trace, rule, OFF).committed);
    assert.ok(low! <= high!, `seed ${seed}: ${low} > ${high}`);
  }
});

test("a drafted token outside the recorded candidates is judged by its recorded rank and probability", () => {
  let outside = 0;
  for (const seed of SEEDS) {
    const trace = randomTrace(seed);
    for (const step of trace.steps) {
      const verdict = step.verdicts[0];
      const row = step.rows[0]!;
      const drafted = step.draft[0];
      // In a tree a longer branch may be kept in its place.
      if (!isChainDraft(step.draft)) continue;
      if (verdict?.rank == null || verdict.kind !== "rejected" || row.ids.includes(drafted!.id)) continue;
      const alone: Trace = { ...trace, steps: [step] };
      const justEnough: Rule = { kind: "relaxed", topK: verdict.rank, minProbability: 0 };
      const oneLess: Rule = { ...justEnough, topK: verdict.rank - 1 };
      const free = { ...OFF, endOfText: false };
      const flipped = (rule: Rule) => whatIf(alone, rule, free).flips.some(({ place }) => place === 0);
      assert.ok(flipped(justEnough), `seed ${seed} step ${step.index}`);
      assert.ok(!flipped(oneLess), `seed ${seed} step ${step.index}`);
      outside++;
    }
  }
  assert.ok(outside > 20, `only ${outside} such tokens`);
});

/** The steps whose drafted tokens all are among the recorded candidates. */
function withHeldDrafts(trace: Trace): Trace {
  const steps = trace.steps
    .filter((step) =>
      step.draft.every(
        ({ id }, i) => step.rows[rowIndexOf(step, i)]!.ids.includes(id) && step.verdicts[i]!.rank !== null,
      ),
    )
    .map((step, index) => ({ ...step, index }));
  return { ...trace, steps };
}

/** The kinds of verdicts by the core's own judgement, carried from step to step as decoding does. */
function decodedKinds(trace: Trace, rule: Rule, guards: Guards): VerdictKind[][] {
  let state = INITIAL_JUDGE_STATE;
  return trace.steps.map((step) => {
    const draft = emptyDraftArrays(step.draft.length);
    draft.tokens.set(step.draft.map(({ id }) => id));
    draft.parents.set(step.draft.map(({ parent }) => parent));
    const rows = step.rows.map(({ own: targetToken, ...row }) => ({
      ...row,
      ...{ targetToken, size: row.ids.length, outsideLogit: -Infinity },
      targetEndsText: endsText(trace, targetToken),
    }));
    const judged = judgedDraft(draft, rows, { rule, guards }, state);
    state = judged.state;
    return judged.verdicts.map(({ kind }) => kind);
  });
}

function firstRelaxed(trace: Trace): [number, number] | null {
  for (const step of trace.steps) {
    const place = step.path.findIndex((at) => step.verdicts[at]!.kind === "relaxed");
    if (place >= 0) return [step.index, place];
  }
  return null;
}

test("a verdict that the bounds of its probability leave open is counted, and named by no other threshold", () => {
  let tried = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const trace = randomTrace(seed);
    const [step] = trace.steps;
    const [drafted, verdict, row] = [step?.draft[0], step?.verdicts[0], step?.rows[0]];
    if (drafted === undefined || verdict === undefined || row === undefined || verdict.rank === null)
      continue;
    const { probability: high, probabilityLow: low } = verdict;
    if (drafted.id === row.own || high < 0.01 || low > 0.95 * high) continue;
    const only = { ...trace, steps: [asChain({ ...step!, draft: [drafted], verdicts: [verdict] })] };
    const openAt = (minProbability: number): number =>
      whatIf(only, { kind: "relaxed", topK: 128, minProbability }, { ...OFF, endOfText: false })
        .openDecisions;
    assert.equal(openAt((low + high) / 2), 1, `seed ${seed}`);
    assert.equal(openAt(Math.min(1, high * 1.01)), 0, `seed ${seed}: surely rejected`);
    assert.equal(openAt(low * 0.99), 0, `seed ${seed}: surely kept`);
    tried++;
  }
  assert.ok(tried > 5, `${tried} traces have such a token`);
});
