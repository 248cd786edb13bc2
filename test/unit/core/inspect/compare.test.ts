// Comparisons of seeded and of changed traces: the first divergence does not depend on which side is left, its cause is
// reported, figures are compared with the baseline, differing conditions are named.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import {
  answerTokenAt,
  compareAnswers,
  compareFigures,
  unlikeConditions,
} from "../../../../core/inspect/index.ts";
import {
  METRIC_DEFINITIONS,
  parseTrace,
  pieces,
  traceMetrics,
  type Trace,
} from "../../../../core/trace/index.ts";
import { repositoryFolder, table } from "../../../support/check.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

const REAL = parseTrace(
  readFileSync(path.join(repositoryFolder, "test/fixtures/traces/v1.lasertrace"), "utf8"),
);

test("the first divergence is where the texts diverge, and is the other way round when the sides are exchanged", () => {
  let seen = 0;
  for (let seed = 1; seed <= 120; seed++) {
    const left = randomTrace(seed, 20);
    // Every third pair has the same beginning: the same answer, cut short.
    const right = seed % 3 === 0 ? cutShort(left, 1 + (seed % 7)) : randomTrace(seed + 1000, 20);
    const { divergence } = compareAnswers(left, right);
    const { divergence: mirrored } = compareAnswers(right, left);
    const swapped = mirrored && {
      leftTokens: mirrored.rightTokens,
      rightTokens: mirrored.leftTokens,
      left: mirrored.right,
      right: mirrored.left,
      cause: mirrored.cause,
    };
    assert.deepEqual(divergence, swapped, `seed ${seed}`);
    assert.deepEqual(compareAnswers(left, left).divergence, null);
    if (divergence === null) continue;
    seen++;
    const before = (trace: Trace, tokens: number) =>
      pieces(trace)
        .slice(0, tokens)
        .map(({ text }) => text)
        .join("")
        .replace(/\uFFFD+$/, "");
    assert.equal(before(left, divergence.leftTokens), before(right, divergence.rightTokens), `seed ${seed}`);
    assert.deepEqual(divergence.left, answerTokenAt(left, divergence.leftTokens));
    assert.notDeepEqual(
      divergence.left && left.tokens[String(divergence.left.id)],
      divergence.right && right.tokens[String(divergence.right.id)],
    );
  }
  assert.ok(seen > 60, `only ${seen} pairs part`);
});

/** The trace of a run that was stopped after this many steps. */
function cutShort(trace: Trace, steps: number): Trace {
  const kept = trace.steps.slice(0, steps);
  const tokens = trace.result.tokens.slice(0, traceMetrics({ ...trace, steps: kept }).committed);
  return { ...trace, steps: kept, result: { ...trace.result, tokens, finish: "stopped" } };
}

test("each committed token is found in its step, with what was said of it", () => {
  for (const [token, id] of REAL.result.tokens.entries()) {
    const found = answerTokenAt(REAL, token);
    const { step: index, place, verdict, tokenClass } = found!.written!;
    const step = REAL.steps[index]!;
    assert.equal(found?.id, id);
    assert.equal(place < step.draft.length ? step.draft[place]!.id : step.next.id, id);
    assert.equal(verdict, step.verdicts[place] ?? null);
    assert.equal(tokenClass, verdict?.kind ?? step.next.kind);
  }
  assert.equal(answerTokenAt(REAL, REAL.result.tokens.length), null);
});

const withRequest = (changes: Partial<Trace["request"]>): Trace => ({
  ...REAL,
  request: { ...REAL.request, ...changes },
});
const SAMPLING = REAL.request.sampling;
const POOL = { name: "films", entries: 3, tokens: 90, fingerprint: "a1", entryNames: {} };

table(
  "a differing condition is reported",
  [
    { name: "none", left: REAL, right: REAL, expected: [] },
    {
      name: "another prompt",
      left: REAL,
      right: withRequest({ rendered: "Other." }),
      expected: ["The prompts differ."],
    },
    {
      name: "another seed, if nothing is drawn",
      left: withRequest({ sampling: { ...SAMPLING, temperature: 0, seed: 1 } }),
      right: withRequest({ sampling: { ...SAMPLING, temperature: 0, seed: 2 } }),
      expected: [],
    },
    {
      name: "another seed of a draw",
      left: withRequest({ sampling: { ...SAMPLING, temperature: 0.7, seed: 1 } }),
      right: withRequest({ sampling: { ...SAMPLING, temperature: 0.7, seed: 2 } }),
      expected: ["Sampling differs: seed 1 and 2."],
    },
    {
      name: "another model",
      left: REAL,
      right: { ...REAL, model: { ...REAL.model, name: "Other", file: "other.gguf" } },
      expected: [`The models differ: ${REAL.model.name} and Other.`],
    },
    {
      name: "the same model without a hash",
      left: REAL,
      right: { ...REAL, model: { ...REAL.model, sha256: null } },
      expected: [],
    },
    {
      name: "more threads",
      left: { ...REAL, device: { ...REAL.device, maxThreads: 1 } },
      right: { ...REAL, device: { ...REAL.device, maxThreads: 2 } },
      expected: ["The devices differ: cpu (CPU), 1 thread and cpu (CPU), 2 threads."],
    },
    {
      name: "another engine",
      left: { ...REAL, device: { ...REAL.device, engine: "library" } },
      right: { ...REAL, device: { ...REAL.device, engine: "native" } },
      expected: [
        "The devices differ: cpu (CPU), 2 threads and cpu (CPU), 2 threads, llama.cpp called directly.",
      ],
    },
    {
      name: "chains and trees",
      left: withRequest({ draftShape: "chain" }),
      right: withRequest({ draftShape: "tree", maxTreeTokens: 63 }),
      expected: ["The shapes of the drafts differ: chains and trees of up to 63 tokens."],
    },
    {
      name: "a chain that is not named so",
      left: REAL,
      right: withRequest({ draftShape: "chain" }),
      expected: [],
    },
    {
      name: "another limit and another pool",
      left: { ...withRequest({ strategy: "laser", maxTokens: 10 }), pool: POOL },
      right: { ...withRequest({ strategy: "laser-strict", maxTokens: 20 }), pool: null },
      expected: ["The token limits differ: 10 and 20.", "The pools differ: films (3 entries) and none."],
    },
    {
      name: "no pool, as the strategy has it",
      left: { ...withRequest({ strategy: "plain" }), pool: null },
      right: { ...withRequest({ strategy: "laser" }), pool: POOL },
      expected: [],
    },
    {
      name: "a run that was stopped",
      left: REAL,
      right: { ...REAL, result: { ...REAL.result, finish: "stopped" } },
      expected: [/^Not both runs finished: .* and stopped\.$/],
    },
  ] as readonly {
    readonly name: string;
    readonly left: Trace;
    readonly right: Trace;
    readonly expected: readonly (string | RegExp)[];
  }[],
  ({ left, right, expected }) => {
    const texts = unlikeConditions(left, right).map(({ text }) => text);
    assert.equal(texts.length, expected.length, texts.join(" "));
    for (const [i, text] of texts.entries()) {
      const wanted = expected[i]!;
      if (typeof wanted === "string") assert.equal(text, wanted);
      else assert.match(text, wanted);
    }
  },
);

table(
  "why answers part",
  [
    {
      name: "one kept a relaxed token",
      change: (trace: Trace) => trace,
      expected: "relaxed",
    },
    {
      name: "the prompts differ",
      change: (trace: Trace) => ({ ...withPlainSteps(trace), request: { ...trace.request, rendered: "?" } }),
      expected: "conditions",
    },
    {
      name: "nothing differs but the logits",
      change: (trace: Trace) => withPlainSteps(trace),
      expected: "numerics",
    },
    { name: "one ended", change: (trace: Trace) => cutShort(trace, 2), expected: "ended" },
    { name: "one continues from another token", change: goneOn, expected: "inherited" },
  ] as const,
  ({ name, change, expected }) => {
    const left = name === "one ended" ? REAL : withPlainSteps(REAL);
    const relaxed = REAL.steps.findIndex(({ verdicts }) => verdicts.some(({ kind }) => kind === "relaxed"));
    assert.ok(relaxed >= 0, "the fixture has a relaxed accept");
    const right = ["ended", "inherited"].includes(expected) ? change(REAL) : change(otherAt(REAL));
    assert.equal(compareAnswers(left, right).divergence?.cause, expected);
  },
);

/** As continued after three tokens, of which the last was chosen instead. */
function goneOn(trace: Trace): Trace {
  const { request, result, tokens } = trace;
  const inherited = [...result.tokens.slice(0, 2), 999_999_999];
  return {
    ...trace,
    tokens: { ...tokens, "999999999": " chosen" },
    request: {
      ...request,
      promptTokens: [...request.promptTokens, ...inherited],
      inheritedTokens: inherited.length,
    },
  };
}

/** The first relaxed token of the answer reads otherwise. */
function otherAt(trace: Trace): Trace {
  const token = trace.result.tokens.findIndex(
    (_, at) => answerTokenAt(trace, at)?.written?.tokenClass === "relaxed",
  );
  const { step, place } = answerTokenAt(trace, token)!.written!;
  const other = 999_999_999;
  return {
    ...trace,
    tokens: { ...trace.tokens, [other]: " something else" },
    steps: trace.steps.map((one) =>
      one.index === step
        ? {
            ...one,
            draft: one.draft.map((drafted, i) => (i === place ? { ...drafted, id: other } : drafted)),
          }
        : one,
    ),
    result: { ...trace.result, tokens: trace.result.tokens.map((id, at) => (at === token ? other : id)) },
  };
}

/** The same answer by one plain step a token. */
function withPlainSteps(trace: Trace): Trace {
  const [first] = trace.steps;
  return {
    ...trace,
    steps: trace.result.tokens.map((id, index) => ({
      ...first!,
      index,
      draft: [],
      verdicts: [],
      path: [],
      next: { kind: "plain", id },
    })),
  };
}

test("figures are in their order, each against the baseline's", () => {
  const [a, b] = [randomTrace(5, 30), randomTrace(9, 30)];
  const rows = compareFigures([a, b, a], 1);
  assert.deepEqual(
    rows.map(({ name }) => name).sort(),
    METRIC_DEFINITIONS.map(({ name }) => name)
      .filter((name) => name !== "keptHistogram")
      .sort(),
  );
  const [of, base] = [traceMetrics(a), traceMetrics(b)];
  for (const { name, cells } of rows) {
    assert.deepEqual(cells[0], cells[2], name);
    assert.equal(cells[1]?.against, null);
    assert.equal(cells[0]?.value, of[name]);
    const { kind, amount } = cells[0].against ?? {};
    if (kind === "ratio") assert.equal(amount, of[name]! / base[name]!, name);
    if (kind === "difference") assert.equal(amount, of[name]! - base[name]!, name);
  }
  const speed = rows.find(({ name }) => name === "tokensPerSecond")?.cells[0]?.against;
  assert.equal(speed?.isBetter, of.tokensPerSecond! > base.tokensPerSecond!);
});

test("unmeasured values have no figure and no ratio, and nothing is divided by 0", () => {
  const empty: Trace = { ...REAL, steps: [], result: { ...REAL.result, tokens: [], text: "" } };
  for (const { name, cells } of compareFigures([empty, REAL], 0)) {
    const value = traceMetrics(empty)[name];
    assert.equal(cells[0]?.value, value, name);
    const against = cells[1]?.against ?? null;
    if (value === null) assert.equal(against, null, name);
    assert.ok(against === null || Number.isFinite(against.amount), name);
  }
});
