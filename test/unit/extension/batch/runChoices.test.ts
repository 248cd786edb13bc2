// What a run over a data set remembers of its last answers, takes from the keyboard, and passes on.
import assert from "node:assert/strict";
import {
  choiceFlags,
  parallelOf,
  rememberedChoices,
  type RunChoices,
} from "../../../../extension/batch/runChoices.ts";
import { table } from "../../../support/check.ts";

const CHOSEN: RunChoices = { groups: "/w/groups.json", parallel: 4 };

table(
  "remembered choices",
  [
    { name: "the last ones", kept: CHOSEN, remembered: CHOSEN },
    { name: "traces", kept: { ...CHOSEN, traces: true }, remembered: { ...CHOSEN, traces: true } },
    { name: "nothing yet", kept: undefined, remembered: { groups: null, parallel: 1 } },
    {
      name: "a missing groups file",
      kept: { ...CHOSEN, groups: "/gone.json" },
      remembered: { groups: null, parallel: 4 },
    },
    { name: "too many rows", kept: { ...CHOSEN, parallel: 999 }, remembered: { groups: null, parallel: 1 } },
    { name: "another form", kept: "4", remembered: { groups: null, parallel: 1 } },
  ],
  ({ kept, remembered }) => {
    assert.deepEqual(
      rememberedChoices(kept, (path) => path === CHOSEN.groups),
      remembered,
    );
  },
);

table(
  "rows at once, typed",
  [
    { name: "one", typed: "1", rows: 1 },
    { name: "with spaces", typed: " 16 ", rows: 16 },
    { name: "the most", typed: "256", rows: 256 },
    ...["", "0", "257", "-1", "1.5", "1e2", "four", "99999"].map((typed) => ({
      name: JSON.stringify(typed),
      typed,
      rows: null,
    })),
  ],
  ({ typed, rows }) => {
    assert.equal(parallelOf(typed), rows);
  },
);

table(
  "options of a run",
  [
    { name: "both", choices: CHOSEN, flags: ["--groups=/w/groups.json", "--parallel=4"] },
    { name: "none", choices: { groups: null, parallel: 1 }, flags: [] },
    {
      name: "traces, beside the output",
      choices: { groups: null, parallel: 1, traces: true },
      flags: ["--traces=/w/films.answers.traces"],
    },
    { name: "no traces", choices: { groups: null, parallel: 1, traces: false }, flags: [] },
  ],
  ({ choices, flags }) => {
    assert.deepEqual(choiceFlags(choices, "/w/films.answers.jsonl"), flags);
  },
);
