// Tokens as spans of the answer's text: they cover it without gap or overlap, each with the class that the trace has,
// and a character that is split over tokens is one span of them all.
import assert from "node:assert/strict";
import { test } from "vitest";
import { runOfTrace } from "../../../../extension/shared/traceRun.ts";
import { spansOfRun, TokenSpans } from "../../../../extension/answer/tokenSpans.ts";
import type { CommittedPiece } from "../../../../server/protocol/worker.ts";
import {
  committedClassOf,
  committedOf,
  inheritedText,
  wholeAnswer,
  type Trace,
  type TraceStep,
} from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { continuedTrace, randomTrace } from "../../../support/trace/randomTraces.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

function spansOf(trace: Trace): TokenSpans {
  return spansOfRun(runOfTrace(trace, "a", "/a"));
}

test("spans cover the answer, and name each token with the class and place of its trace", () => {
  let split = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const trace = randomTrace(seed);
    const { spans, text } = spansOf(trace);
    // What is left open at the very end has no text of its own in a run that continues.
    assert.ok(trace.result.text.startsWith(text), `seed ${seed}`);
    assert.ok(trace.result.text.length - text.length <= 1, `seed ${seed}`);
    let end = 0;
    for (const span of spans) {
      assert.equal(span.start, end, `seed ${seed}: gap or overlap`);
      assert.ok(span.end > span.start, `seed ${seed}: empty`);
      end = span.end;
      if (span.tokens.length > 1) split++;
      for (const { step, place, id, tokenClass } of span.tokens) {
        const recorded = trace.steps[step]!;
        const isOwn = place === recorded.draft.length;
        assert.equal(id, isOwn ? recorded.next.id : recorded.draft[place]!.id);
        assert.equal(tokenClass, isOwn ? recorded.next.kind : recorded.verdicts[place]!.kind, `seed ${seed}`);
      }
    }
    assert.equal(end, text.length, `seed ${seed}`);
  }
  assert.ok(split > 0, "no character was split: the check shows less than it seems to");
});

test("steps added one by one give the same as all at once", () => {
  const trace = smallTrace();
  const { steps, pieces, tokens } = runOfTrace(trace, "a", "/a");
  const grown = new TokenSpans();
  steps.forEach((step, at) => {
    assert.equal(grown.steps, at);
    grown.add(step, pieces[at]!, tokens);
    const before = new TokenSpans();
    steps.slice(0, at + 1).forEach((earlier, i) => {
      before.add(earlier, pieces[i]!, tokens);
    });
    assert.deepEqual(grown.spans, before.spans);
  });
  assert.equal(grown.text, trace.result.text);
});

interface Row {
  readonly name: string;
  /** Text, entry of the dictionary and verdict of each token; the last is the target's own. */
  readonly tokens: readonly (readonly [text: string, entry: Trace["tokens"][string], kind: string])[];
  /** E.g. "0-1 relaxed 2": from, to, class, tokens. */
  readonly spans: readonly string[];
}

const é = { bytes: "c3" };
const rest = { bytes: "a9" };
const control = { control: "<|im_start|>", endsText: false };
const rows: readonly Row[] = [
  {
    name: "one token, one span",
    tokens: [
      ["ab", "ab", "accepted"],
      ["c", "c", "bonus"],
    ],
    spans: ["0-2 accepted 1", "2-3 bonus 1"],
  },
  {
    name: "a character with a relaxed part is relaxed",
    tokens: [
      ["", é, "relaxed"],
      ["é", rest, "accepted"],
      ["x", "x", "correction"],
    ],
    spans: ["0-1 relaxed 2", "1-2 correction 1"],
  },
  {
    name: "a control token belongs to no character",
    tokens: [
      ["", control, "accepted"],
      ["a", "a", "plain"],
    ],
    spans: ["0-1 plain 1"],
  },
  {
    name: "a character that nothing completes has no span",
    tokens: [
      ["a", "a", "accepted"],
      ["", é, "bonus"],
    ],
    spans: ["0-1 accepted 1"],
  },
  {
    name: "a character of two units",
    tokens: [
      ["", { bytes: "f09f" }, "accepted"],
      ["😀", { bytes: "9880" }, "bonus"],
    ],
    spans: ["0-2 bonus 2"],
  },
];

table("a step", rows, ({ tokens, spans }) => {
  const own = tokens.at(-1)!;
  const step = {
    index: 0,
    draft: tokens.slice(0, -1).map((_, id) => ({ id })),
    verdicts: tokens.slice(0, -1).map(([, , kind]) => ({ kind })),
    path: [...tokens.slice(0, -1).keys()],
    next: { kind: own[2], id: tokens.length - 1 },
  } as unknown as TraceStep;
  const names = Object.fromEntries(tokens.map(([, entry], id) => [String(id), entry]));
  const pieces = tokens.map(([text], at): CommittedPiece => {
    return { id: committedOf(step)[at]!, text, tokenClass: committedClassOf(step, at) };
  });
  const found = new TokenSpans();
  found.add(step, pieces, names);
  assert.deepEqual(
    found.spans.map((span) => `${span.start}-${span.end} ${span.tokenClass} ${span.tokens.length}`),
    spans,
  );
});

test("spans of a run that continues begin after what it inherits, and are its own", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const trace = continuedTrace(seed);
    const inherited = inheritedText(trace.request, trace.tokens);
    const run = runOfTrace(trace, "a", "/a");
    const known = spansOfRun({ ...run, header: null, steps: [], pieces: [] });
    for (const spans of [spansOfRun(run), spansOfRun(run, known)]) {
      assert.ok(wholeAnswer(trace).startsWith(spans.text), `seed ${seed}`);
      assert.equal(spans.spans[0]?.start ?? inherited.length, inherited.length, `seed ${seed}`);
      assert.equal(spans.spans.at(-1)?.end ?? inherited.length, spans.text.length, `seed ${seed}`);
      if (inherited !== "") assert.equal(spans.at(0), null, `seed ${seed}: inherited text is the run's`);
    }
  }
});

test("the span of a place is the one that holds it", () => {
  const spans = spansOf(randomTrace(5));
  for (let offset = 0; offset < spans.text.length; offset++) {
    const span = spans.at(offset)!;
    assert.ok(span.start <= offset && offset < span.end, `offset ${offset}`);
  }
  assert.equal(spans.at(spans.text.length), null);
});
