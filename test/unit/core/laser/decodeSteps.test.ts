// Steps as they are timed and evaluated again, on targets that read rows later or too few of their logits.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "vitest";
import {
  CostModel,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  RenewalPlanner,
} from "../../../../core/laser/index.ts";
import { ScriptedTarget } from "../../../../server/engine/scripted/scriptedTarget.ts";
import { loadedLater } from "../../../support/decoding/loadedRows.ts";
import { END_OF_TEXT, FLAT_COSTS, markovScript } from "../../../support/decoding/runDecode.ts";

const VOCABULARY = 40;

test("a slow consumer doesn't add to the time of steps", async () => {
  let clock = 0;
  const scripted = new ScriptedTarget(VOCABULARY, 300, END_OF_TEXT, markovScript(3, VOCABULARY));
  const target = loadedLater(scripted, true);
  const evaluate = target.evaluate.bind(target);
  const timed = new Proxy(target, {
    get: (inner, key) =>
      key !== "evaluate"
        ? (Reflect.get(inner, key) as unknown)
        : (...args: Parameters<typeof evaluate>) => {
            clock += 10;
            return evaluate(...args);
          },
  });
  const planner = new RenewalPlanner(new CostModel(FLAT_COSTS, true));
  const stepMs: number[] = [];
  const observe = planner.observe.bind(planner);
  planner.observe = (step) => {
    stepMs.push(step.stepMs);
    observe(step);
  };
  const run = decode({
    target: timed,
    prompt: Int32Array.of(5),
    maxTokens: 20,
    sampling: DEFAULT_SAMPLING,
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter: null,
    planner,
    maxDraftTokens: 15,
    rowWidth: 16,
    signal: { aborted: false },
    now: () => clock,
  });
  for await (const { kind } of run) {
    // Evaluations end while the step before is taken.
    await setImmediate();
    if (kind === "step") clock += 1000;
  }
  assert.ok(stepMs.length > 5);
  assert.deepEqual([...new Set(stepMs)], [10]);
});

test("the planner learns evaluations by the clock of work, and steps are timed by the other", async () => {
  const clocks = { now: 0, work: 0 };
  const target = new ScriptedTarget(VOCABULARY, 300, END_OF_TEXT, markovScript(3, VOCABULARY));
  const evaluate = target.evaluate.bind(target);
  target.evaluate = (...args) => {
    clocks.now += 100; // Another program has the core for most of this time.
    clocks.work += 10;
    return evaluate(...args);
  };
  const planner = new RenewalPlanner(new CostModel(FLAT_COSTS, true));
  const learned: number[][] = [];
  planner.observe = ({ verifyMs, stepMs }) => {
    learned.push([verifyMs, stepMs]);
  };
  const run = decode({
    target,
    prompt: Int32Array.of(5),
    maxTokens: 5,
    sampling: DEFAULT_SAMPLING,
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter: null,
    planner,
    maxDraftTokens: 15,
    rowWidth: 16,
    signal: { aborted: false },
    now: () => clocks.now,
    workNow: () => clocks.work,
  });
  for await (const event of run) if (event.kind === "step") assert.equal(event.step.verifyMs, 100);
  assert.deepEqual(learned[0], [10, 10]);
});
