// How large compact traces are, with a real model's vocabulary and logits: 1,000 tokens stay below 2 MB. Sizes, no times.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { test } from "vitest";
import { queryTokensOf, whatIf } from "../../../../../core/inspect/index.ts";
import { parseTrace, serialiseTrace } from "../../../../../core/trace/index.ts";
import { table } from "../../../../support/check.ts";
import { wideTrace } from "../../../../support/trace/wideTrace.ts";

table(
  "a trace of 1,000 tokens",
  [
    {
      name: "15 drafted at a quarter of the steps, most of them matching",
      drafting: 0.25,
      match: 0.6,
      mostBytes: 2_000_000,
    },
    {
      name: "15 drafted at every step, half of them matching",
      drafting: 1,
      match: 0.5,
      mostBytes: 2_000_000,
    },
    // The largest there can be at the default draft length, and the one shape that passes 2 MB.
    { name: "15 drafted at every step, none kept", drafting: 1, match: 0, mostBytes: 3_000_000 },
  ],
  ({ drafting, match, mostBytes }) => {
    const trace = wideTrace(1, { tokens: 1000, drafting, match });
    const tokens = trace.result.tokens.length;
    const text = serialiseTrace(trace);
    const { length } = gzipSync(text);
    console.info(`${text.length} bytes plain, ${length} compact, ${Math.ceil(length / tokens)} a token`);
    assert.ok(tokens >= 1000 && text.length > mostBytes, "small as it is: this test could not fail");
    assert.ok(length < mostBytes, `${length} bytes`);
  },
);

test("a hundred steps of 63 nodes are read, judged again and listed", () => {
  const text = serialiseTrace(wideTrace(2, { tokens: 262, drafting: 1, match: 0.5, treeNodes: 63 }));
  const begun = performance.now();
  const read = parseTrace(text);
  const parsedAt = performance.now();
  const { flips } = whatIf(read, { kind: "relaxed", topK: 128, minProbability: 0 }, read.request.guards);
  const judgedAt = performance.now();
  const tokens = read.steps.flatMap((step) => queryTokensOf(step, { tokens: read.tokens, entries: {} }));
  const listedMs = performance.now() - judgedAt;
  assert.ok(read.steps.length > 80 && read.steps.length < 120, `${read.steps.length} steps`);
  assert.ok(read.steps.every(({ draft }) => draft.length === 63));
  assert.ok(flips.length > 0 && tokens.length === 64 * read.steps.length);
  // Sizes are bounded, times are printed.
  assert.ok(text.length < 60_000 * read.steps.length, `${text.length} bytes`);
  console.info(
    `${read.steps.length} steps, ${(text.length / 1e6).toFixed(1)} MB: read ${(parsedAt - begun).toFixed(0)} ms, what-if ${(judgedAt - parsedAt).toFixed(0)} ms, listed ${listedMs.toFixed(0)} ms`,
  );
});
