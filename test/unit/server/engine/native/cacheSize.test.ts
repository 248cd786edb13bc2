// Cells of a context: whole units, room for trees, and never beyond the bound at which a model changes its RoPE factors.
import assert from "node:assert/strict";
import type { GgufFileInfo } from "node-llama-cpp";
import { cacheSize } from "../../../../../server/engine/native/cacheSize.ts";
import { table } from "../../../../support/check.ts";

const headerOf = (original: number | null) =>
  ({
    architectureMetadata:
      original === null ? {} : { rope: { scaling: { original_context_length: original } } },
  }) as unknown as GgufFileInfo;

table(
  "cells",
  [
    { name: "only chains", tokens: 1024, leaves: 1, original: null, expected: [1024, 1024] },
    { name: "trees", tokens: 1024, leaves: 32, original: null, expected: [1280, 1024] },
    { name: "room left over anyway", tokens: 1000, leaves: 1, original: null, expected: [1024, 1000] },
    { name: "beyond the original context", tokens: 8192, leaves: 32, original: 4096, expected: [8448, 8192] },
    { name: "up to the original context", tokens: 4096, leaves: 32, original: 4096, expected: [4096, 3936] },
    { name: "the same without trees", tokens: 4096, leaves: 1, original: 4096, expected: [4096, 4096] },
  ],
  ({ tokens, leaves, original, expected }) => {
    const { cells, contextTokens } = cacheSize(tokens, leaves, headerOf(original));
    assert.deepEqual([cells, contextTokens], expected);
  },
);
