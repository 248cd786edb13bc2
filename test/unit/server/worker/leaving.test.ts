// A listener that fails: the run ends with its failure, and the target is at rest.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { applyTemplate } from "../../../../server/worker/prompt/prompt.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/model/scriptedModel.ts";
import { Session } from "../../../../server/worker/session/session.ts";
import { DEFAULT_SAMPLING } from "../../../../core/laser/index.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { loadedLater } from "../../../support/decoding/loadedRows.ts";

test("a run whose listener throws leaves no evaluation at work", async () => {
  const scripted = createScriptedEngine({ answers: [{ text: "One two three. One two three." }] });
  // Rows that are read later: the next evaluation has begun when a step is reported.
  const target = loadedLater(scripted.target, true);
  const evaluate = target.evaluate.bind(target);
  let running = 0;
  const counted = new Proxy(target, {
    get: (inner, key) =>
      key !== "evaluate"
        ? (Reflect.get(inner, key) as unknown)
        : async (...args: Parameters<typeof evaluate>) => {
            running++;
            await new Promise((resolve) => setTimeout(resolve, 5));
            return evaluate(...args).finally(() => running--);
          },
  });
  const engine = { ...scripted, target: counted };
  const session = new Session({ engine, costs: SCRIPTED_COSTS, generator: "test", frozenCosts: true });
  const { failure, trace } = await session.generate({
    prompt: applyTemplate([{ role: "user", content: "Tell me" }], null, engine, new Date(0), false),
    settings: { ...DEFAULT_SETTINGS, strategy: "plain", sampling: DEFAULT_SAMPLING },
    pool: null,
    signal: new AbortController().signal,
    onEvent: ({ kind }) => {
      if (kind === "step") throw new Error("the listener is gone");
    },
  });
  assert.match(failure?.message ?? "", /listener is gone/u);
  assert.equal(trace.result.finish, "failed");
  assert.equal(running, 0);
});
