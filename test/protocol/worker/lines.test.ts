// JSON lines as they come in the wild: garbage between requests, requests in pieces, lines of megabytes, the end of
// the input. Every line on stdout stays a message.
import assert from "node:assert/strict";
import path from "node:path";
import { repositoryFolder, table } from "../../support/check.ts";
import { params, startWorker, type WorkerClient } from "../../support/process/workerClient.ts";
import { WORKER_PROTOCOL_VERSION } from "../../../server/protocol/worker.ts";

const HELLO = JSON.stringify({ kind: "hello", id: 1, version: WORKER_PROTOCOL_VERSION });

const CLI = [path.join(repositoryFolder, "dist", "laser.mjs"), "worker", "--engine", "scripted"];

/** The codes of all failed replies so far, with the ids they answer. */
const failures = (client: WorkerClient): string[] =>
  client.messages.flatMap((message) =>
    message.kind === "failed" ? [`${message.id} ${message.error.code}`] : [],
  );

/** Waits until everything sent before was read. */
async function settled(client: WorkerClient): Promise<void> {
  client.sendText('{"kind":"stats","id":900}\n');
  await client.replyTo(900);
}

interface LineRow {
  readonly name: string;
  readonly program?: readonly string[];
  readonly scriptBy?: "environment";
  readonly run: (client: WorkerClient) => Promise<void>;
}

const rows: readonly LineRow[] = [
  {
    name: "a line that is not JSON is answered with id 0 and a reason, and later lines are served",
    async run(client) {
      client.sendText(`${HELLO}\nhello?\n{"kind":\n\n  \n`);
      await settled(client);
      assert.deepEqual(failures(client), ["0 notJson", "0 notJson"]);
      client.leave();
      await client.ended; // Two pipes keep no order between them: stderr is whole only when closed.
      assert.match(client.stderr, /it begins with "hello\?"/);
    },
  },
  {
    name: "a malformed request is answered under its id with the field's name",
    async run(client) {
      client.sendText(`${HELLO}\n[1]\n{"kind":"bake","id":7}\n{"kind":"pool","id":8}\n{"kind":"stats"}\n`);
      await settled(client);
      assert.deepEqual(failures(client), ["0 badRequest", "7 badRequest", "8 badRequest", "0 badRequest"]);
      const reply = await client.replyTo(8);
      assert.ok(reply.kind === "failed" && reply.error.message.includes("poolPath is missing"));
    },
  },
  {
    name: "a request may come in pieces, a character split over two",
    async run(client) {
      await client.ready();
      const id = 50;
      const bytes = Buffer.from(
        `${JSON.stringify({ kind: "generate", id, params: params("Schöne Grüße 😀") })}\n`,
      );
      const cut = bytes.indexOf(0xf0) + 2;
      client.sendText(bytes.subarray(0, cut));
      client.sendText(bytes.subarray(cut));
      await client.replyTo(id);
      assert.equal(client.traceOf(id).request.messages[0]?.content, "Schöne Grüße 😀");
    },
  },
  {
    name: "carriage returns before line feeds do no harm",
    async run(client) {
      client.sendText(`${HELLO}\r\n`);
      assert.equal((await client.replyTo(1)).kind, "done");
    },
  },
  {
    name: "a line of five megabytes is read, answered in one line, and the next request is served",
    async run(client) {
      await client.ready();
      const source = " many words".repeat(460_000);
      assert.ok(source.length > 5_000_000);
      const { code } = await client.refused({ kind: "generate", params: params(source) });
      assert.equal(code, "contextTooSmall");
      assert.ok(!client.messages.some(({ kind }) => kind === "begin"), "a refused run began");
      await client.request<"generate">({ kind: "generate", params: params("hello") });
    },
  },
  {
    name: "the end of the input ends the process with 0, a last line without line feed served",
    async run(client) {
      client.sendText(HELLO);
      client.leave();
      assert.deepEqual(await client.ended, { code: 0, signal: null });
      assert.equal((await client.replyTo(1)).kind, "done");
    },
  },
  {
    name: "the environment may name the script",
    scriptBy: "environment",
    async run(client) {
      await client.ready();
      assert.equal((await client.request<"stats">({ kind: "stats" })).model?.name, "scripted");
    },
  },
  {
    name: "`laser worker` speaks the same",
    program: CLI,
    async run(client) {
      await client.ready();
      const id = client.post({ kind: "generate", params: params("hello") });
      await client.replyTo(id);
      assert.equal(client.traceOf(id).result.text, "Hello there.");
      await client.request<"shutdown">({ kind: "shutdown" });
      assert.deepEqual(await client.ended, { code: 0, signal: null });
    },
  },
];

table("worker lines", rows, async ({ program, scriptBy, run }, context) => {
  const script = { answers: [{ text: "Hello there." }, { text: "many words" }] };
  const client = startWorker(context, { script, ...(program && { program }), ...(scriptBy && { scriptBy }) });
  await run(client);
  assert.deepEqual(client.strayLines, [], "something that is not a message reached stdout");
});
