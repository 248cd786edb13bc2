// Runs over the language server: their events, traces, stops and order, with a worker that does as instructed and
// with the real one on the scripted engine.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { ErrorCodes } from "vscode-languageserver/node";
import {
  devicesRequest,
  fetchRequest,
  installBackendRequest,
  modelsRequest,
  restartRequest,
  runRequest,
  stopRequest,
  trustGrantedNotice,
  type RunId,
  type RunParams,
  type RunResult,
} from "../../../server/protocol/methods.ts";
import { continuationOf } from "../../../server/protocol/continuation.ts";
import { parseTrace, wholeAnswer, type Trace } from "../../../core/trace/index.ts";
import { table } from "../../support/check.ts";
import { readyServer, type ServerClient, type ServerSetup } from "../../support/process/serverClient.ts";

const ANSWER = "Cats sleep all day. Cats sleep all night. Cats sleep all day.";
const model = { gpu: "off", contextTokens: 4096 } as const;

function traceOf({ tracePath }: RunResult): Trace {
  assert.ok(tracePath !== null, "no trace was kept");
  return parseTrace(readFileSync(tracePath, "utf8"));
}

function assertStreamed(client: ServerClient, runId: RunId, trace: Trace): void {
  const steps = client.eventsOf(runId, "step").map(({ step }) => step);
  assert.ok(steps.length > 0);
  assert.deepEqual(trace.steps, steps);
  const [begin] = client.eventsOf(runId, "begin");
  assert.deepEqual(trace.request, begin?.header.request);
  // With the first step, so that the panel's figure is the trace's.
  assert.deepEqual(
    client.eventsOf(runId, "step").map(({ prefillMs = null }) => prefillMs),
    steps.map((_, i) => (i === 0 ? trace.result.prefillMs : null)),
  );
}

table(
  "a run streams its steps, and its trace on disk holds the same",
  [
    { name: "a worker that recites", setup: {} },
    { name: "over IPC, as editors do", setup: { transport: "ipc" } },
    { name: "the real worker", setup: { script: { answers: [{ text: ANSWER }] } } },
  ],
  async ({ setup }: { readonly name: string; readonly setup: ServerSetup }, context) => {
    const client = await readyServer(context, setup);
    const promptUri = "file:///prompts/film.prompty";
    const { runId, result } = client.run({ promptUri });
    const ended = await result;
    assert.deepEqual([ended.finish, ended.error], ["endOfText", null]);
    const trace = traceOf(ended);
    assertStreamed(client, runId, trace);
    assert.equal(trace.request.promptUri, promptUri);
    assert.equal(trace.result.finish, "endOfText");
    assert.match(
      path.basename(ended.tracePath ?? ""),
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-film-laser\.lasertrace$/,
    );
    const states = client.received.flatMap((received) =>
      received.kind === "status" ? [received.status.state] : [],
    );
    assert.deepEqual(
      states.filter((state, index) => state !== states[index - 1]),
      ["idle", "loading", "running", "ready"],
    );
    assert.ok((await client.state("ready")).stats?.model !== null);
  },
);

test("a run without a trace folder keeps none", async (context) => {
  const client = await readyServer(context);
  assert.deepEqual(await client.run({ traceFolder: null }).result, {
    finish: "endOfText",
    tracePath: null,
    error: null,
  });
});

test("a trace folder that can't be made costs the trace, not the run", async (context) => {
  const client = await readyServer(context);
  writeFileSync(client.traceFolder, "a file is in its place");
  const { traceError, ...ended } = await client.run().result;
  assert.deepEqual(ended, { finish: "endOfText", tracePath: null, error: null });
  assert.equal(traceError?.code, "traceNotKept");
  assert.match(
    traceError.message,
    /^The answer is complete, but the trace of film\.prompty was not kept: .*traces/,
  );
  assert.match(traceError.nextStep, /laser\.traces\.record/);
});

test("a failed run whose trace can't be kept says both", async (context) => {
  const client = await readyServer(context, { conduct: "fail" });
  writeFileSync(client.traceFolder, "a file is in its place");
  const { error, traceError } = await client.run().result;
  assert.deepEqual([error?.code, traceError?.code], ["evaluationFailed", "traceNotKept"]);
  assert.match(traceError?.message ?? "", /^The trace of film\.prompty was not kept: /);
});

table(
  "a stop ends the run, which keeps what it has",
  [
    { name: "by laser/stop", cancel: false },
    { name: "by the protocol's cancellation", cancel: true },
  ],
  async ({ cancel }, context) => {
    const client = await readyServer(context, { conduct: "hold" });
    const run = client.run();
    await client.steps(run.runId, 2);
    if (cancel) run.cancel();
    else await client.request(stopRequest, { runId: run.runId });
    const ended = await run.result;
    assert.deepEqual([ended.finish, ended.error], ["stopped", null]);
    const trace = traceOf(ended);
    assertStreamed(client, run.runId, trace);
    assert.equal(trace.result.finish, "stopped");
    client.conduct("well");
    assert.equal((await client.run().result).finish, "endOfText");
  },
);

test("the real worker stops after at most one more step, and runs again as if fresh", async (context) => {
  const client = await readyServer(context, { script: { answers: [{ text: ANSWER }], delayMs: 20 } });
  const first = client.run();
  await client.steps(first.runId, 1);
  await client.request(stopRequest, { runId: first.runId });
  const stepsAtStop = client.eventsOf(first.runId, "step").length;
  const stopped = await first.result;
  assert.equal(stopped.finish, "stopped");
  assert.ok(client.eventsOf(first.runId, "step").length <= stepsAtStop + 1);
  const second = traceOf(await client.run().result);
  assert.equal(second.result.finish, "endOfText");
  assert.equal(second.result.text.trim(), ANSWER);
});

test("a worker that ignores a stop is killed; the trace stays and the next run works", async (context) => {
  const client = await readyServer(context, { conduct: "neverStop", options: { limits: { stopMs: 50 } } });
  const { runId, result } = client.run();
  const before = await client.workerProcess(runId);
  await client.steps(runId, 2);
  await client.request(stopRequest, { runId });
  const ended = await result;
  assert.deepEqual([ended.finish, ended.error], ["stopped", null]);
  assert.equal(traceOf(ended).steps.length, 2);
  client.conduct("well");
  const next = client.run();
  assert.equal((await next.result).finish, "endOfText");
  assert.notEqual(await client.workerProcess(next.runId), before);
});

test("a stop while the model loads ends the run before it begins", async (context) => {
  const client = await readyServer(context, { conduct: "holdLoad" });
  const { runId, result } = client.run();
  await client.workerProcess(runId);
  await client.request(stopRequest, { runId });
  assert.deepEqual(await result, { finish: "stopped", tracePath: null, error: null });
  assert.equal((await client.state("idle", client.received.length - 1)).error, null);
});

test("while a run is active another waits, is refused, or takes its place", async (context) => {
  const client = await readyServer(context, { conduct: "hold" });
  const first = client.run();
  await client.steps(first.runId, 2);
  const waiting = client.run();
  assert.deepEqual(await client.run({ whenBusy: "refuse" }).result, {
    finish: "busy",
    tracePath: null,
    error: null,
  });
  assert.equal(client.eventsOf(waiting.runId, "begin").length, 0);
  await client.request(stopRequest, { runId: first.runId });
  assert.equal((await first.result).finish, "stopped");
  await client.steps(waiting.runId, 2);
  client.conduct("well");
  const instead = client.run({ whenBusy: "stop" });
  assert.equal((await waiting.result).finish, "stopped");
  assert.equal((await instead.result).finish, "endOfText");
});

test("a waiting run is removed from the queue and never begins", async (context) => {
  const client = await readyServer(context, { conduct: "hold" });
  const first = client.run();
  const waiting = client.run();
  await client.steps(first.runId, 2);
  await client.request(stopRequest, { runId: waiting.runId });
  assert.deepEqual(await waiting.result, { finish: "stopped", tracePath: null, error: null });
  await client.request(stopRequest, { runId: first.runId });
  await first.result;
  assert.deepEqual(client.eventsOf(waiting.runId, "begin"), []);
});

test("a run continues from a kept trace, and its own trace says so; another model is refused", async (context) => {
  const client = await readyServer(context, { script: { answers: [{ text: ANSWER }] } });
  const kept = await client.run().result;
  const whole = traceOf(kept);
  const file = path.basename(kept.tracePath ?? "");
  const { promptFile, settings, continueFrom } = continuationOf(whole, file, {
    tokensBefore: 2,
    token: null,
  })!;
  const generate = { source: "", values: {}, poolPath: null, promptFile, settings, continueFrom };
  const { runId, result } = client.run({ generate });
  const trace = traceOf(await result);
  assertStreamed(client, runId, trace);
  assert.deepEqual([trace.request.inheritedTokens, trace.request.parent?.file], [2, file]);
  assert.equal(wholeAnswer(trace).trim(), ANSWER);
  const other = { ...continueFrom, model: { ...continueFrom.model, tokenizerFingerprint: "another" } };
  const refused = await client.run({ generate: { ...generate, continueFrom: other } }).result;
  assert.deepEqual(
    [refused.finish, refused.tracePath, refused.error?.code],
    ["failed", null, "continueOtherModel"],
  );
});

test("a run's id can't be given twice, and is text", async (context) => {
  const client = await readyServer(context, { conduct: "hold" });
  const { runId, result } = client.run();
  await client.steps(runId, 2);
  const text = await client.refused(fetchRequest, { runId, catalogueId: "demo" });
  assert.equal(text.code, "paramsInvalid");
  await assert.rejects(client.connection.sendRequest(stopRequest.method, { runId: 1 }), {
    code: ErrorCodes.InvalidParams,
    message: "laser/stop can't be answered: runId must be string.",
  });
  await client.request(stopRequest, { runId });
  await result;
});

table(
  "a run that fails says why",
  [
    { name: "before it begins", conduct: "loadFails", code: "modelFileMissing", steps: null },
    { name: "in a step", conduct: "fail", code: "evaluationFailed", steps: 2 },
  ],
  async ({ conduct, code, steps }, context) => {
    const client = await readyServer(context, { conduct });
    const ended = await client.run().result;
    assert.deepEqual(
      [ended.finish, ended.error],
      ["failed", { code, message: `It is ${code}.`, nextStep: "Try otherwise." }],
    );
    if (steps === null) assert.equal(ended.tracePath, null);
    else {
      const { result } = traceOf(ended);
      assert.deepEqual([result.finish, result.error?.code], ["failed", code]);
      assert.equal(traceOf(ended).steps.length, steps);
    }
    client.conduct("well");
    assert.equal((await client.run().result).finish, "endOfText");
  },
);

test("a fetch reports its progress and can be stopped", async (context) => {
  const client = await readyServer(context);
  const fetched = client.request(fetchRequest, { runId: "fetch-1", catalogueId: "demo" });
  assert.deepEqual(await fetched, { path: "/models/a.gguf" });
  assert.deepEqual(client.eventsOf("fetch-1", "progress"), [
    { kind: "progress", message: "fetching", share: 0.5 },
  ]);
  client.conduct("hold");
  const stopped = client.refused(fetchRequest, { runId: "fetch-2", catalogueId: "demo" });
  await client.until((received) => (received.kind === "event" && received.runId === "fetch-2" ? true : null));
  await client.request(stopRequest, { runId: "fetch-2" });
  assert.equal((await stopped).code, "stopped");
});

test("devices are listed; an install shows its progress and can be stopped", async (context) => {
  const client = await readyServer(context);
  const report = await client.request(devicesRequest, { runId: "devices", again: false });
  assert.deepEqual(report, { backends: [], chosen: "cpu", offers: [] });
  client.conduct("hold");
  const stopped = client.refused(installBackendRequest, { runId: "install", backend: "cuda" });
  await client.until((received) => (received.kind === "event" && received.runId === "install" ? true : null));
  await client.request(stopRequest, { runId: "install" });
  assert.equal((await stopped).code, "stopped");
});

test("a restart stops what runs and what waits", async (context) => {
  const client = await readyServer(context, { conduct: "hold" });
  const first = client.run();
  const second = client.run();
  await client.steps(first.runId, 2);
  await client.request(restartRequest, null);
  assert.deepEqual([(await first.result).finish, (await second.result).finish], ["stopped", "stopped"]);
});

test("an idle worker ends, but not while anything is running", async (context) => {
  const idleUnloadMinutes = 1 / 60_000;
  const client = await readyServer(context, { conduct: "hold", options: { idleUnloadMinutes } });
  const { runId, result } = client.run();
  await client.steps(runId, 2);
  await client.request(modelsRequest, null);
  await client.request(stopRequest, { runId });
  assert.equal((await result).finish, "stopped");
  const from = client.received.findIndex(
    (received) => received.kind === "status" && received.status.state === "running",
  );
  await client.state("idle", from);
  client.conduct("well");
  assert.equal((await client.run().result).finish, "endOfText");
});

test("an untrusted workspace runs and fetches nothing until it is trusted", async (context) => {
  const client = await readyServer(context, { options: { trusted: false } });
  const run = client.run();
  const params: RunParams = {
    runId: "untrusted",
    model,
    generate: { promptFile: null } as RunParams["generate"],
    traceFolder: null,
    traceForm: "plain",
    whenBusy: "queue",
  };
  await assert.rejects(run.result);
  const refusals = [
    await client.refused(runRequest, params),
    await client.refused(fetchRequest, { runId: "fetch", catalogueId: "demo" }),
    await client.refused(devicesRequest, { runId: "devices", again: false }),
    await client.refused(installBackendRequest, { runId: "install", backend: "cuda" }),
  ];
  assert.deepEqual(
    refusals.map(({ code }) => code),
    ["untrusted", "untrusted", "untrusted", "untrusted"],
  );
  assert.equal(existsSync(client.traceFolder), false);
  await client.connection.sendNotification(trustGrantedNotice.method, null);
  assert.equal((await client.run().result).finish, "endOfText");
});

test("the oldest traces of a folder are removed, and nothing else", async (context) => {
  const client = await readyServer(context, { options: { limits: { traces: 2 } } });
  mkdirSync(client.traceFolder);
  const old = (day: number): string => `2020-01-0${day}T00-00-00-000Z-film-laser.lasertrace`;
  const strange = ["my favourite.lasertrace", "2020-01-01T00-00-00-000Z-notes.txt"];
  for (const name of [old(1), old(2), ...strange]) writeFileSync(path.join(client.traceFolder, name), "{}");
  const { tracePath } = await client.run().result;
  assert.deepEqual(
    readdirSync(client.traceFolder).sort(),
    [old(2), ...strange, path.basename(tracePath ?? "")].sort(),
  );
});
