// The worker is started ahead of a run, once, without a model, and ends like any idle worker.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "vitest";
import { prepareRequest } from "../../../server/protocol/methods.ts";
import { readyServer, type ServerClient } from "../../support/process/serverClient.ts";

const model = { gpu: "off", contextTokens: 4096 } as const;
const prepare = (client: ServerClient): Promise<null> => client.request(prepareRequest, { model });

test("one worker prepares once, holds no model, and runs what comes next", async (context) => {
  const client = await readyServer(context);
  await prepare(client);
  await prepare(client);
  const [first, ...more] = client.prepared();
  assert.deepEqual(more, []);
  // Nothing is loaded, and no status says that anything happens.
  const states = client.received.flatMap((received) => (received.kind === "status" ? [received.status] : []));
  assert.deepEqual(
    states.map(({ state, stats }) => [state, stats]),
    [["idle", null]],
  );
  const run = client.run();
  await run.result;
  assert.equal(await client.workerProcess(run.runId), first);
  await prepare(client);
  assert.deepEqual(client.prepared(), [first]);
});

test("it ends when idle, and a later prompt starts another", async (context) => {
  const client = await readyServer(context, { options: { idleUnloadMinutes: 1e-6 } });
  await prepare(client);
  const ended = (): boolean => {
    try {
      return !process.kill(client.prepared()[0]!, 0);
    } catch {
      return true;
    }
  };
  while (!ended()) await setImmediate();
  await prepare(client);
  assert.equal(new Set(client.prepared()).size, 2);
});

test("an untrusted folder starts nothing", async (context) => {
  const client = await readyServer(context, { options: { trusted: false } });
  assert.equal((await client.refused(prepareRequest, { model })).code, "untrusted");
  assert.deepEqual(client.prepared(), []);
});

test("a worker that crashes so is not started again until a run asks for it", async (context) => {
  const client = await readyServer(context, { conduct: "crashOnPrepare" });
  assert.equal((await client.refused(prepareRequest, { model })).code, "workerEnded");
  client.conduct("well");
  await prepare(client);
  assert.equal(client.prepared().length, 1);
  assert.equal((await client.run().result).finish, "endOfText");
});
