// A trace reads back as it was written, whatever the run was, and keeps what it does not know.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  checkIdentities,
  isChainDraft,
  parseTrace,
  pieces,
  rowIndexOf,
  serialiseTrace,
  stepReader,
  TRACE_VERSION,
  TraceRecorder,
  type Trace,
} from "../../../../core/trace/index.ts";
import { below, forAll } from "../../../support/property.ts";
import { randomRun, randomTrace as madeTrace, traceNames } from "../../../support/trace/randomTraces.ts";

const seeds = Array.from({ length: 300 }, (_, seed) => seed);
/** A failure is made smaller by fewer steps. */
const runs = fc.record({ maxSteps: fc.integer({ min: 0, max: 12 }), seed: below(100_000) });

const made = new Map<string, Trace>();
/** The properties try the same runs, each made once: making one takes longer than writing and reading it. */
function randomTrace(seed: number, maxSteps = 12): Trace {
  const key = `${seed} ${maxSteps}`;
  const trace = made.get(key) ?? madeTrace(seed, maxSteps);
  made.set(key, trace);
  return trace;
}

test("parse(serialise(trace)) is the trace, and serialise(parse(text)) is the text", () => {
  forAll(runs, 300, ({ seed, maxSteps }) => {
    const trace = randomTrace(seed, maxSteps);
    const text = serialiseTrace(trace);
    const read = parseTrace(text);
    assert.deepEqual(read, trace);
    assert.equal(serialiseTrace(read), text);
  });
});

test("the runs of the generator hold every kind of step, verdict and end", () => {
  const traces = seeds.map((seed) => randomTrace(seed));
  const seen = new Set(
    traces.flatMap(({ steps, result, request }) => [
      result.finish,
      request.rule.kind,
      ...steps.flatMap(({ draft, verdicts, next, plan, repeatedTokens, rows }) => [
        isChainDraft(draft) ? "chain" : "tree",
        plan.declined === null ? "sent" : "declined",
        repeatedTokens > 0 ? "repeated" : "new",
        ...rows.map(({ logSumExp, logSumExpHigh }) => (logSumExp === logSumExpHigh ? "exact" : "interval")),
        next.kind,
        plan.noDraft ?? "draft",
        ...verdicts.map(({ reason }) => reason),
      ]),
    ]),
  );
  const wanted = [
    "endOfText",
    "maxTokens",
    "strict",
    "relaxed",
    "delta",
    "ratio",
    "correction",
    "bonus",
    "plain",
  ];
  const reasons = ["ownChoice", "withinRule", "notOwnChoice", "rank", "probability", "rankAndProbability"];
  const guards = ["consecutiveRelaxed", "natsGivenUp", "behindRejection", "noMatch", "notWorthIt", "draft"];
  const trees = ["shorterBranch", "tree", "declined", "repeated", "exact", "interval"];
  for (const word of [...wanted, ...reasons, ...guards, ...trees]) assert.ok(seen.has(word), word);
  assert.ok(traces.some(({ result }) => result.text.includes("é") && result.text.includes("\uFFFD")));
});

test("identities hold for a run that ended, was stopped or failed at any step", () => {
  forAll(runs, 60, ({ seed, maxSteps }) => {
    const { header, events, end } = randomRun(seed, maxSteps);
    const recorder = new TraceRecorder(header, traceNames);
    assert.deepEqual(checkIdentities(recorder.trace()), []);
    for (const event of events) {
      recorder.take(event);
      const stopped = recorder.trace();
      assert.equal(stopped.result.finish, "stopped");
      // All of the prompt has been read before the first step: then its time is known, however the run ends.
      assert.equal(stopped.result.prefillMs, recorder.trace(end).result.prefillMs);
      assert.deepEqual(checkIdentities(stopped), []);
      const failed = recorder.trace({ finish: "failed", error: { code: "engineCrashed", message: "gone" } });
      assert.deepEqual(parseTrace(serialiseTrace(failed)), failed);
    }
    assert.deepEqual(checkIdentities(recorder.trace(end)), []);
  });
});

test("rank and probability of a verdict follow to the last bit from the row that was read back", () => {
  let compared = 0;
  for (const seed of seeds) {
    for (const step of parseTrace(serialiseTrace(randomTrace(seed))).steps) {
      const { draft, rows, verdicts } = step;
      verdicts.forEach(({ rank, probability, probabilityLow }, i) => {
        const { ids, logits, logSumExp, logSumExpHigh } = rows[rowIndexOf(step, i)]!;
        const place = ids.indexOf(draft[i]!.id);
        if (place < 0) return;
        compared++;
        assert.equal(rank, place + 1);
        assert.equal(probability, Math.exp(logits[place]! - logSumExp));
        assert.equal(probabilityLow, Math.exp(logits[place]! - logSumExpHigh));
      });
    }
  }
  assert.ok(compared > 1000, String(compared));
});

test("a trace taken early does not change with later events", () => {
  const { header, events } = randomRun(1);
  const recorder = new TraceRecorder(header, traceNames);
  events.slice(0, 3).forEach((event) => recorder.take(event));
  const early = recorder.trace();
  const text = serialiseTrace(early);
  events.slice(3).forEach((event) => recorder.take(event));
  assert.equal(serialiseTrace(early), text);
});

test("the pieces of a trace join to its text, one per committed token", () => {
  forAll(runs, 300, ({ seed, maxSteps }) => {
    const trace = randomTrace(seed, maxSteps);
    const found = pieces(trace);
    assert.equal(found.map(({ text }) => text).join(""), trace.result.text);
    assert.deepEqual(
      found.map(({ id }) => id),
      trace.result.tokens,
    );
  });
});

test("the text of a trace is what a decoder makes of its bytes", () => {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  forAll(runs, 300, ({ seed, maxSteps }) => {
    const { text, tokens } = randomTrace(seed, maxSteps).result;
    const bytes = tokens
      .filter((id) => !traceNames.isControl(id))
      .flatMap((id) => [...traceNames.bytesOf(id)]);
    assert.equal(text, decoder.decode(Uint8Array.from(bytes)));
  });
});

test("unknown keys are kept everywhere, __proto__ among them, and change nothing else", () => {
  forAll(runs, 40, ({ seed, maxSteps }) => {
    const trace = randomTrace(seed, maxSteps);
    const text = JSON.stringify(withUnknownKeys(JSON.parse(serialiseTrace(trace)) as Json));
    const read = parseTrace(text);
    assert.equal(JSON.stringify(JSON.parse(serialiseTrace(read))), text);
    assert.equal(Object.getPrototypeOf(read), Object.prototype);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});

test("a step is on one line, and so is a token", () => {
  const trace = randomTrace(5);
  const lines = serialiseTrace(trace).split("\n");
  const stepLines = lines.filter((line) => line.startsWith('    {"index":'));
  assert.equal(stepLines.length, trace.steps.length);
  const readStep = stepReader(TRACE_VERSION)!;
  stepLines.forEach((line, i) => {
    assert.deepEqual(readStep(JSON.parse(line.replace(/,$/, ""))), trace.steps[i]);
  });
  assert.equal(lines.filter((line) => /^ {4}"\d+": /.test(line)).length, Object.keys(trace.tokens).length);
});

test("figures that JSON can't hold are recorded in a form that it can", () => {
  const { header, events } = randomRun(2);
  const event = events.find((candidate) => candidate.kind === "step")!;
  const recorder = new TraceRecorder(header, traceNames);
  const odd = {
    ...event.step,
    draftMs: -0,
    plan: { ...event.step.plan, expectedMs: NaN, expectedPlainMs: Infinity, expectedKept: -0 },
    rows: event.step.rows.map((row) => ({
      ...row,
      logits: row.logits.map((logit, i) => (i === 7 ? -Infinity : logit)),
    })),
  };
  recorder.take({ ...event, step: odd });
  const trace = recorder.trace();
  assert.deepEqual(parseTrace(serialiseTrace(trace)), trace);
  assert.equal(trace.steps[0]!.plan.expectedMs, null);
  assert.equal(trace.steps[0]!.plan.expectedPlainMs, null);
  assert.equal(trace.steps[0]!.rows[0]!.ids.length, 7);
});

test("reading 10,000 steps", () => {
  const trace = longTrace(10_000);
  const text = serialiseTrace(trace);
  const begun = performance.now();
  const read = parseTrace(text);
  const parseMs = performance.now() - begun;
  assert.equal(read.steps.length, 10_000);
  const kilobytes = text.length / 1000;
  console.info(`${(kilobytes / 1000).toFixed(1)} MB, ${parseMs.toFixed(0)} ms`);
  console.info(`${(kilobytes / trace.result.tokens.length).toFixed(2)} kB a committed token`);
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function withUnknownKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(withUnknownKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withUnknownKeys(item)] as const);
  // fromEntries defines keys, so that "__proto__" becomes a key of the object as it does in JSON.parse.
  return Object.fromEntries([
    ["before/it~", { nested: [1, null, "x"] }],
    ...entries,
    ["__proto__", { polluted: true }],
    ["constructor", 7],
  ]);
}

/** The steps of one run over and over, each with the root that follows. */
function longTrace(steps: number): Trace {
  const { header, events } = randomRun(
    seeds.find((seed) => randomTrace(seed, 50).steps.length >= 30)!,
    50,
  );
  const pattern = events.filter((event) => event.kind === "step").slice(0, -1);
  let root = header.request.promptTokens.at(-1)!;
  let position = header.request.promptTokens.length - 1;
  const recorder = new TraceRecorder(header, traceNames);
  for (let index = 0; index < steps; index++) {
    const { step, committed } = pattern[index % pattern.length]!;
    recorder.take({ kind: "step", step: { ...step, index, position, root }, committed });
    position += committed.length;
    root = committed.at(-1)!;
  }
  return recorder.trace();
}
