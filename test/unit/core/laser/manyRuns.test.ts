// What a target keeps of its prompts never changes an answer, whatever happened on it before.
import assert from "node:assert/strict";
import { test } from "vitest";
import { hash3 } from "../../../../core/laser/hash.ts";
import { ScriptedTarget, type Script } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { compareManyRuns, MAX_TOKENS } from "../../../support/decoding/manyRuns.ts";
import { END_OF_TEXT, markovScript } from "../../../support/decoding/runDecode.ts";

const WORDS = 120;
const CONTEXT = 700;

/** Each row depends on every token before it: one that is missing or wrong anywhere changes all that follows. */
function wholeScript(seed: number): Script {
  return (sequence) => {
    const state = sequence.reduce((hash, token, at) => hash3(hash, token, at), seed);
    return markovScript(state, WORDS)(sequence.slice(-1));
  };
}

test.each([1, 2, 3, 4, 5, 6])("random runs one after another, seed %i", async (seed) => {
  const target = (): ScriptedTarget =>
    new ScriptedTarget(WORDS, CONTEXT, END_OF_TEXT, wholeScript(seed), {}, 4);
  const saved = await compareManyRuns({
    used: target(),
    fresh: target(),
    firstPromptTokens: 300,
    maxPromptTokens: CONTEXT - MAX_TOKENS - 24, // A script has no cells for fillers and the branches of trees.
    seed,
    runs: 200,
  });
  assert.ok(saved > 0, "nothing was kept");
});
