// What a page kept of its what-if, read back: the same choice, or none.
import assert from "node:assert/strict";
import type { Rule } from "../../../../../core/laser/index.ts";
import { readChoice, type WhatIfChoice } from "../../../../../webview/trace/whatIf/whatIfChoice.ts";
import { table } from "../../../../support/check.ts";

const GUARDS = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: 2.5 };
const RULES: readonly Rule[] = [
  { kind: "strict" },
  { kind: "relaxed", topK: 3, minProbability: 0 },
  { kind: "delta", topK: 128, delta: 0.2 },
  { kind: "ratio", topK: 1, alpha: 1 },
];

table(
  "comes back as it was kept",
  RULES.map((rule) => ({ name: rule.kind, rule })),
  ({ rule }) => {
    const choice: WhatIfChoice = { rule, guards: GUARDS };
    assert.deepEqual(readChoice(JSON.parse(JSON.stringify(choice))), choice);
  },
);

const relaxed = (change: object): object => ({
  rule: { kind: "relaxed", topK: 3, minProbability: 0.1, ...change },
  guards: GUARDS,
});
const guarded = (change: object): object => ({ rule: { kind: "strict" }, guards: { ...GUARDS, ...change } });

table(
  "is none",
  [
    { name: "nothing kept", kept: undefined },
    { name: "null", kept: null },
    { name: "a text", kept: "relaxed" },
    { name: "no guards", kept: { rule: { kind: "strict" } } },
    { name: "a rule of another version", kept: relaxed({ kind: "looser" }) },
    { name: "no k", kept: relaxed({ topK: undefined }) },
    { name: "k of 0", kept: relaxed({ topK: 0 }) },
    { name: "k between", kept: relaxed({ topK: 2.5 }) },
    { name: "k beyond what is recorded", kept: relaxed({ topK: 129 }) },
    { name: "p as a text", kept: relaxed({ minProbability: "0.1" }) },
    { name: "p above 1", kept: relaxed({ minProbability: 1.1 }) },
    { name: "end of text as a number", kept: guarded({ endOfText: 1 }) },
    { name: "a limit below 0", kept: guarded({ maxNatsGivenUp: -1 }) },
    { name: "a limit as a text", kept: guarded({ maxConsecutiveRelaxed: "2" }) },
  ],
  ({ kept }) => {
    assert.equal(readChoice(kept), null);
  },
);
