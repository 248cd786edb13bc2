// What a client sees of a worker whose engine misbehaves: it fails, takes the process with it, or never answers.
import assert from "node:assert/strict";
import { checkIdentities } from "../../../core/trace/index.ts";
import { WORKER_PROTOCOL_VERSION } from "../../../server/protocol/worker.ts";
import { table } from "../../support/check.ts";
import { params, startWorker, TRANSPORTS, type WorkerClient } from "../../support/process/workerClient.ts";

const TEXT = "One two three four five six seven eight nine ten.";
const settings = { strategy: "plain" } as const;

interface FailureRow {
  readonly name: string;
  readonly script: object;
  readonly run: (client: WorkerClient) => Promise<void>;
}

/** Begins a run and waits for its third step, so that the prompt and two answers were evaluated. */
async function intoRun(client: WorkerClient): Promise<number> {
  await client.ready();
  const id = client.post({ kind: "generate", params: params("count", settings) });
  await client.until((message) => message.kind === "step" && message.step.index === 2);
  return id;
}

/**
 * Begins a run whose next evaluation never answers, and waits until that evaluation has begun: each answer to a
 * request shows that the worker went once around its event loop, where a run between two steps continues.
 */
async function intoHang(client: WorkerClient): Promise<number> {
  const id = await intoRun(client);
  for (let round = 0; round < 3; round++) await client.request<"stats">({ kind: "stats" });
  return id;
}

const rows: readonly FailureRow[] = [
  {
    name: "an engine that fails ends the run with a reason and a sound trace so far; the next run is whole",
    script: { crashAt: 5 },
    async run(client) {
      const id = await intoRun(client);
      const reply = await client.replyTo(id);
      assert.ok(reply.kind === "failed");
      assert.equal(reply.error.code, "scriptedCrash");
      assert.match(reply.error.message, /evaluation 5/);
      const partial = client.traceOf(id);
      assert.deepEqual(checkIdentities(partial), []);
      assert.deepEqual([partial.result.finish, partial.steps.length], ["failed", 4]);
      const next = client.post({ kind: "generate", params: params("count", settings) });
      await client.replyTo(next);
      assert.equal(client.traceOf(next).result.text, TEXT);
    },
  },
  {
    name: "an engine that takes the process with it leaves the steps so far and the signal",
    script: { killAt: 5 },
    async run(client) {
      const id = await intoRun(client);
      await assert.rejects(client.replyTo(id), /"signal":"SIGKILL"/);
      assert.deepEqual(await client.ended, { code: null, signal: "SIGKILL" });
      assert.deepEqual(checkIdentities(client.traceOf(id)), []);
    },
  },
  {
    name: "an engine that never answers leaves the worker answering, and a client's kill ends it",
    script: { hangAt: 4 },
    async run(client) {
      const id = await intoHang(client);
      await client.request<"stop">({ kind: "stop", request: id });
      assert.equal((await client.request<"stats">({ kind: "stats" })).running, true);
      const shutdown = client.post({ kind: "shutdown" });
      assert.equal((await client.refused({ kind: "stats" })).code, "ending");
      client.child.kill("SIGKILL");
      await assert.rejects(client.replyTo(shutdown), /SIGKILL/);
    },
  },
  {
    name: "an engine that never answers does not outlive a client that went away",
    script: { hangAt: 4 },
    async run(client) {
      await intoHang(client);
      client.leave();
      assert.deepEqual(await client.ended, { code: 1, signal: null });
      assert.match(client.stderr, /the client left/);
    },
  },
  {
    name: "a script that says nothing usable is refused by the load, with the field",
    script: { answers: [] },
    async run(client) {
      await client.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
      const body = { kind: "load", model: { gpu: "off", contextTokens: 512 } } as const;
      const { code, message } = await client.refused(body);
      assert.equal(code, "scriptUnreadable");
      assert.match(message, /answers must not have fewer than 1 items/);
    },
  },
];

table(
  "worker",
  TRANSPORTS.flatMap((transport) =>
    rows.map((row) => ({ ...row, transport, name: `${row.name} (${transport})` })),
  ),
  async ({ transport, script, run }, context) => {
    const client = startWorker(context, { transport, script: { answers: [{ text: TEXT }], ...script } });
    await run(client);
    assert.deepEqual(client.strayLines, [], "something that is not a message reached stdout");
  },
);
