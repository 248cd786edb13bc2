// The selection as JSON: the steps in full, the names they need and no others, and no trace.
import assert from "node:assert/strict";
import { test } from "vitest";
import { selectionOf, serialiseSelection } from "../../../../core/inspect/index.ts";
import { idsOfStep, parseTrace, TraceError } from "../../../../core/trace/index.ts";
import { randomTrace } from "../../../support/trace/randomTraces.ts";

test("holds the steps in full, the names they mention and no others", () => {
  let entries = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const trace = randomTrace(seed);
    const last = trace.steps.length - 1;
    const selection = selectionOf(trace, [last, 0, 0, 999]);
    const steps = [...new Set([0, last])].map((index) => trace.steps[index]!);
    assert.deepEqual(selection.steps, steps, `seed ${seed}`);
    const ids = new Set(steps.flatMap((step) => [...idsOfStep(step)].map(String)));
    assert.deepEqual(new Set(Object.keys(selection.tokens)), ids, `seed ${seed}`);
    for (const [id, text] of Object.entries(selection.tokens)) assert.deepEqual(text, trace.tokens[id]);
    const mentioned = steps.flatMap(({ draft }) => draft.flatMap((token) => token.entries.map(String)));
    for (const entry of Object.keys(selection.entryNames)) assert.ok(mentioned.includes(entry));
    entries += Object.keys(selection.entryNames).length;
    assert.deepEqual(JSON.parse(serialiseSelection(selection)), JSON.parse(JSON.stringify(selection)));
  }
  assert.ok(entries > 5, `only ${entries} entries named`);
});

test("all steps give the whole text, no step none", () => {
  const trace = randomTrace(3);
  assert.equal(selectionOf(trace, trace.steps.keys()).text, trace.result.text);
  assert.deepEqual(selectionOf(trace, []).steps, []);
  assert.equal(selectionOf(trace, []).text, "");
});

test("is not taken for a trace", () => {
  const text = serialiseSelection(selectionOf(randomTrace(3), [0]));
  assert.throws(
    () => parseTrace(text),
    (error) => error instanceof TraceError && error.fault.tag === "traceNotATrace",
  );
});
