// What the decode loop really yields is a sound trace, with figures that agree with the loop's own result.
import assert from "node:assert/strict";
import { test } from "vitest";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { isChain, Pool, PUBLISHED_RULE, RetrievalDrafter, type Rule } from "../../../../core/laser/index.ts";
import { parseTrace, serialiseTrace, traceMetrics, TraceRecorder } from "../../../../core/trace/index.ts";
import { forkingDrafter } from "../../../support/decoding/forkingDrafter.ts";
import { END_OF_TEXT, markovScript, randomTokens, runDecode } from "../../../support/decoding/runDecode.ts";
import { seededRandom } from "../../../support/random.ts";
import { randomRun } from "../../../support/trace/randomTraces.ts";

const VOCABULARY_SIZE = 30;
const { header } = randomRun(1);

const RULES: readonly Rule[] = [{ kind: "strict" }, PUBLISHED_RULE];
const arms = RULES.flatMap((rule) =>
  [0, 0.8].flatMap((temperature) => [false, true].map((isTree) => ({ rule, temperature, isTree }))),
);

for (const { rule, temperature, isTree } of arms) {
  test(`${rule.kind} at temperature ${temperature}, ${isTree ? "trees" : "chains"}`, async () => {
    let kept = 0;
    let trees = 0;
    for (let seed = 1; seed <= 15; seed++) {
      const random = seededRandom(seed);
      const target = () =>
        new ScriptedTarget(VOCABULARY_SIZE, 256, END_OF_TEXT, markovScript(seed, VOCABULARY_SIZE), {}, 8);
      const sampling = { ...header.request.sampling, temperature, repetitionPenalty: 1.1, seed };
      const earlier = randomTokens(random, 5, VOCABULARY_SIZE);
      const answer = (await runDecode({ target: target(), prompt: earlier })).result.tokens;
      const prompt = randomTokens(random, 8, VOCABULARY_SIZE);
      const text = (await runDecode({ target: target(), prompt, sampling })).result.tokens;
      const { steps, result } = await runDecode({
        target: target(),
        prompt,
        rule,
        sampling,
        drafter: isTree
          ? forkingDrafter({
              ...{ random, text, vocabularySize: VOCABULARY_SIZE, maxNodes: 12, maxLeaves: 8, hitShare: 0.6 },
            })
          : new RetrievalDrafter(VOCABULARY_SIZE, Pool.build([answer])),
      });
      const recorder = new TraceRecorder(
        {
          ...header,
          request: { ...header.request, promptTokens: prompt, rule, sampling },
          model: { ...header.model, vocabularySize: VOCABULARY_SIZE },
        },
        {
          bytesOf: (id) => new TextEncoder().encode(` ${id}`),
          isEndOfText: (id) => id === END_OF_TEXT,
          isControl: () => false,
          entryOf: (entry) => ({ id: `answer-${entry}`, group: null }),
        },
      );
      let at = 0;
      for (const step of steps) {
        const size = step.path.length + 1;
        if (!isChain(step.draft)) trees++;
        recorder.take({ kind: "step", step, committed: result.tokens.slice(at, at + size) });
        at += size;
      }
      const trace = recorder.trace(result);
      assert.deepEqual(parseTrace(serialiseTrace(trace)), trace, `seed ${seed}`);
      const figures = traceMetrics(trace);
      assert.equal(figures.committed, result.tokens.length);
      assert.equal(figures.steps, steps.length);
      kept += figures.accepted + figures.relaxed;
    }
    assert.ok(kept > 50, String(kept));
    assert.equal(trees > 20, isTree, `${trees} trees`);
  });
}
