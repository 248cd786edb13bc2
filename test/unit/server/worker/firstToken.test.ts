// Nothing precedes the first token but the prompt: costs begin as a guess, and a prompt that was just read is not read again.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import { createScriptedEngine, guessCosts } from "../../../../server/engine/index.ts";
import { applyTemplate } from "../../../../server/worker/prompt/prompt.ts";
import { Session } from "../../../../server/worker/session/session.ts";
import { heldTokens } from "../../../../core/trace/index.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { temporaryFolder } from "../../../support/check.ts";

test("before the first token, the first run evaluates the prompt in pieces of 128 tokens, later ones nothing", async (context: TestContext) => {
  const scripted = createScriptedEngine({ answers: [{ text: "One two three." }] });
  const evaluated: number[] = [];
  const target = new Proxy(scripted.target, {
    get(inner, key) {
      const member: unknown = Reflect.get(inner, key);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        if (key === "evaluate") evaluated.push((args[0] as Int32Array).length);
        return Reflect.apply(member, inner, args);
      };
    },
  });
  const engine = { ...scripted, target };
  const costs = guessCosts(engine.device, engine.model);
  assert.equal(costs.isGuess, true);
  const costCache = { cacheDir: temporaryFolder(context), rowWidth: 8 };
  const session = new Session({ engine, costs, generator: "test", costCache });
  const content = "word ".repeat(300);
  const prompt = applyTemplate([{ role: "user", content }], null, engine, new Date(0), false);
  const run = async (): Promise<{ before: readonly number[]; held: number; tokens: number }> => {
    const before: number[][] = [];
    evaluated.length = 0;
    const { trace, failure } = await session.generate({
      prompt,
      settings: { ...DEFAULT_SETTINGS, strategy: "plain", maxTokens: 3, reproducible: "off" },
      pool: null,
      signal: new AbortController().signal,
      onEvent: ({ kind }) => {
        if (kind === "step") before.push([...evaluated]);
      },
    });
    assert.equal(failure, null);
    return { before: before[0] ?? [], held: heldTokens(trace), tokens: trace.request.promptTokens.length };
  };
  const first = await run();
  const rest = (first.tokens - 1) % 128;
  const pieces = Array.from({ length: Math.floor((first.tokens - 1) / 128) }, () => 128);
  // Then the last token of the prompt, whose row gives the first token of the answer.
  assert.deepEqual(first.before, [...pieces, ...(rest > 0 ? [rest] : []), 1]);
  const second = await run();
  assert.deepEqual(second.before, [1]);
  assert.equal(second.held, first.tokens - 1);
  evaluated.length = 0;
  await session.measureCosts(new AbortController().signal);
  assert.ok(evaluated.length > pieces.length + 1, "nothing was measured in idle time");
  const third = await run();
  assert.deepEqual(third.before, [1], "measurements in idle time left the prompt unread");
});
