// A prompt's share of the context, and where its tokens are.
import assert from "node:assert/strict";
import { budgetOf } from "../../../../extension/tokens/budget.ts";
import { tokenRanges } from "../../../../extension/tokens/tokenRanges.ts";
import { table } from "../../../support/check.ts";

const budget = (name: string, prompt: number | null, ofFile: number | null, expected: readonly number[]) => ({
  ...{ name, prompt, ofFile, expected },
});

table(
  "context budget of 100 tokens, 30 for the answer",
  [
    budget("room for all", 50, null, [50, 30, 20, 0]),
    budget("the file's own limit", 50, 10, [50, 10, 40, 0]),
    budget("a shorter answer", 80, null, [80, 20, 0, 10]),
    budget("no room", 130, null, [130, 0, 0, 60]),
    budget("not counted", null, null, [0, 30, 70, 0]),
  ],
  ({ prompt, ofFile, expected }) => {
    const counted = { promptTokens: prompt, contextTokens: 100, maxTokens: ofFile };
    const { promptTokens, answerTokens, freeTokens, missingTokens } = budgetOf(counted, 30);
    assert.deepEqual([promptTokens, answerTokens, freeTokens, missingTokens], expected);
    assert.equal(Math.min(promptTokens, 100) + answerTokens + freeTokens, 100);
  },
);

table(
  "token ranges",
  [
    { name: "none", ends: [], expected: [] },
    {
      name: "one after another",
      ends: [2, 5],
      expected: [
        [10, 12],
        [12, 15],
      ],
    },
    {
      name: "two tokens in a character",
      ends: [1, 3, 3, 4],
      expected: [
        [10, 11],
        [11, 13],
        [13, 14],
      ],
    },
  ],
  ({ ends, expected }) => {
    const ranges = tokenRanges([{ role: "user", start: 10, ends }]);
    assert.deepEqual(
      ranges.map(({ start, end }) => [start, end]),
      expected,
    );
  },
);
