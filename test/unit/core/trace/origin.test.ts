// Where a run continues from: one count of the kept tokens, whatever the depth, and the chosen token named separately.
import assert from "node:assert/strict";
import { originOfRun, originWords, standingTokens } from "../../../../core/trace/index.ts";
import { table } from "../../../support/check.ts";
import { EARLIER_RUN } from "../../../support/trace/randomTraces.ts";

const tokens = { "7": " but", "8": " and" };
const promptTokens = Array.from({ length: 100 }, () => 7);

table(
  "a run continues",
  [
    {
      name: "nowhere: it began its own answer",
      inherited: undefined,
      parent: undefined,
      stand: null,
      words: null,
    },
    {
      name: "with another token",
      inherited: 85,
      parent: { tokensBefore: 84, token: 7, was: 8 },
      stand: 84,
      words: "after 84 tokens of an earlier run, with “ but” instead of “ and”",
    },
    {
      name: "from a run that was itself continued: tokens of both are kept",
      inherited: 87,
      parent: { tokensBefore: 1, token: 7, was: 8 },
      stand: 86,
      words: "after 86 tokens of an earlier run, with “ but” instead of “ and”",
    },
    {
      name: "with nothing chosen",
      inherited: 9,
      parent: { tokensBefore: 9, token: null, was: 8 },
      stand: 9,
      words: "after 9 tokens of an earlier run",
    },
    {
      name: "after the end",
      inherited: 2,
      parent: { tokensBefore: 1, token: 7, was: null },
      stand: 1,
      words: "after 1 token of an earlier run, with “ but” at its end",
    },
    {
      name: "from the first token on",
      inherited: 0,
      parent: { tokensBefore: 0, token: null, was: 8 },
      stand: 0,
      words: "after 0 tokens of an earlier run",
    },
    {
      name: "from a run that is not named",
      inherited: 3,
      parent: undefined,
      stand: 3,
      words: "after 3 tokens of an earlier run",
    },
  ],
  ({ inherited, parent, stand, words }) => {
    const request = {
      promptTokens,
      ...(inherited !== undefined && { inheritedTokens: inherited }),
      ...(parent && { parent: { ...EARLIER_RUN, ...parent } }),
    };
    assert.equal(standingTokens(request), stand);
    const origin = originOfRun({ request, tokens });
    assert.equal(origin && originWords(origin), words);
  },
);
