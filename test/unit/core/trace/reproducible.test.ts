// Whether a run was reproducible, in words.
import assert from "node:assert/strict";
import { test } from "vitest";
import { reproducibleWords } from "../../../../core/trace/index.ts";

const WORDS: readonly (readonly [reproducible: boolean, reason: string | undefined, words: string])[] = [
  [true, undefined, "yes"],
  [false, undefined, "no"],
  [false, "no two batches agree", "not available for this model on this device: no two batches agree"],
];
for (const [reproducible, reason, words] of WORDS)
  test(words, () => {
    const request = { reproducible, ...(reason !== undefined && { notReproducible: reason }) };
    assert.equal(reproducibleWords(request), words);
  });
