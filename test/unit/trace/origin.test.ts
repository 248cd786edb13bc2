// Where a drafted token was read, in names and values.
import assert from "node:assert/strict";
import { originOf, type TraceDraftToken } from "../../../server/trace/index.ts";
import { table } from "../../support/check.ts";
import { smallTrace } from "./smallRun.ts";

const { pool, tokens, steps, ...header } = smallTrace();
const names = { header: { ...header, pool }, tokens, entries: pool!.entryNames };
const drafted = steps[0]!.draft[0]!;
const FIGURES = "Longest match: 2 tokens | Seen: 3× | Share of votes: 75 % | Expected chance: 0.67";

table<{ name: string; change: Partial<TraceDraftToken>; said: string }>(
  "the origin",
  [
    {
      name: "the pool",
      change: {},
      said: `Read from: the pool movies | ${FIGURES} | Entries: movie-0 (Crime), movie-2 (Crime)`,
    },
    {
      name: "the prompt, and the pool goes on alike",
      change: { source: "prompt" },
      said: `Read from: the prompt | ${FIGURES} | Also in the pool: movie-0 (Crime), movie-2 (Crime)`,
    },
    {
      name: "the answer, and an entry without a name",
      change: { source: "output", entries: [7] },
      said: `Read from: this answer so far | ${FIGURES} | Also in the pool: entry 7`,
    },
    {
      name: "nearly all votes are not all",
      change: { share: 0.996, entries: [] },
      said: `Read from: the pool movies | ${FIGURES.replace("75 %", "99.6 %")}`,
    },
    {
      name: "the answer alone",
      change: { source: "output", entries: [] },
      said: `Read from: this answer so far | ${FIGURES}`,
    },
  ],
  ({ change, said }) => {
    const lines = originOf({ ...drafted, ...change }, names).map(([name, value]) => `${name}: ${value}`);
    assert.equal(lines.join(" | "), said);
  },
);
