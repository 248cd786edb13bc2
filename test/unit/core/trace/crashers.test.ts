// Files that once stopped, misled or filled the memory of what uses the reader's result. Each is refused by name now, or
// does no harm. All are the sound trace beside them with one thing changed; the deep ones hold 6,000 brackets.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "vitest";
import { describeError } from "../../../../core/base/index.ts";
import { parseTrace, TraceError } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { useEverywhere } from "../../../support/trace/traceConsumers.ts";

const folder = new URL("../../../fixtures/traces/crashers/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(`${name}.lasertrace`, folder), "utf8");
const sound = parseTrace(read("sound"));

interface Crasher {
  /** Of the file. */
  readonly name: string;
  /** What it did. */
  readonly did: string;
  /** What the reader says of it; null: it is taken, and does no harm. */
  readonly refused: RegExp | null;
}

const crashers: readonly Crasher[] = [
  { name: "sound", did: "nothing: the others are made from it", refused: null },
  {
    name: "alternative-beyond-the-draft",
    did: "the draft tree drew four billion columns",
    refused: /\/alternatives\/0\/place must be a whole number ≥ 0 and ≤ 4096/,
  },
  {
    name: "probability-above-1",
    did: "a candidate had a probability of e⁶⁰",
    refused: /step 1 has row 1 with a probability above 1/,
  },
  {
    name: "logits-far-apart",
    did: "infinitely many nats were given up",
    refused: /\/logits\/0 must be a number/,
  },
  { name: "durations-without-a-sum", did: "a run took infinite time", refused: /\/draftMs must be a number/ },
  { name: "speed-beyond-numbers", did: "infinitely many tokens per second", refused: null },
  { name: "costs-beyond-numbers", did: "a draft cost infinitely many plain steps", refused: null },
  {
    name: "entry-number-unlike-its-key",
    did: "a number that is written with an exponent found an entry that nobody had checked",
    refused: /\/draft\/0\/entries\/0 must be a whole number/,
  },
  {
    name: "token-number-unlike-its-key",
    did: "the same for a token, in the draft tree",
    refused: /\/model\/vocabularySize must be a whole number/,
  },
  { name: "no-such-day", did: "a list said Invalid Date", refused: /\/createdAt must be text of the form/ },
  {
    name: "relaxed-under-a-strict-rule",
    did: "a strict run showed relaxed tokens",
    refused: /compared with 0.08\d*, but the rule.s threshold is null/,
  },
  {
    name: "reason-of-another-verdict",
    did: "a kept token said why it was rejected",
    refused: /draft 1 relaxed for the reason rank/,
  },
  {
    name: "rank-of-another-candidate",
    did: "sentence and table showed other ranks",
    refused: /draft 1 at rank 1, but its row has it at 2/,
  },
  {
    name: "row-without-candidates",
    did: "an own token without a candidate",
    refused: /row 1 without candidates/,
  },
  { name: "candidate-twice", did: "a table named a token twice", refused: /row 1 with a candidate twice/ },
  {
    name: "deep-unknown-value",
    did: "a report could not be written: the stack was exhausted",
    refused: /\/device\/later must be less deeply nested/,
  },
  {
    name: "deep-version",
    did: "the reader threw what nobody caught",
    refused: /version none; this program reads/,
  },
];

table("a file that once did harm", crashers, ({ name, refused }) => {
  const text = read(name);
  if (refused === null) {
    useEverywhere(parseTrace(text), sound);
    return;
  }
  assert.throws(
    () => parseTrace(text),
    (error) => error instanceof TraceError && refused.test(describeError(error).message),
  );
});

test("every file is in the table", () => {
  const files = readdirSync(folder).map((file) => file.replace(/\.lasertrace$/, ""));
  assert.deepEqual(files.sort(), crashers.map(({ name }) => name).sort());
});

table(
  "a value that is not a number where one belongs is refused by name",
  [
    { name: "an object with a toString of its own", value: '{"toString":1,"valueOf":1}' },
    { name: "a list 20,000 deep", value: `${"[".repeat(20_000)}${"]".repeat(20_000)}` },
  ],
  ({ value }) => {
    const text = read("sound").replace(/"prefillTokens": ?\d+/, `"prefillTokens": ${value}`);
    assert.notEqual(text, read("sound"));
    assert.throws(() => parseTrace(text), TraceError);
  },
);
