// The small parts of the language server that decide without a process: crash counting, options, the order of jobs,
// and what counts as a worker's message.
import assert from "node:assert/strict";
import { test } from "vitest";
import { parse } from "../../../../core/base/index.ts";
import { CrashCount } from "../../../../server/protocol/crashCount.ts";
import { ServerError } from "../../../../server/lsp/errors.ts";
import { JobQueue, type Job } from "../../../../server/lsp/jobQueue.ts";
import { DEFAULT_LIMITS, readOptions } from "../../../../server/lsp/options.ts";
import { METHODS_VERSION } from "../../../../server/protocol/methods.ts";
import { WorkerMessageSchema } from "../../../../server/protocol/worker.ts";
import { table } from "../../../support/check.ts";

const crash = { code: "workerEnded", message: "The worker ended.", nextStep: "Run again." };

table(
  "three crashes within ten milliseconds keep the worker down",
  [
    { name: "two are not enough", times: [0, 1], down: false },
    { name: "three at once", times: [5, 5, 5], down: true },
    { name: "the first just within", times: [0, 4, 10], down: true },
    { name: "the first just outside", times: [0, 4, 11], down: false },
    { name: "late ones make up for early ones", times: [0, 4, 11, 14], down: true },
    { name: "time alone doesn't lift the limit", times: [0, 1, 2, 1000], down: true },
  ],
  ({ times, down }) => {
    let now = 0;
    const crashes = new CrashCount(3, 10, () => now);
    for (now of times) crashes.add(crash);
    assert.deepEqual(crashes.down, down ? crash : null);
    crashes.forget();
    assert.equal(crashes.down, null);
  },
);

const laserProtocol = METHODS_VERSION;

table(
  "options",
  [
    { name: "left out", given: {}, trusted: true, idleUnloadMs: 600_000, stopMs: DEFAULT_LIMITS.stopMs },
    {
      name: "given",
      given: { trusted: false, idleUnloadMinutes: 0.5, limits: { stopMs: 7 } },
      trusted: false,
      idleUnloadMs: 30_000,
      stopMs: 7,
    },
    {
      name: "no numbers",
      given: { idleUnloadMinutes: "5", limits: { stopMs: -1 } },
      trusted: true,
      idleUnloadMs: 600_000,
      stopMs: DEFAULT_LIMITS.stopMs,
    },
    {
      name: "longer than a timer waits",
      given: { idleUnloadMinutes: 1e9 },
      trusted: true,
      idleUnloadMs: 2 ** 31 - 1,
      stopMs: DEFAULT_LIMITS.stopMs,
    },
    {
      name: "never idle",
      given: { idleUnloadMinutes: 0 },
      trusted: true,
      idleUnloadMs: 0,
      stopMs: DEFAULT_LIMITS.stopMs,
    },
  ],
  ({ given, ...expected }) => {
    const { trusted, idleUnloadMs, limits } = readOptions({ laserProtocol, ...given });
    assert.deepEqual(
      { trusted, idleUnloadMs, stopMs: limits.stopMs },
      {
        trusted: expected.trusted,
        idleUnloadMs: expected.idleUnloadMs,
        stopMs: expected.stopMs,
      },
    );
  },
);

table(
  "options of another version are refused",
  [
    { name: "nothing at all", given: undefined },
    { name: "null", given: null },
    { name: "another number", given: { laserProtocol: METHODS_VERSION + 1 } },
  ],
  ({ given }) => {
    assert.throws(() => readOptions(given), ServerError);
  },
);

interface NamedJob extends Job {
  readonly name: string;
}

/** A job that ends on request. */
function job(name: string, log: string[]): NamedJob & { end(): void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    name,
    work() {
      log.push(name);
      return ended;
    },
    end: () => {
      end();
    },
  };
}

test("jobs run one after the other, and a waiting one can be taken out", async () => {
  const log: string[] = [];
  const queue = new JobQueue<NamedJob>();
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => job(name, log)) as [
    ReturnType<typeof job>,
    ReturnType<typeof job>,
    ReturnType<typeof job>,
    ReturnType<typeof job>,
  ];
  queue.add(a);
  queue.add(b);
  queue.add(c);
  queue.add(d);
  assert.deepEqual(log, ["a"]);
  assert.deepEqual([queue.remove(a), queue.remove(c), queue.remove(c)], [false, true, false]);
  assert.deepEqual(
    queue.jobs.map(({ name }) => name),
    ["a", "b", "d"],
  );
  const drained = queue.drained();
  for (const next of [a, b, d]) next.end();
  await drained;
  assert.deepEqual([log, queue.jobs], [["a", "b", "d"], []]);
  await queue.drained();
});

const error = { code: "a", message: "b", nextStep: "c" };
const step = { draft: [], verdicts: [], next: {} };

table(
  "what a worker sends",
  [
    { name: "a reply", value: { kind: "done", id: 1, request: "stop", result: null }, fits: true },
    { name: "a failure", value: { kind: "failed", id: 1, error }, fits: true },
    { name: "a failure without a text", value: { kind: "failed", id: 1, error: "no" }, fits: false },
    { name: "progress", value: { kind: "progress", request: 1, message: "m", share: null }, fits: true },
    {
      name: "a step",
      value: { kind: "step", request: 1, step, pieces: [], tokens: {}, entries: {} },
      fits: true,
    },
    {
      name: "a step without its tokens",
      value: { kind: "step", request: 1, step, entries: {} },
      fits: false,
    },
    { name: "a beginning without a header", value: { kind: "begin", request: 1, tokens: {} }, fits: false },
    { name: "an unknown kind", value: { kind: "hello", id: 1 }, fits: false },
    { name: "an id that is not a number", value: { kind: "done", id: "1", request: "stop" }, fits: false },
    { name: "a word", value: "done", fits: false },
    { name: "null", value: null, fits: false },
    { name: "a list", value: [], fits: false },
  ],
  ({ value, fits }) => {
    assert.deepEqual(parse(WorkerMessageSchema, value), fits ? value : null);
  },
);
