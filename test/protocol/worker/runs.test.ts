// What a client sees of a worker that behaves: greeting, loading, runs with their events, pools, stops. Over both
// transports through one table, against the built program with the scripted engine.
import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { WORKER_PROTOCOL_VERSION } from "../../../server/protocol/worker.ts";
import { checkIdentities, countSteps } from "../../../core/trace/index.ts";
import { table, temporaryFolder } from "../../support/check.ts";
import { params, startWorker, TRANSPORTS, type WorkerClient } from "../../support/process/workerClient.ts";

const LONG_ANSWER =
  "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog, and the dog sat on the cat. " +
  "The cat and the dog sat on the mat, and the mat lay on the floor.";
const answers = [
  { when: "cat", text: LONG_ANSWER },
  { when: "dog", text: "A dog barks. Schöne Grüße, 😀!" },
  { text: "I can't say." },
];

interface RunRow {
  readonly name: string;
  readonly script?: object;
  readonly run: (client: WorkerClient, folder: string) => Promise<void>;
}

const rows: readonly RunRow[] = [
  {
    name: "a greeting is answered with version and program",
    async run(client) {
      const hello = await client.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
      assert.equal(hello.version, WORKER_PROTOCOL_VERSION);
      assert.match(hello.generator, /^laser-inspector \d/);
    },
  },
  {
    name: "a wrong version is refused with both named, and the process ends",
    async run(client) {
      const { code, message } = await client.refused({ kind: "hello", version: 99 });
      assert.equal(code, "protocolVersion");
      assert.match(message, /version 99 .* version 3\./);
      assert.deepEqual(await client.ended, { code: 1, signal: null });
      assert.match(client.stderr, /version 99 .* version 3\./);
    },
  },
  {
    name: "nothing is done before the greeting",
    async run(client) {
      assert.equal((await client.refused({ kind: "stats" })).code, "helloMissing");
      await client.ready();
    },
  },
  {
    name: "a run ends before a stop sequence, in its pieces and in its trace",
    async run(client) {
      await client.ready();
      const id = client.post({
        kind: "generate",
        params: params("dog", { stop: ["never", "rks. Schöne G"] }),
      });
      const end = await client.replyTo(id);
      assert.ok(end.kind === "done" && end.request === "generate" && end.result.finish === "stop");
      const trace = client.traceOf(id);
      assert.equal(trace.result.text, "A dog ba");
      assert.deepEqual(checkIdentities(trace), []);
      const refused = await client.refused({ kind: "generate", params: params("dog", { stop: [""] }) });
      assert.equal(refused.code, "badRequest");
      assert.match(refused.message, /settings\.stop/);
    },
  },
  {
    name: "a run reports its beginning, its steps and its end, and they make a valid trace",
    async run(client) {
      await client.ready();
      const id = client.post({ kind: "generate", params: params("Tell me of the cat") });
      const end = await client.replyTo(id);
      const trace = client.traceOf(id);
      assert.equal(end.kind, "done");
      assert.deepEqual(checkIdentities(trace), []);
      assert.equal(trace.result.text, LONG_ANSWER);
      assert.equal(trace.result.finish, "endOfText");
      assert.equal(
        trace.steps.length,
        client.messages.filter(({ kind }) => kind === "step").length,
        "a step was reported twice or not at all",
      );
      const counts = countSteps(trace.steps, trace.request.rule);
      assert.ok(counts.accepted > 0, "nothing was drafted from the answer itself");
      const kinds = client.messages.filter((message) => "request" in message && message.request === id);
      assert.equal(kinds[0]?.kind, "begin");
    },
  },
  {
    name: "the pieces of all steps join to the answer's text, split characters included",
    async run(client) {
      await client.ready();
      await client.request<"generate">({ kind: "generate", params: params("Tell me of the dog") });
      const text = client.messages.flatMap((message) => (message.kind === "step" ? message.pieces : []));
      assert.equal(text.map((piece) => piece.text).join(""), "A dog barks. Schöne Grüße, 😀!");
    },
  },
  {
    name: "a prompt file's variables are filled in; braces of a plain text stay",
    async run(client) {
      await client.ready();
      const source = "---\nname: x\n---\nuser:\nTell me of the {{animal}}\n";
      const filled = { ...params(source), promptFile: "x.prompty", values: { animal: "dog" } };
      const plain = params("Tell me of the {{animal}}");
      const ids = [client.post({ kind: "generate", params: filled })];
      await client.replyTo(ids[0]!);
      ids.push(client.post({ kind: "generate", params: plain }));
      await client.replyTo(ids[1]!);
      const contents = ids.map((id) => client.traceOf(id).request.messages[0]?.content);
      assert.deepEqual(contents, ["Tell me of the dog", "Tell me of the {{animal}}"]);
      const { code } = await client.refused({ kind: "generate", params: { ...filled, values: {} } });
      assert.equal(code, "variableMissing");
    },
  },
  {
    name: "a second run while one is written is refused and harms neither it nor the next",
    script: { delayMs: 2 },
    async run(client) {
      await client.ready();
      const first = client.post({ kind: "generate", params: params("the cat") });
      await client.until(({ kind }) => kind === "begin");
      assert.equal((await client.request<"stats">({ kind: "stats" })).running, true);
      const { code, message } = await client.refused({ kind: "generate", params: params("the dog") });
      assert.equal(code, "busy");
      assert.match(message, new RegExp(`request ${first}\\b`));
      await client.replyTo(first);
      assert.equal(client.traceOf(first).result.text, LONG_ANSWER);
      const { finish } = await client.request<"generate">({ kind: "generate", params: params("the dog") });
      assert.equal(finish, "endOfText");
    },
  },
  {
    name: "a stop lets at most one more step through, and the next run is as if it were the first",
    async run(client) {
      const settings = { strategy: "laser-strict" } as const;
      await client.ready();
      const stopped = client.post({ kind: "generate", params: params("the cat", settings) });
      await client.until((message) => message.kind === "step" && message.step.index === 2);
      const stop = client.post({ kind: "stop", request: stopped });
      const reply = await client.replyTo(stopped);
      assert.ok(reply.kind === "done" && reply.request === "generate");
      assert.equal(reply.result.finish, "stopped");
      const received = client.messages.findIndex((message) => message.kind === "done" && message.id === stop);
      assert.ok(received >= 0);
      const later = client.messages.slice(received).filter(({ kind }) => kind === "step");
      assert.ok(later.length <= 1, `${later.length} steps after the stop`);
      const partial = client.traceOf(stopped);
      assert.deepEqual(checkIdentities(partial), []);

      const next = client.post({ kind: "generate", params: params("the cat", settings) });
      await client.replyTo(next);
      const whole = client.traceOf(next).result;
      assert.equal(whole.text, LONG_ANSWER);
      assert.deepEqual(whole.tokens.slice(0, partial.result.tokens.length), partial.result.tokens);
      assert.ok(
        partial.result.tokens.length < whole.tokens.length,
        "the stop came too late to show anything",
      );
    },
  },
  {
    name: "a stop of a request that has ended, or that waits, is not an error",
    async run(client) {
      await client.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
      await client.request<"stop">({ kind: "stop", request: 1 });
      client.post({ kind: "load", model: { gpu: "off", contextTokens: 512 } });
      const waiting = client.post({ kind: "generate", params: params("the cat") });
      await client.request<"stop">({ kind: "stop", request: waiting });
      const reply = await client.replyTo(waiting);
      assert.ok(reply.kind === "done" && reply.request === "generate");
      assert.deepEqual([reply.result.finish, reply.result], ["stopped", { ...reply.result, tokens: [] }]);
    },
  },
  {
    name: "nothing is written without a model, and nothing after it was unloaded",
    async run(client) {
      await client.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
      const body = { kind: "generate", params: params("the cat") } as const;
      assert.equal((await client.refused(body)).code, "noModel");
      const { model } = await client.request<"load">({
        kind: "load",
        model: { gpu: "off", contextTokens: 512 },
      });
      assert.equal(model?.name, "scripted");
      await client.request<"generate">(body);
      await client.request<"unload">({ kind: "unload" });
      assert.equal((await client.request<"stats">({ kind: "stats" })).model, null);
      assert.equal((await client.refused(body)).code, "noModel");
    },
  },
  {
    name: "the same choice keeps the model and its pool, another replaces them",
    async run(client, folder) {
      await client.ready(512);
      const poolPath = poolFile(folder);
      const pool = await client.request<"pool">({ kind: "pool", poolPath });
      const load = async (contextTokens: number) =>
        (await client.request<"load">({ kind: "load", model: { gpu: "off", contextTokens } })).pool;
      assert.deepEqual(await load(512), pool);
      assert.equal(await load(1024), null);
    },
  },
  {
    name: "a pool is drafted from, named in the trace, and read again when its file changed",
    async run(client, folder) {
      await client.ready();
      const poolPath = poolFile(folder);
      const before = await client.request<"pool">({ kind: "pool", poolPath });
      assert.deepEqual([before.name, before.entries], ["pool.jsonl", 1]);
      const id = client.post({ kind: "generate", params: { ...params("the cat"), poolPath } });
      await client.replyTo(id);
      const trace = client.traceOf(id);
      assert.deepEqual(checkIdentities(trace), []);
      assert.equal(trace.pool?.entryNames["0"]?.id, "movie-1");
      assert.ok(trace.steps.some(({ draft }) => draft.some(({ source }) => source === "pool")));
      appendFileSync(poolPath, `${JSON.stringify({ id: "movie-2", text: "The dog barks." })}\n`);
      assert.equal((await client.request<"pool">({ kind: "pool", poolPath })).entries, 2);
      const { code } = await client.refused({ kind: "pool", poolPath: path.join(folder, "none.jsonl") });
      assert.equal(code, "poolFileMissing");
    },
  },
  {
    name: "a pool's bad lines are named, and left out only as asked, which the trace says",
    async run(client, folder) {
      await client.ready();
      const poolPath = poolFile(folder);
      appendFileSync(poolPath, 'hello\n{"id":"movie-2"}\n');
      const body = { kind: "generate", params: { ...params("the cat"), poolPath } } as const;
      const { code, message } = await client.refused(body);
      assert.equal(code, "poolLineInvalid");
      assert.match(message, /^Line 2 of the pool .* Nor is line 3\.$/);
      const id = client.post({ ...body, params: { ...body.params, skipsBadLines: true } });
      await client.replyTo(id);
      const { pool } = client.traceOf(id);
      assert.deepEqual([pool?.entries, pool?.skippedLines], [1, 2]);
      // What was read so is not taken for the whole file.
      assert.equal((await client.refused(body)).code, "poolLineInvalid");
    },
  },
  {
    name: "a prompt that does not fit fails with a reason, and the next run works",
    async run(client) {
      await client.ready(300);
      const { code } = await client.refused({ kind: "generate", params: params("cat ".repeat(200)) });
      assert.equal(code, "contextTooSmall");
      const settings = { maxTokens: 100 };
      await client.request<"generate">({ kind: "generate", params: params("the cat", settings) });
    },
  },
  {
    name: "shutdown in a run stops it, answers both and ends with 0",
    script: { delayMs: 2 },
    async run(client) {
      await client.ready();
      const run = client.post({ kind: "generate", params: params("the cat") });
      await client.until(({ kind }) => kind === "step");
      await client.request<"shutdown">({ kind: "shutdown" });
      const reply = await client.replyTo(run);
      assert.ok(reply.kind === "done" && reply.request === "generate" && reply.result.finish === "stopped");
      assert.deepEqual(await client.ended, { code: 0, signal: null });
    },
  },
  {
    name: "a client that goes away in a run ends the process with 0",
    script: { delayMs: 2 },
    async run(client) {
      await client.ready();
      client.post({ kind: "generate", params: params("the cat") });
      await client.until(({ kind }) => kind === "step");
      client.leave();
      assert.deepEqual(await client.ended, { code: 0, signal: null });
      assert.equal(client.stderr, "");
    },
  },
];

function poolFile(folder: string): string {
  const file = path.join(folder, "pool.jsonl");
  writeFileSync(file, `${JSON.stringify({ id: "movie-1", text: LONG_ANSWER })}\n`);
  return file;
}

table(
  "worker",
  TRANSPORTS.flatMap((transport) =>
    rows.map((row) => ({ ...row, transport, name: `${row.name} (${transport})` })),
  ),
  async ({ transport, script, run }, context) => {
    const client = startWorker(context, { transport, script: { answers, ...script } });
    await run(client, temporaryFolder(context));
    assert.deepEqual(client.strayLines, [], "something that is not a message reached stdout");
  },
);
