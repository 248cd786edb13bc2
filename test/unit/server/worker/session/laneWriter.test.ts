// Several answers at once on the lanes of a scripted engine: each is the same as on its own, whatever becomes of the others.
import assert from "node:assert/strict";
import { test } from "vitest";
import { DecodeError, runLanes, type JobOutcome, type LaneJobs } from "../../../../../core/laser/index.ts";
import { checkIdentities, type Trace } from "../../../../../core/trace/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../../../core/settings/index.ts";
import { createScriptedEngine, type ScriptedOptions } from "../../../../../server/engine/index.ts";
import {
  applyTemplate,
  laneWriter,
  Session,
  type Generated,
  type LaneRequest,
} from "../../../../../server/worker/index.ts";
import { SCRIPTED_COSTS } from "../../../../../server/worker/model/scriptedModel.ts";
import { table } from "../../../../support/check.ts";

const TEXTS = [
  "Cats sleep all day. Cats sleep all night. Cats sleep all day.",
  "Dogs bark.",
  "The ship sails over the sea, over the sea, over the sea, to the island in the sea.",
  "One two three one two three one two three one two three.",
  "Nothing repeats here.",
];

interface Named extends LaneRequest {
  readonly name: number;
}

async function begin(
  lanes: number,
  options: Partial<ScriptedOptions> = {},
  strategy = "laser-strict" as const,
) {
  const answers = TEXTS.map((text, i) => ({ when: `tell ${i}`, text }));
  const engine = createScriptedEngine({ answers, maxTreeLeaves: 4, ...options });
  const session = new Session({ engine, costs: SCRIPTED_COSTS, frozenCosts: true, generator: "test 0" });
  const group = await engine.openLanes({ lanes, contextTokens: 400, trees: true });
  const settings: GenerationSettings = { ...DEFAULT_SETTINGS, strategy, draftShape: "tree", maxTokens: 80 };
  const request = (name: number, given: Partial<LaneRequest> = {}): Named => ({
    name,
    prompt: applyTemplate([{ role: "user", content: `tell ${name}` }], null, engine, new Date(0), false),
    settings,
    pool: null,
    ...given,
  });
  const ended: { readonly name: number; readonly trace: Trace | null; readonly error: unknown }[] = [];
  /** As a batch run does it: the next request when a lane is free. */
  const run = async (
    jobs: LaneJobs<Named, Generated>["jobs"],
    {
      signal = new AbortController().signal,
      onAnswer,
    }: { signal?: AbortSignal; onAnswer?: LaneJobs<Named, Generated>["onOutcome"] } = {},
  ): Promise<void> => {
    const writer = laneWriter({ session, group, costs: SCRIPTED_COSTS });
    const onOutcome = async (one: Named, outcome: JobOutcome<Generated>): Promise<void> => {
      if (outcome.kind === "failed") ended.push({ name: one.name, trace: null, error: outcome.error });
      else ended.push({ name: one.name, trace: outcome.result.trace, error: outcome.result.failure });
      await onAnswer?.(one, outcome);
    };
    const write = (one: Named, lane: number): Promise<Generated> => writer.generate(one, lane, signal);
    try {
      await runLanes({ lanes: group, parallel: lanes, jobs, run: write, onOutcome, signal });
    } finally {
      writer.close();
    }
  };
  return { group, request, run, ended };
}

table(
  "every answer is the same as on its own",
  [1, 2, 4, 5].map((lanes) => ({ name: `${lanes} at once`, lanes })),
  async ({ lanes }) => {
    const { request, run, ended } = await begin(lanes);
    await run(TEXTS.map((_, name) => request(name)));
    assert.deepEqual(ended.map(({ name }) => name).sort(), [0, 1, 2, 3, 4]);
    for (const { name, trace } of ended) {
      assert.ok(trace !== null);
      assert.equal(trace.result.text, TEXTS[name]);
      assert.deepEqual(checkIdentities(trace), []);
      assert.equal(trace.request.reproducible, false);
    }
    const [repeating] = ended.filter(({ name }) => name === 3);
    assert.ok(repeating!.trace!.steps.length < repeating!.trace!.result.tokens.length, "drafts were kept");
  },
);

test("requests are asked for one by one, when a lane is free", async () => {
  const { request, run, ended } = await begin(2);
  const asked: string[] = [];
  async function* requests() {
    for (const name of [0, 1, 2, 3]) {
      await Promise.resolve();
      asked.push(`${name} after ${ended.length}`);
      yield request(name);
    }
  }
  await run(requests());
  assert.deepEqual(asked.slice(0, 3), ["0 after 0", "1 after 0", "2 after 1"]);
  assert.equal(ended.length, 4);
});

test("a request that can't be met fails without the others", async () => {
  const { request, run, ended } = await begin(3);
  const settings = { ...request(0).settings, maxTokens: 4000 };
  await run([request(0), request(1, { settings }), request(2)]);
  const byName = new Map(ended.map((one) => [one.name, one]));
  const { trace, error } = byName.get(1)!;
  assert.ok(trace === null && error instanceof DecodeError);
  assert.equal(error.fault.tag, "contextTooSmall");
  for (const name of [0, 2]) assert.equal(byName.get(name)!.trace?.result.text, TEXTS[name]);
});

test("an engine that fails in one answer leaves its trace, and the others", async () => {
  const { request, run, ended } = await begin(2, { crashAt: 4 });
  await run([request(0), request(2)]);
  // Each lane's script crashes at its own fourth evaluation.
  assert.deepEqual(
    ended.map(({ trace }) => trace?.result.finish),
    ["failed", "failed"],
  );
});

test("one answer is stopped, and then all are", async () => {
  const { request, run, ended } = await begin(2);
  const one = new AbortController();
  const all = new AbortController();
  let steps = 0;
  const onStep =
    (act: () => void): NonNullable<LaneRequest["onEvent"]> =>
    ({ kind }) => {
      if (kind === "step") act();
    };
  await run(
    [
      request(2, {
        signal: one.signal,
        onEvent: onStep(() => {
          one.abort();
        }),
      }),
      request(0, { onEvent: onStep(() => steps++) }),
      request(2, {
        onEvent: onStep(() => {
          all.abort();
        }),
      }),
      request(3),
    ],
    { signal: all.signal },
  );
  assert.equal(ended[0]?.trace?.result.finish, "stopped");
  assert.ok(ended[0].trace.steps.length <= 2);
  assert.ok(steps > 0);
  assert.equal(ended.length, 3, "the fourth never began");
});

test("a slow listener keeps nobody waiting", async () => {
  const { request, run, ended } = await begin(2);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await run(
    [
      request(2, { onEvent: async ({ kind }) => (kind === "step" ? held : undefined) }),
      request(0),
      request(1),
      request(4),
    ],
    {
      onAnswer: () => {
        if (ended.length === 3) release();
      },
    },
  );
  assert.deepEqual(ended.map(({ name }) => name).slice(3), [2]);
});

test("the consumer of the answers may fail: the others end, and the failure is reported", async () => {
  const { request, run, ended } = await begin(2);
  const onAnswer = () => Promise.reject(new Error("disk full"));
  await assert.rejects(run([request(1), request(0), request(2)], { onAnswer }), /disk full/);
  assert.ok(ended.length < 3);
});

test("disposed of during a run: answers end with the fault and their traces", async () => {
  const { group, request, run, ended } = await begin(2);
  await run([
    request(2, { onEvent: ({ kind }) => (kind === "step" ? group.dispose() : undefined) }),
    request(0),
  ]);
  assert.deepEqual(
    ended.map(({ trace }) => trace?.result.finish),
    ["failed", "failed"],
  );
});
