// Several sequences in one context of the real model: each gets what it would get alone, whatever becomes of the others.
import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import {
  CostModel,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  PlannerMemory,
  runLanes,
  SharedPlanner,
  TreeAcceptanceModel,
  TreeDrafter,
  type EvaluateOptions,
  type JobOutcome,
  type TargetModel,
  type TokenId,
} from "../../core/laser/index.ts";
import { EngineError, type Engine, type LaneGroup } from "../../server/engine/index.ts";
import { rowOf } from "../support/decoding/conformance.ts";
import { loadTestEngine } from "../support/decoding/realModel.ts";

const LANES = 4;
const CONTEXT = 300;
const MAX_TOKENS = 20;
const signal = { aborted: false };
const options = (rows: EvaluateOptions["rows"]): EvaluateOptions => ({ rows, topK: 16, threads: 1, signal });

let engine: Engine;
let group: LaneGroup;
let texts: Int32Array[];
beforeAll(async () => {
  engine = await loadTestEngine({ engine: "native" });
  group = await engine.openLanes({ lanes: LANES, contextTokens: CONTEXT, trees: true });
  texts = [
    "The captain of the ship",
    "A recipe for bread: first",
    "In the year 1900 the",
    "She said that it is",
  ].map((text) => Int32Array.from(engine.tokenizer.tokenize(text.repeat(3), false)));
});
afterAll(() => engine.dispose());

/** Flat costs: every draft looks cheap. Few tokens are allowed, for which the kernels give the bits of one alone. */
function planner(lanes: LaneGroup, switchMs = 0): SharedPlanner {
  let looks = 0;
  return new SharedPlanner({
    gathering: lanes.gathering,
    costs: new CostModel(
      { points: [{ tokens: 32, threads: 1, baseMs: 10, msPerContextToken: 0, switchMs }] },
      true,
    ),
    memory: new PlannerMemory(),
    maxTokens: 32,
    maxTokensEach: 12,
    maxRequests: LANES,
    waitingTokens: () => lanes.waitingTokens(),
    keepShape: (tokens) => {
      lanes.keepShape(tokens);
    },
    now: () => looks++,
  });
}

const request = (target: TargetModel, prompt: Int32Array) => ({
  target,
  prompt,
  maxTokens: MAX_TOKENS,
  sampling: DEFAULT_SAMPLING,
  rule: { kind: "strict" } as const,
  guards: DEFAULT_GUARDS,
  drafter: new TreeDrafter(target.vocabularySize, null, new TreeAcceptanceModel(), {
    maxNodes: 11,
    maxLeaves: target.maxTreeLeaves,
  }),
  maxDraftTokens: 11,
  rowWidth: 16,
  recordsRows: false,
  signal,
  now: () => 0,
});

/** Decodes the jobs on the lanes and returns what was written for each. */
async function decodeAll(
  group: LaneGroup,
  prompts: readonly Int32Array[],
  change: (job: number, target: TargetModel) => TargetModel = (_, target) => target,
  shared = planner(group),
  onEvaluated: LaneGroup["onEvaluated"] = null,
): Promise<{ outcomes: JobOutcome<readonly TokenId[]>[]; drafted: number }> {
  const remove = group.gathering.add(shared);
  group.onEvaluated = onEvaluated;
  const outcomes: JobOutcome<readonly TokenId[]>[] = [];
  let drafted = 0;
  try {
    await runLanes({
      lanes: group,
      parallel: group.targets.length,
      jobs: prompts.keys(),
      async run(job, lane) {
        const target = change(job, group.targets[lane]!);
        const run = decode({ ...request(target, prompts[job]!), planner: shared.forRequest(lane) });
        for (;;) {
          const { done, value } = await run.next();
          if (done) return value.tokens;
          if (value.kind === "step") drafted += value.step.draft.length;
        }
      },
      onOutcome: (job, outcome) => {
        outcomes[job] = outcome;
      },
      signal,
    });
  } finally {
    remove();
  }
  return { outcomes, drafted };
}

const writtenAlone = new Map<string, Promise<readonly TokenId[]>>();

/** What plain decoding by the model's other context writes; each prompt is decoded once for all tests. */
function alone(prompt: Int32Array): Promise<readonly TokenId[]> {
  const key = prompt.join(" ");
  const known = writtenAlone.get(key) ?? decodeAlone(prompt);
  writtenAlone.set(key, known);
  return known;
}

async function decodeAlone(prompt: Int32Array): Promise<readonly TokenId[]> {
  const { target } = engine;
  await target.rollback(0);
  await target.evaluate(prompt.subarray(0, -1), options("none"));
  const written: TokenId[] = [];
  let last = prompt.at(-1)!;
  while (written.length < MAX_TOKENS && !target.isEndOfText(last)) {
    const rows = await target.evaluate(Int32Array.of(last), options("all"));
    rows.load?.(0);
    written.push((last = rows.ids[0]!));
  }
  return written;
}

describe("lanes", () => {
  test("write what plain decoding writes alone, with trees, and when a lane is used again", async () => {
    const prompts = [...texts, texts[0]!.slice(2), texts[1]!.slice(3)];
    const { outcomes, drafted } = await decodeAll(group, prompts);
    assert.ok(drafted > 20, `${drafted} drafted tokens`);
    for (const [at, prompt] of prompts.entries())
      assert.deepEqual(outcomes[at], { kind: "done", result: await alone(prompt) }, `prompt ${at}`);
  });

  test("write the same if evaluations are filled up to a few counts, as for a GPU", async () => {
    const filling = await engine.openLanes({ lanes: 2, contextTokens: 100, trees: true, fillsShapes: true });
    const counts = new Set<number>();
    let fillers = 0;
    const prompts = texts.slice(0, 2);
    const { outcomes } = await decodeAll(filling, prompts, undefined, planner(filling, 1), (evaluation) => {
      counts.add(evaluation.tokens);
      fillers += evaluation.fillers;
    });
    for (const [at, prompt] of prompts.entries())
      assert.deepEqual(outcomes[at], { kind: "done", result: await alone(prompt) }, `prompt ${at}`);
    assert.ok(fillers > 0);
    for (const count of counts) assert.ok(filling.counts.includes(count), String(count));
    await filling.dispose();
  });

  test("one that fails, and one whose context is full, do not change the others", async () => {
    const full = texts[2]!;
    const tooLong = Int32Array.from({ length: CONTEXT + 20 }, (_, i) => full[i % full.length]!);
    const { outcomes } = await decodeAll(group, [texts[0]!, texts[1]!, tooLong, texts[3]!], (job, target) =>
      job === 1 ? failing(target) : target,
    );
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["done", "failed", "failed", "done"],
    );
    const [, failed] = outcomes;
    assert.ok(failed?.kind === "failed" && failed.error instanceof EngineError);
    assert.equal(failed.error.fault.tag, "evaluationFailed");
    for (const at of [0, 3])
      assert.deepEqual(outcomes[at], { kind: "done", result: await alone(texts[at]!) }, `prompt ${at}`);
  });

  test("rows of a lane are those of its own tokens, and a rollback is its own", async () => {
    const [a, b] = [group.targets[0]!, group.targets[3]!];
    await Promise.all([a, b].map((target) => target.rollback(0)));
    const evaluate = (target: TargetModel, at: number) => async () => {
      const rows = await target.evaluate(texts[0]!.subarray(at, at + 3), options("all"));
      for (let row = 0; row < 3; row++) rows.load?.(row);
      return rows;
    };
    const [first, other] = await Promise.all([evaluate(a, 0)(), evaluate(b, 0)()]);
    assert.deepEqual(rowOf(first, 2), rowOf(other, 2));
    await a.rollback(1);
    const [again, next] = await Promise.all([
      a.evaluate(texts[0]!.subarray(1, 3), options("all")),
      evaluate(b, 3)(),
    ]);
    again.load?.(1);
    assert.deepEqual(rowOf(again, 1), rowOf(first, 2));
    assert.notDeepEqual(rowOf(next, 2), rowOf(first, 2));
  });

  test("disposed of during a run: every request ends with a fault, and another group works", async () => {
    const other = await engine.openLanes({ lanes: 2, contextTokens: CONTEXT, trees: false });
    const running = other.targets.map((target) => target.evaluate(texts[0]!, options("all")));
    const settled = Promise.allSettled(running);
    await other.dispose();
    for (const result of await settled)
      if (result.status === "rejected")
        assert.ok(result.reason instanceof EngineError, String(result.reason));
    await assert.rejects(other.targets[0]!.evaluate(texts[0]!, options("none")), EngineError);
    assert.equal((await decodeAll(group, [texts[3]!])).outcomes[0]?.kind, "done");
  });
});

/** A target that the model refuses at its third evaluation, for a token that it doesn't know. */
function failing(target: TargetModel): TargetModel {
  let evaluations = 0;
  const evaluate: TargetModel["evaluate"] = (tokens, given) =>
    target.evaluate(++evaluations === 3 ? tokens.map(() => target.vocabularySize) : tokens, given);
  return new Proxy(target, {
    get(inner, key) {
      if (key === "evaluate") return evaluate;
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
}
