// What was asked for and is limited by the model or the machine is noted, once each.
import assert from "node:assert/strict";
import { limitNotes } from "../../../../../server/cli/terminal/limitNotes.ts";
import { table } from "../../../../support/check.ts";

const ROWS = [
  { name: "all as asked", asked: { contextTokens: 1024, threads: 2 }, notes: [] },
  { name: "the default context, which nobody asked for", asked: { contextTokens: 4096 }, notes: [] },
  {
    name: "a context beyond the model",
    asked: { contextTokens: 9999 },
    notes: ["the context holds 2048 tokens instead of 9999: the model was trained for no more"],
  },
  {
    name: "more threads than cores",
    asked: { contextTokens: 1024, threads: 999 },
    notes: ["2 threads are used instead of 999: this machine has no more cores"],
  },
] as const;

table("noted", ROWS, ({ asked, notes }) => {
  assert.deepEqual(limitNotes(asked, { target: { contextTokens: 2048 }, device: { maxThreads: 2 } }), notes);
});
