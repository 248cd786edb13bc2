// What laser.continueFrom takes: whatever else a page or a link sends is refused as a whole.
import assert from "node:assert/strict";
import { parse } from "../../../../core/base/index.ts";
import { ContinuationChoiceSchema } from "../../../../server/protocol/continuation.ts";
import { table } from "../../../support/check.ts";

const guards = { endOfText: true, maxConsecutiveRelaxed: null, maxNatsGivenUp: 2.5 };
table(
  "a choice is taken",
  [
    { name: "a place", given: { tokensBefore: 0, token: null } },
    { name: "another token", given: { tokensBefore: 17, token: 0 } },
    { name: "the strict rule", given: { tokensBefore: 1, token: null, rule: { kind: "strict" } } },
    {
      name: "a relaxed rule and guards",
      given: { tokensBefore: 1, token: 3, rule: { kind: "relaxed", topK: 2, minProbability: 0.1 }, guards },
    },
    {
      name: "delta",
      given: { tokensBefore: 1, token: null, rule: { kind: "delta", topK: 1, delta: 0 } },
    },
    {
      name: "ratio",
      given: { tokensBefore: 1, token: null, rule: { kind: "ratio", topK: 9, alpha: 1 } },
    },
  ],
  ({ given }) => {
    assert.deepEqual(parse(ContinuationChoiceSchema, { ...given, traceUri: "not looked at here" }), given);
  },
);

const place = { tokensBefore: 1, token: null };
table(
  "refused",
  [
    { name: "nothing", given: undefined },
    { name: "null", given: null },
    { name: "a list", given: [1] },
    { name: "a place in words", given: { ...place, tokensBefore: "1" } },
    { name: "half a token", given: { ...place, tokensBefore: 0.5 } },
    { name: "a place before the first", given: { ...place, tokensBefore: -1 } },
    { name: "no word on the token", given: { tokensBefore: 1 } },
    { name: "a token that is not an id", given: { ...place, token: -1 } },
    { name: "an unknown rule", given: { ...place, rule: { kind: "lax", topK: 1 } } },
    { name: "a rule without its k", given: { ...place, rule: { kind: "delta", delta: 0.1 } } },
    { name: "a rule among none", given: { ...place, rule: { kind: "ratio", topK: 0, alpha: 0.5 } } },
    {
      name: "a probability above 1",
      given: { ...place, rule: { kind: "relaxed", topK: 2, minProbability: 1.1 } },
    },
    {
      name: "no number",
      given: { ...place, rule: { kind: "relaxed", topK: 2, minProbability: Number.NaN } },
    },
    { name: "a rule that is null", given: { ...place, rule: null } },
    { name: "half of the guards", given: { ...place, guards: { endOfText: true } } },
    { name: "guards without end", given: { ...place, guards: { ...guards, maxNatsGivenUp: Infinity } } },
  ],
  ({ given }) => {
    assert.equal(parse(ContinuationChoiceSchema, given), null);
  },
);
