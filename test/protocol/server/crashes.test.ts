// Workers that die, hang, lie or never come up, and what the language server makes of each.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import { modelsRequest, restartRequest, type RunId } from "../../../server/protocol/methods.ts";
import { parseTrace } from "../../../core/trace/index.ts";
import { table } from "../../support/check.ts";
import { readyServer, type ServerClient } from "../../support/process/serverClient.ts";
import { WORKER_PROTOCOL_VERSION } from "../../../server/protocol/worker.ts";

/** The document language still works: a file opened now is diagnosed. */
async function assertDiagnoses(client: ServerClient): Promise<void> {
  const from = client.received.length;
  await client.connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri: "file:///open.prompty", languageId: "prompty", version: 1, text: "user:\n" },
  });
  const { diagnostics } = await client.until(
    (received) => (received.kind === "diagnostics" ? received.published : null),
    from,
  );
  assert.equal(diagnostics[0]?.code, "sectionEmpty");
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

test("a worker killed in a step: reason, partial trace, diagnostics, and the next run works", async (context) => {
  const client = await readyServer(context, { conduct: "hold" });
  const { runId, result } = client.run();
  const processId = await client.workerProcess(runId);
  await client.steps(runId, 2);
  process.kill(processId, "SIGKILL");
  const { finish, error, tracePath } = await result;
  assert.equal(finish, "failed");
  assert.equal(error?.code, "workerEnded");
  assert.equal(error.message, "The worker ended: killed by SIGKILL.");
  assert.match(error.nextStep, /Run again/);
  assert.ok(tracePath !== null);
  const trace = parseTrace(readFileSync(tracePath, "utf8"));
  assert.deepEqual([trace.result.finish, trace.result.error?.message], ["failed", error.message]);
  assert.deepEqual(
    trace.steps,
    client.eventsOf(runId, "step").map(({ step }) => step),
  );
  await assertDiagnoses(client);
  client.conduct("well");
  const next = client.run();
  assert.equal((await next.result).finish, "endOfText");
  assert.notEqual(await client.workerProcess(next.runId), processId);
});

test("the real worker killed in a step leaves every step that it sent", async (context) => {
  const text = "Cats sleep all day and then they wake up to eat.";
  const client = await readyServer(context, { script: { answers: [{ text }], killAt: 4 } });
  const { runId, result } = client.run();
  const { finish, error, tracePath } = await result;
  assert.deepEqual([finish, error?.code], ["failed", "workerEnded"]);
  assert.ok(tracePath !== null);
  const trace = parseTrace(readFileSync(tracePath, "utf8"));
  assert.ok(trace.steps.length >= 2);
  assert.equal(trace.steps.length, client.eventsOf(runId, "step").length);
});

table(
  "a worker that fails in a run",
  [
    { name: "kills itself after its steps", conduct: "kill", code: "workerEnded", says: /SIGKILL/ },
    { name: "sends no message of the protocol", conduct: "garbage", code: "workerGarbage", says: /nonsense/ },
    { name: "sends a broken step", conduct: "brokenStep", code: "workerGarbage", says: /"step"/ },
    { name: "hangs up and lives on", conduct: "disconnect", code: "workerEnded", says: /SIGKILL/ },
  ],
  async ({ conduct, code, says }, context) => {
    const client = await readyServer(context, { conduct });
    const { runId, result } = client.run();
    const processId = await client.workerProcess(runId);
    const { finish, error, tracePath } = await result;
    assert.deepEqual([finish, error?.code], ["failed", code]);
    assert.match(error?.message ?? "", says);
    assert.equal(client.eventsOf(runId, "step").length, 2);
    assert.equal(parseTrace(readFileSync(tracePath ?? "", "utf8")).steps.length, 2);
    client.conduct("well");
    assert.equal((await client.run().result).finish, "endOfText");
    assert.equal(isAlive(processId), false);
  },
);

table(
  "a worker that does not come up",
  [
    {
      name: "of another version",
      setup: { conduct: "otherVersion" },
      code: "workerVersion",
      says: new RegExp(`version 99 .* version ${WORKER_PROTOCOL_VERSION}\\.`),
    },
    {
      name: "that refuses this version",
      setup: { conduct: "refuseVersion" },
      code: "protocolVersion",
      says: /protocolVersion/,
    },
    {
      name: "that is silent",
      setup: { conduct: "silent", options: { limits: { handshakeMs: 100 } } },
      code: "workerSilent",
      says: /100 ms/,
    },
    {
      name: "that ends at once",
      setup: { conduct: "crashOnStart" },
      code: "workerEnded",
      says: /exit code 3 \(no such thing as a model\)/,
    },
    {
      name: "that is missing",
      setup: { workerPath: "/no/such/worker.mjs" },
      code: "workerMissing",
      says: /\/no\/such\/worker\.mjs/,
    },
  ],
  async ({ setup, code, says }, context) => {
    const client = await readyServer(context, setup);
    const { finish, error, tracePath } = await client.run().result;
    assert.deepEqual([finish, error?.code, tracePath], ["failed", code, null]);
    assert.match(error?.message ?? "", says);
    assert.deepEqual((await client.state("down")).error, error);
    // The next start of the one would fail as well, and that of the other has no time to spare on a busy machine.
    if (code === "workerMissing" || code === "workerSilent") return;
    client.conduct("well");
    const from = client.received.length;
    assert.equal((await client.run().result).finish, "endOfText");
    assert.equal((await client.state("ready", from)).error, null);
  },
);

async function crash(client: ServerClient): Promise<RunId> {
  const { runId, result } = client.run();
  assert.equal((await result).error?.code, "workerEnded");
  return runId;
}

test("the fifth crash within three minutes keeps the worker down until it is restarted", async (context) => {
  const client = await readyServer(context, { conduct: "kill" });
  for (let count = 1; count <= 4; count++) await crash(client);
  assert.equal(
    client.received.some((received) => received.kind === "status" && received.status.state === "down"),
    false,
  );
  await crash(client);
  const { error } = await client.state("down");
  client.conduct("well");
  const refused = await client.run().result;
  assert.deepEqual([refused.finish, refused.error], ["failed", error]);
  assert.match(error?.message ?? "", /ended 5 times within 3 minutes.*killed by SIGKILL/);
  assert.match(error?.nextStep ?? "", /LASER: Restart Server/);
  assert.equal((await client.refused(modelsRequest, null)).code, "workerDown");
  await assertDiagnoses(client);
  const from = client.received.length;
  await client.request(restartRequest, null);
  assert.equal((await client.state("idle", from)).error, null);
  assert.equal((await client.run().result).finish, "endOfText");
});

test("crashes further apart than the window do not add up", async (context) => {
  const options = { limits: { crashWindowMs: 0 } };
  const client = await readyServer(context, { conduct: "kill", options });
  for (let count = 1; count <= 6; count++) await crash(client);
  client.conduct("well");
  assert.equal((await client.run().result).finish, "endOfText");
});

test("a restart ends a run at once, as stopped, with its trace", async (context) => {
  const client = await readyServer(context, { conduct: "neverStop" });
  const { runId, result } = client.run();
  const processId = await client.workerProcess(runId);
  await client.steps(runId, 2);
  await client.request(restartRequest, null);
  assert.equal(isAlive(processId), false);
  const ended = await result;
  assert.deepEqual([ended.finish, ended.error], ["stopped", null]);
  assert.equal(parseTrace(readFileSync(ended.tracePath ?? "", "utf8")).steps.length, 2);
});

test("a worker that hangs on shutdown is killed after the bound", async (context) => {
  const client = await readyServer(context, {
    conduct: "hangOnShutdown",
    options: { limits: { shutdownMs: 100 } },
  });
  const { runId, result } = client.run();
  const processId = await client.workerProcess(runId);
  await result;
  assert.deepEqual(await client.shutdown(), { code: 0, signal: null });
  assert.equal(isAlive(processId), false);
});

test("a shutdown in a run stops it and keeps its trace, even if the worker hangs", async (context) => {
  const client = await readyServer(context, {
    conduct: "neverStop",
    options: { limits: { shutdownMs: 100 } },
  });
  const { runId, result } = client.run();
  await client.steps(runId, 2);
  const [ended] = await Promise.all([result, client.connection.sendRequest("shutdown")]);
  assert.equal(ended.finish, "stopped");
  assert.equal(parseTrace(readFileSync(ended.tracePath ?? "", "utf8")).steps.length, 2);
  assert.equal((await client.refused(modelsRequest, null)).code, "serverClosing");
});
