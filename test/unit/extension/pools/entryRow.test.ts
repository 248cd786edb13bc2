// How an answer reads in the Pools view: both ends of its id are seen, and the whole id is a tooltip away.
import assert from "node:assert/strict";
import { cutMiddle, entryRow } from "../../../../extension/pools/entryRow.ts";
import { table } from "../../../support/check.ts";

const LONG_ID = "amazon-books-2018:B000FC1PJI:user-factors:v12";
const ENTRY = { entry: 4, id: "fox", group: "wild", text: "A fox\nsleeps.", tokens: 1200 };
const TIMES = { addedMs: 1, lastUseMs: 1 };

table(
  "an answer",
  [
    {
      name: "with a short id",
      given: {},
      label: "fox",
      description: "A fox sleeps. · 1,200 tokens",
      tooltip: "fox · wild\n\nA fox\nsleeps.",
      spoken: "fox, A fox sleeps., 1,200 tokens",
    },
    {
      name: "with a long id",
      given: { id: LONG_ID, group: null },
      label: "amazon-books-201…ser-factors:v12",
      description: "A fox sleeps. · 1,200 tokens",
      tooltip: `${LONG_ID}\n\nA fox\nsleeps.`,
      spoken: `${LONG_ID}, A fox sleeps., 1,200 tokens`,
    },
    {
      name: "not tokenized, of a long text",
      given: { tokens: null, text: "word ".repeat(400) },
      label: "fox",
      description: `${"word ".repeat(16).slice(0, 79)}…`,
      tooltip: `fox · wild\n\n${"word ".repeat(200)}`,
      spoken: `fox, ${"word ".repeat(16).slice(0, 79)}…`,
    },
    {
      name: "without text",
      given: { text: " ", tokens: 0 },
      label: "fox",
      description: "0 tokens",
      tooltip: "fox · wild\n\n ",
      spoken: "fox, 0 tokens",
    },
  ],
  ({ given, label, description, tooltip, spoken }) => {
    assert.deepEqual(entryRow({ ...ENTRY, ...TIMES, ...given }, "en"), {
      label,
      description,
      tooltip,
      spoken,
    });
  },
);

table(
  "a text is cut in its middle",
  [
    { name: "not at all", text: "abcdef", most: 6, cut: "abcdef" },
    { name: "to an even number", text: "abcdefgh", most: 6, cut: "abc…gh" },
    { name: "to an odd number", text: "abcdefgh", most: 5, cut: "ab…gh" },
    { name: "between whole characters", text: "🐈🐕🐦🐟🐢🐸", most: 5, cut: "🐈🐕…🐢🐸" },
  ],
  ({ text, most, cut }) => {
    assert.equal(cutMiddle(text, most), cut);
  },
);
