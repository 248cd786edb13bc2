// An invalid trace is refused by name and place, and never half read.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Check } from "typebox/schema";
import { describeError, describeFault } from "../../../../core/base/index.ts";
import { TRACE_FAULTS } from "../../../../core/trace/errors.ts";
import {
  isChainDraft,
  parseTrace,
  serialiseTrace,
  TraceError,
  type Trace,
  type TraceFault,
} from "../../../../core/trace/index.ts";
import { TraceSchema } from "../../../../core/trace/schema/schema.ts";
import { validatorOf } from "../../../../core/trace/checks/validate.ts";
import { below, forAll, listOf, runsOf } from "../../../support/property.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";
import { smallTree } from "./smallTree.ts";

/** The first of 500 that fits: none is made after it. */
function randomTraceWhere(fits: (trace: Trace) => boolean): Trace {
  for (let seed = 0; seed < 500; seed++) {
    const trace = randomTrace(seed);
    if (fits(trace)) return trace;
  }
  return assert.fail("no trace fits");
}

/** A relaxed trace with a pool, a correction and a bonus, whose first step drafts at least two tokens. */
const sample = randomTraceWhere(
  ({ request, steps, pool, tokens }) =>
    request.rule.kind === "relaxed" &&
    pool !== null &&
    Object.keys(pool.entryNames).length > 0 &&
    steps.length > 3 &&
    steps[0]!.draft.length > 1 &&
    steps[0]!.verdicts[0]!.kind === "rejected" &&
    steps[1]!.next.kind === "bonus" &&
    Object.values(tokens).some((entry) => typeof entry === "object" && "bytes" in entry),
);
const sampleText = serialiseTrace(sample);

function faultOf(text: string): TraceFault {
  try {
    parseTrace(text);
  } catch (error) {
    assert.ok(error instanceof TraceError, String(error));
    const { message, nextStep, code } = describeError(error);
    assert.equal(code, error.fault.tag);
    assert.ok(message.length > 20 && nextStep.length > 20 && !/undefined|\[object/.test(message), message);
    return error.fault;
  }
  assert.fail("accepted");
}

/** Sets the value at a JSON pointer (undefined removes it) and says what the reader finds. */
function edited(pointer: string, value: unknown): TraceFault {
  return faultOf(set(sampleText, pointer, value));
}

function set(text: string, pointer: string, value: unknown): string {
  const document = JSON.parse(text) as Record<string, unknown>;
  const keys = pointer.split("/").slice(1);
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>(
    (node, key) => node[key] as Record<string, unknown>,
    document,
  );
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return JSON.stringify(document, (_, item: unknown) => (item === Infinity ? "1e999" : item)).replaceAll(
    '"1e999"',
    "1e999",
  );
}

test("the trace that the others are broken from is sound", () => {
  assert.deepEqual(parseTrace(sampleText), sample);
});

const shapes: [pointer: string, value: unknown, path: string, expected: string][] = [
  ["/createdAt", "yesterday", "/createdAt", "text of the form"],
  ["/generator", "", "/generator", "text, not empty"],
  ["/request", undefined, "", 'an object with "request"'],
  ["/request", [], "/request", "an object"],
  ["/request/strategy", "fast", "/request/strategy", '"plain" or "prompt-lookup"'],
  ["/request/rule/kind", "loose", "/request/rule/kind", '"strict" or "relaxed" or "delta" or "ratio"'],
  ["/request/rule/topK", 0, "/request/rule/topK", "a whole number ≥ 1"],
  ["/request/rule/minProbability", 1.5, "/request/rule/minProbability", "a number ≥ 0 and ≤ 1"],
  ["/request/rule", null, "/request/rule", "an object"],
  [
    "/request/guards/maxConsecutiveRelaxed",
    1.5,
    "/request/guards/maxConsecutiveRelaxed",
    "a whole number ≥ 0 or null",
  ],
  ["/request/promptTokens/0", 1.5, "/request/promptTokens/0", "a whole number ≥ 0"],
  ["/request/promptTokens/0", "1", "/request/promptTokens/0", "a whole number ≥ 0"],
  ["/request/messages/0/content", null, "/request/messages/0/content", "text"],
  ["/request/sampling/repetitionPenalty", 0, "/request/sampling/repetitionPenalty", "a number > 0"],
  ["/model/file", "/home/someone/model.gguf", "/model/file", "text of the form"],
  ["/model/sha256", "ABC", "/model/sha256", "text of the form"],
  ["/device/backend", "abacus", "/device/backend", '"cpu" or "cuda"'],
  ["/device/flashAttention", 1, "/device/flashAttention", "true or false"],
  ["/pool/entries", -1, "/pool/entries", "a whole number ≥ 0"],
  ["/pool/entryNames/3", "x", "/pool/entryNames/3", "an object"],
  ["/tokens/2", { bytes: "E2" }, "/tokens/2/bytes", "text of the form"],
  ["/tokens/2", 7, "/tokens/2", "text or an object"],
  ["/steps", {}, "/steps", "a list"],
  ["/steps/0", null, "/steps/0", "an object"],
  ["/steps/1/draftMs", -1, "/steps/1/draftMs", "a number ≥ 0"],
  ["/steps/1/draftMs", Infinity, "/steps/1/draftMs", "a number ≥ 0"],
  ["/steps/0/verdicts/0/rank", 0, "/steps/0/verdicts/0/rank", "a whole number ≥ 1 or null"],
  ["/steps/0/verdicts/0/probability", 1.01, "/steps/0/verdicts/0/probability", "a number ≥ 0 and ≤ 1"],
  ["/steps/0/verdicts/0/reason", "mood", "/steps/0/verdicts/0/reason", '"ownChoice" or "withinRule"'],
  ["/steps/0/rows/0/logits/1", null, "/steps/0/rows/0/logits/1", "a number"],
  ["/steps/0/next", undefined, "/steps/0", 'an object with "next"'],
  ["/steps/0/draft/0/source", "dream", "/steps/0/draft/0/source", '"prompt" or "output" or "pool"'],
  [
    "/result/finish",
    "bored",
    "/result/finish",
    '"endOfText" or "stop" or "loop" or "complete" or "maxTokens"',
  ],
  ["/result/tokens", "1 2", "/result/tokens", "a list"],
];

for (const [pointer, value, path, expected] of shapes) {
  test(`refuses ${pointer} = ${value === undefined ? "nothing" : value === Infinity ? "1e999" : JSON.stringify(value)}`, () => {
    const fault = edited(pointer, value);
    assert.ok(fault.tag === "traceInvalid", fault.tag);
    assert.equal(fault.path, path);
    assert.ok(fault.expected.startsWith(expected), fault.expected);
  });
}

const first = sample.steps[0]!;
const contradictions: [pointer: string, value: unknown, identity: RegExp][] = [
  ["/steps/1/index", 7, /^step 2 has the index 7 instead of 1$/],
  ["/steps/1/position", 999, /^step 2 is at position 999 instead of \d+$/],
  ["/steps/0/root", (first.root + 1) % 40, /^step 1 has root \d+, but \d+ was committed before it$/],
  ["/steps/0/verdicts/0/kind", "accepted", /the steps commit|out of order/],
  ["/steps/0/verdicts/1/kind", "rejected", /^step 1 has its verdicts out of order: rejected rejected/],
  ["/steps/0/verdicts", [], /^step 1 has 0 verdicts on \d+ drafted tokens$/],
  ["/steps/0/next/kind", "bonus", /^step 1 ends with a bonus, but its verdicts call for a correction$/],
  ["/steps/0/verdicts/0/probabilityLow", 1, /^step 1 has an empty probability interval at draft 1$/],
  ["/steps/0/rows", first.rows.slice(1), /^step 1 has \d+ rows for \d+ judged positions$/],
  [
    "/steps/0/rows/0/logits",
    first.rows[0]!.logits.slice(1),
    /^step 1 has 8 candidates and 7 logits in row 0$/,
  ],
  ["/steps/0/rows/0/logits/7", 100, /^step 1 has row 0 out of order$/],
  ["/steps/0/evaluatedTokens", 1, /^step 1 evaluates 1 tokens, fewer than root and draft$/],
  ["/steps/0/plan/sentTokens", 0, /^step 1 sends \d+ drafted tokens, but its plan says 0 of \d+$/],
  ["/steps/0/plan/noDraft", "noMatch", /^step 1 has a draft, but a reason for having none$/],
  ["/steps/0/draft/0/id", first.rows[0]!.own, /^step 1 has draft 1 rejected, but it is the target's choice$/],
  ["/steps/1/next/id", (sample.steps[1]!.next.id + 1) % 40, /^step 3 has root|^step 2/],
  ["/result/tokens", sample.result.tokens.slice(1), /^the text of the result's tokens|^the steps commit/],
  ["/result/text", `${sample.result.text}!`, /^the text of the result's tokens is not the result's text$/],
  ["/result/error", { code: "x", message: "y" }, /^finish is \w+, but the result has an error$/],
  ["/result/finish", "failed", /^finish is failed, but the result has no error$/],
  ["/result/prefillTokens", 1000, /^1000 prefill tokens, but the prompt has \d+$/],
  ["/model/vocabularySize", 1, /^token \d+ is outside the vocabulary of 1$/],
  [`/tokens/${first.rows[0]!.ids[0]!}`, undefined, /^token \d+ has no text$|^the text of/],
  ["/request/promptTokens", [], /prefill tokens, but the prompt has 0$/],
];

for (const [pointer, value, identity] of contradictions) {
  test(`refuses a trace whose ${pointer} contradicts the rest (${identity.source})`, () => {
    const fault = edited(pointer, value);
    assert.ok(fault.tag === "traceInconsistent", fault.tag);
    assert.match(fault.identity, identity);
    assert.ok(fault.broken >= 1);
  });
}

/** Two steps: a tree of 8 tokens, and one with a declined draft. */
const treeText = serialiseTrace(smallTree());
/** As in its file: of the tree it has only parents other than the token before. */
const brokenTrees: [pointer: string, value: unknown, found: RegExp][] = [
  ["/steps/0/draft/3/parent", 3, /^step 1 has draft 4 after draft 4, which is not before it$/],
  ["/steps/0/draft/3/parent", 7, /^step 1 has draft 4 after draft 8, which is not before it$/],
  ["/steps/0/draft/3/parent", 4096, /^step 1 has draft 4 after draft 4097, which is not before it$/],
  ["/steps/0/draft/3/parent", -2, /\/draft\/3\/parent must be a whole number ≥ -1 and ≤ 4096/],
  ["/steps/0/draft/3/parent", 1e9, /\/draft\/3\/parent must be a whole number ≥ -1 and ≤ 4096/],
  ["/steps/0/draft/3/parent", 0.5, /\/draft\/3\/parent must be a whole number/],
  ["/steps/0/draft/3/parent", null, /\/draft\/3\/parent must be a whole number/],
  ["/steps/0/draft/3/parent", undefined, /^step 1/],
  ["/steps/0/draft/4/parent", 1, /^step 1 keeps draft 5, which does not follow draft 3$/],
  ["/steps/0/path", undefined, /^the steps commit|^step 1|^the histogram/],
  ["/steps/0/path", [0, 2], /^the steps commit|^the text|^the histogram/],
  ["/steps/0/path", [1, 7], /^the steps commit|^the text|^the histogram/],
  ["/steps/0/path", [0, 2, 4, 6], /^the steps commit|^the text|^the histogram/],
  ["/steps/0/path", [2, 4], /^step 1 keeps draft 3, which does not follow the root$/],
  ["/steps/0/path", [0, 0, 2], /^step 1 keeps draft 1, which does not follow draft 1$/],
  ["/steps/0/path", [0, 2, 99], /^step 1 keeps draft 100, which does not follow draft 3$/],
  ["/steps/0/path", [0, 2, 1e6], /\/path\/2 must be a whole number ≥ 0 and ≤ 4096/],
  ["/steps/0/path", Array(5000).fill(0), /\/path must be a list of at most 4096 items/],
  ["/steps/0/path", { length: 3 }, /\/path must be a list/],
  ["/steps/0/verdicts/5/kind", "rejected", /out of order/],
  ["/steps/0/verdicts/1/reason", "withinRule", /out of order/],
  ["/steps/0/verdicts/3/reason", "shorterBranch", /^step 1 has its verdicts out of order/],
  [
    "/steps/0/verdicts/6/reason",
    "shorterBranch",
    /^step 1 keeps 3 drafted tokens, but draft 7 ends a longer branch$/,
  ],
  ["/steps/0/next/kind", "bonus", /^step 1 ends with a bonus, but its verdicts call for a correction$/],
  ["/steps/0/evaluatedTokens", 8, /^step 1 evaluates 8 tokens, fewer than root and draft$/],
  ["/steps/1/repeatedTokens", 6, /^step 2 evaluates 6 tokens again, but only 5 precede its root$/],
  ["/steps/1/repeatedTokens", -1, /\/repeatedTokens must be a whole number ≥ 0/],
  ["/steps/1/plan/declined/draftedTokens", 6, /^step 2 declines a draft of 6 tokens, but sends 0 of 5$/],
  [
    "/steps/0/plan/declined",
    { draftedTokens: 5, expectedKept: 1, expectedMs: 9 },
    /^step 1 declines a draft of 5 tokens, but sends 8 of 8$/,
  ],
  ["/steps/1/plan/declined", [], /\/plan\/declined must be an object/],
];

for (const [pointer, value, found] of brokenTrees) {
  const shown = value === undefined ? "missing" : JSON.stringify(value).slice(0, 60);
  test(`refuses a tree whose ${pointer} is ${shown}`, () => {
    const fault = faultOf(set(treeText, pointer, value));
    assert.match(
      fault.tag === "traceInconsistent" ? fault.identity : describeFault(TRACE_FAULTS, fault).message,
      found,
    );
  });
}

test("the tree that the others are broken from is sound", () => {
  assert.deepEqual(parseTrace(treeText), smallTree());
});

test("under a strict rule no branch is weighed against another", () => {
  const isRejected = ({ kind }: { readonly kind: string }): boolean => kind === "rejected";
  const strict = randomTraceWhere(
    ({ request, steps }) =>
      request.rule.kind === "strict" &&
      steps.some(({ draft, verdicts }) => !isChainDraft(draft) && verdicts.some(isRejected)),
  );
  const document = JSON.parse(serialiseTrace(strict)) as {
    steps: { draft: unknown[]; verdicts: { kind: string; reason: string }[] }[];
  };
  document.steps.flatMap(({ verdicts }) => verdicts).find(isRejected)!.reason = "shorterBranch";
  assert.equal(faultOf(JSON.stringify(document)).tag, "traceInconsistent");
});

test("a draft of any size is refused in bounded time", () => {
  const document = JSON.parse(treeText) as { steps: Record<string, unknown>[] };
  const step = document.steps[0]!;
  const size = 100_000;
  for (const key of ["draft", "verdicts", "rows"])
    step[key] = Array.from({ length: size }, () => (step[key] as unknown[])[3]);
  const text = JSON.stringify(document);
  const begun = performance.now();
  assert.equal(faultOf(text).tag, "traceInconsistent");
  console.info(`${size} drafted tokens refused in ${(performance.now() - begun).toFixed(0)} ms`);
});

const foreign: [text: string, tag: TraceFault["tag"]][] = [
  ["[]", "traceNotATrace"],
  ["null", "traceNotATrace"],
  ['"lasertrace"', "traceNotATrace"],
  ["{}", "traceNotATrace"],
  ['{"format":"LaserTrace","version":1}', "traceNotATrace"],
  ['{"__proto__":{"format":"lasertrace","version":1}}', "traceNotATrace"],
  ['{"format":"lasertrace"}', "traceVersionUnknown"],
  ['{"format":"lasertrace","version":3}', "traceVersionUnknown"],
  ['{"format":"lasertrace","version":0}', "traceVersionUnknown"],
  ['{"format":"lasertrace","version":1.5}', "traceVersionUnknown"],
  ['{"format":"lasertrace","version":"1"}', "traceVersionUnknown"],
  ['{"format":"lasertrace","version":1}', "traceInvalid"],
  ['{"format":"lasertrace","version":2}', "traceInvalid"],
  ['{"format":"lasertrace","version":1,"__proto__":{"steps":[]}}', "traceInvalid"],
  ["", "traceNotJson"],
  ["GGUF\u0003\u0000", "traceNotJson"],
];

for (const [text, tag] of foreign) {
  test(`calls ${JSON.stringify(text)} ${tag}`, () => {
    assert.equal(faultOf(text).tag, tag);
  });
}

test("takes a tree around a chain that was found and not offered", () => {
  const document = JSON.parse(sampleText) as { steps: { draft: unknown[]; alternatives: unknown[] }[] };
  const { id } = sample.steps[0]!.draft[0]!;
  for (const step of document.steps) step.alternatives = [{ place: 13, id, count: 1, share: 0.5 }];
  assert.doesNotThrow(() => parseTrace(JSON.stringify(document)));
});

test("names the version that it does not know", () => {
  const fault = faultOf('{"format":"lasertrace","version":{"major":3}}');
  assert.deepEqual(fault, { tag: "traceVersionUnknown", version: '{"major":3}' });
  assert.match(
    describeFault(TRACE_FAULTS, fault).message,
    /version \{"major":3\}; this program reads versions 1 and 2/,
  );
});

test("a truncated trace is refused as cut, at its end", () => {
  const text = sampleText.trimEnd();
  for (let length = 0; length < text.length; length += 1 + (length % 13)) {
    const fault = faultOf(text.slice(0, length));
    assert.ok(fault.tag === "traceNotJson" && fault.isCut, `${length}: ${JSON.stringify(fault)}`);
    assert.equal(fault.offset, length);
  }
});

test("the shipped schema and the reader agree on every value that was changed", () => {
  const validate = validatorOf(TraceSchema);
  const values: unknown[] = [null, -1, 0, 0.5, 1, 2, "", "x", "pool", true, [], {}, { kind: "strict" }];
  const changes = fc.record({
    // Which child to enter at each level, and where to stop: nearly all the way down, mostly.
    path: listOf(below(10_000), 12, 12),
    depth: fc.oneof({ weight: 1, arbitrary: below(8) }, { weight: 2, arbitrary: fc.constant(12) }),
    value: fc.constantFrom(...values),
    isRemoved: below(6).map((one) => one === 0),
  });
  let accepted = 0;
  forAll(changes, 2000, ({ path, depth, value, isRemoved }) => {
    const document = JSON.parse(sampleText) as unknown;
    let node = document as Record<string, unknown>;
    for (let level = 0; ; level++) {
      const keys = Object.keys(node);
      const key = keys[path[level]! % keys.length]!;
      const child = node[key];
      const goesDeeper = typeof child === "object" && child !== null && Object.keys(child).length > 0;
      if (goesDeeper && level < depth) {
        node = child as Record<string, unknown>;
        continue;
      }
      if (isRemoved && !Array.isArray(node)) Reflect.deleteProperty(node, key);
      else node[key] = value;
      break;
    }
    const ours = validate(document) === null;
    assert.equal(ours, Check(TraceSchema, document));
    if (ours) accepted++;
  });
  const tried = runsOf(2000);
  assert.ok(accepted > tried / 40 && accepted < tried - tried / 40, String(accepted));
});
