// Traces of runs that continue from an earlier answer: what they read, what must hold between their parts, and the text of
// the pool entries that their steps mention.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  checkIdentities,
  inheritedOf,
  inheritedText,
  parseTrace,
  pieces,
  serialiseTrace,
  TraceRecorder,
  wholeAnswer,
  type Trace,
} from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import {
  continuedTrace,
  EARLIER_RUN,
  randomRun,
  randomTrace,
  traceNames,
} from "../../../support/trace/randomTraces.ts";

const RUNS = 60;
const parent = EARLIER_RUN;

test("the inherited and the written part read together as their bytes do", () => {
  let split = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const trace = continuedTrace(seed);
    const tokens = [...inheritedOf(trace.request), ...trace.result.tokens];
    const bytes = tokens.flatMap((id) => (traceNames.isControl(id) ? [] : [...traceNames.bytesOf(id)]));
    // ignoreBOM: a byte order mark is a character of the answer like any other.
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const told = `seed ${seed}`;
    assert.equal(wholeAnswer(trace), decoder.decode(Uint8Array.from(bytes)), told);
    const own = pieces(trace).map(({ text }) => text);
    assert.equal(inheritedText(trace.request, trace.tokens) + own.join(""), wholeAnswer(trace), told);
    assert.deepEqual(checkIdentities(trace), [], told);
    assert.deepEqual(parseTrace(serialiseTrace(trace)), trace, told);
    if (randomTrace(seed).result.text !== trace.result.text) split++;
  }
  assert.ok(split > 0, "no character was split between inherited and own tokens");
});

test("a trace without inherited tokens reads as before", () => {
  const trace = randomTrace(1);
  assert.deepEqual(inheritedOf(trace.request), []);
  assert.equal(wholeAnswer(trace), trace.result.text);
});

const sound = continuedTrace(3);
const last = sound.request.promptTokens.at(-1)!;
const inherited = sound.request.inheritedTokens!;
table(
  "a trace of a run that continues is held to",
  [
    {
      name: "fewer inherited tokens than the prompt has",
      change: { inheritedTokens: sound.request.promptTokens.length, parent: undefined },
      says: /tokens are inherited, but prompt and inherited tokens together are only/,
    },
    {
      name: "as many inherited tokens as are kept",
      change: { parent: { ...parent, tokensBefore: inherited + 1 } },
      says: /fewer than the \d+ taken over from the earlier run/,
    },
    {
      name: "the token that was chosen",
      change: { parent: { ...parent, token: last + 1 } },
      says: /was chosen to continue with, but the last inherited token is \d+/,
    },
    {
      name: "a text of the token that stood there",
      change: { parent: { ...parent, was: sound.model.vocabularySize } },
      says: /is outside the vocabulary/,
    },
  ],
  ({ change, says }) => {
    const trace = { ...sound, request: { ...sound.request, ...change } } as Trace;
    assert.match(checkIdentities(trace).join("\n"), says);
  },
);

test("the token that was there is named", () => {
  const { header } = randomRun(3);
  const was = traceNames.bytesOf(40).length > 0 ? 40 : 41;
  const request = { ...header.request, parent: { ...parent, was } };
  assert.ok(String(was) in new TraceRecorder({ ...header, request }, traceNames).promptNames);
});

test("the text of a pool entry is cut between characters, and only of few entries", () => {
  const texts = [`${"x".repeat(1998)}😀 and more`, "short", "y".repeat(2000), "z".repeat(2001)];
  const names = {
    ...traceNames,
    entryOf: (entry: number) => ({ id: `${entry}`, group: null, text: texts[entry % 4]! }),
  };
  const found = new Map<string, string | undefined>();
  let named = 0;
  const { header, events } = randomRun(1, 1);
  const recorder = new TraceRecorder(header, names);
  const [step] = events.flatMap((event) => (event.kind === "step" ? [event.step] : []));
  for (let entry = 0; entry < 200; entry += 3) {
    const draft = {
      ...step!.draft,
      length: 1,
      entries: Int32Array.of(entry, entry + 1, entry + 2),
    };
    const taken = recorder.take({ kind: "step", step: { ...step!, draft }, committed: [] });
    for (const [number, { text }] of Object.entries(taken!.entries)) {
      named++;
      if (text !== undefined) found.set(number, text);
    }
  }
  assert.deepEqual([named, found.size], [201, 64]);
  assert.equal(found.get("0"), `${"x".repeat(1998)}…`);
  assert.deepEqual([found.get("1"), found.get("2")], [texts[1], texts[2]]);
  assert.equal(found.get("3"), `${"z".repeat(1999)}…`);
});
