// What a batch client sees: answers in one message each, and a pool in memory that grows by them. The real service with
// the scripted engine, in this process.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import {
  WORKER_PROTOCOL_VERSION,
  type AnswerParams,
  type AnswerResult,
  type WorkerMessage,
  type WorkerReply,
  type WorkerRequest,
  type WorkerResults,
} from "../../../../server/protocol/worker.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/model/scriptedModel.ts";
import { llamaTokenizer, TokenizerHolder } from "../../../../server/worker/process/tokenizing.ts";
import { WorkerService } from "../../../../server/worker/process/service.ts";
import { Session } from "../../../../server/worker/session/session.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

const CAT = "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog. Grüße!";
const SIMILAR = "The cat saw on the mat. The dog sat on the mat. The cat sat by the dog. Grüße!";
// If the two differ, the word of the second is the runner-up of the first.
const answers = [{ when: "cat", text: CAT }, { text: SIMILAR }];

type Body = WorkerRequest extends infer R ? (R extends WorkerRequest ? Omit<R, "id"> : never) : never;

class Client {
  /** The kinds of all messages that are not replies. */
  readonly events: string[] = [];
  private readonly waiting = new Map<number, (reply: WorkerReply) => void>();
  private nextId = 1;
  private readonly service = new WorkerService({
    tokenizers: new TokenizerHolder(llamaTokenizer),
    prepareEngine: () => Promise.resolve(),
    loadModel: () => {
      const engine = createScriptedEngine({ answers });
      const session = new Session({ engine, costs: SCRIPTED_COSTS, generator: "test", frozenCosts: true });
      return Promise.resolve(session);
    },
    generator: "test",
    send: (message: WorkerMessage) => {
      if (message.kind === "done" || message.kind === "failed") this.waiting.get(message.id)?.(message);
      else this.events.push(message.kind);
      return Promise.resolve();
    },
    log: () => undefined,
    end: () => undefined,
  });

  reply(body: Body): { readonly id: number; readonly done: Promise<WorkerReply> } {
    const id = this.nextId++;
    const done = new Promise<WorkerReply>((resolve) => this.waiting.set(id, resolve));
    this.service.receive({ ...body, id });
    return { id, done };
  }

  async request<Kind extends keyof WorkerResults>(
    body: Extract<Body, { readonly kind: Kind }>,
  ): Promise<WorkerResults[Kind]> {
    const reply = await this.reply(body).done;
    if (reply.kind === "failed") throw new Error(`${reply.error.code}: ${reply.error.message}`);
    return reply.result as WorkerResults[Kind];
  }

  async refused(body: Body): Promise<{ readonly code: string }> {
    const reply = await this.reply(body).done;
    return reply.kind === "failed" ? reply.error : assert.fail(`${body.kind} was to fail`);
  }
}

const ask = (client: Client, settings: AnswerParams["settings"]) =>
  client.request<"answer">({
    kind: "answer",
    params: { source: "the cat", promptFile: null, values: {}, settings },
  });
const counts = ({ drafted, accepted, relaxed, steps, committed }: AnswerResult) => ({
  drafted,
  accepted,
  relaxed,
  steps,
  committed,
});

interface BatchRow {
  readonly name: string;
  readonly run: (client: Client, folder: string) => Promise<void>;
}

const rows: readonly BatchRow[] = [
  {
    name: "an answer is generate's text and counts, without an event of its steps",
    async run(client) {
      const settings = { strategy: "laser-strict", maxTokens: 40 } as const;
      const whole = { source: "the cat", promptFile: null, values: {}, poolPath: null };
      const end = await client.request<"generate">({
        kind: "generate",
        params: { ...whole, settings: { ...DEFAULT_SETTINGS, ...settings } },
      });
      assert.ok(end.finish !== "failed");
      const events = client.events.splice(0);
      const steps = events.filter((kind) => kind === "step").length;
      const answer = await ask(client, settings);
      assert.deepEqual(
        client.events.filter((kind) => kind !== "progress"),
        [],
      );
      assert.deepEqual(
        [answer.text, answer.finish, answer.steps, answer.committed],
        [CAT, end.finish, steps, end.tokens.length],
      );
      assert.deepEqual([answer.strict, answer.ownChoice], [true, [CAT]]);
      assert.ok(answer.promptTokens > 0 && answer.decodeMs >= 0);
    },
  },
  {
    name: "a prompt file's parameters hold, and what is asked for by name overrides them",
    async run(client) {
      const source =
        "---\nsample:\n  animal: dog\n  size: big\nmodel:\n  parameters:\n    max_tokens: 3\n---\nuser:\nTell me of the {{animal}}{% if size %}, {{size}}{% endif %}\n";
      const asked = { source, promptFile: "x.prompty", values: { animal: "cat", colour: "unused" } };
      const write = (settings: AnswerParams["settings"]) =>
        client.request<"answer">({ kind: "answer", params: { ...asked, settings } });
      assert.deepEqual((await write({})).committed, 3);
      assert.deepEqual((await write({ maxTokens: 5 })).committed, 5);
      assert.equal((await write({})).text, CAT.slice(0, "The cat sat".length));
      const missing = { ...asked, values: {}, settings: {} };
      assert.equal((await client.refused({ kind: "answer", params: missing })).code, "variableMissing");
    },
  },
  {
    name: "answers are added to a pool that no file holds, and drafted from",
    async run(client) {
      const settings = { strategy: "laser-strict" } as const;
      const alone = await ask(client, settings);
      const pool = await client.request<"add">({
        kind: "add",
        answers: [{ id: "cat", group: "animals", text: alone.text }],
      });
      assert.equal(pool.entries, 1);
      const again = await ask(client, settings);
      assert.ok(again.steps < alone.steps, `${again.steps} steps instead of ${alone.steps}`);
      assert.deepEqual(await client.request<"stats">({ kind: "stats" }).then((stats) => stats.pool), pool);
    },
  },
  {
    name: "what was added is forgotten when the file is named again",
    async run(client, folder) {
      const poolPath = path.join(folder, "pool.jsonl");
      writeFileSync(poolPath, `${JSON.stringify({ id: "cat", group: null, text: SIMILAR })}\n`);
      const ofFile = await client.request<"pool">({ kind: "pool", poolPath });
      const before = counts(await ask(client, { strategy: "laser-strict" }));
      const added = await client.request<"add">({
        kind: "add",
        answers: [{ id: "cat", group: null, text: CAT }],
      });
      assert.equal(added.entries, ofFile.entries + 1);
      assert.notDeepEqual(counts(await ask(client, { strategy: "laser-strict" })), before);
      assert.deepEqual(await client.request<"pool">({ kind: "pool", poolPath }), ofFile);
    },
  },
  {
    name: "of a relaxed answer, only the parts that are the target's own choice are offered to a pool",
    async run(client, folder) {
      const poolPath = path.join(folder, "pool.jsonl");
      writeFileSync(poolPath, `${JSON.stringify({ id: "cat", group: null, text: SIMILAR })}\n`);
      await client.request<"pool">({ kind: "pool", poolPath });
      const answer = await ask(client, {
        strategy: "laser",
        "relaxed.topK": 5,
        "relaxed.minProbability": 0,
      });
      assert.equal(answer.strict, false);
      assert.ok(answer.relaxed > 0, "nothing was relaxed: the row shows nothing");
      const joined = answer.ownChoice.join("");
      assert.ok(joined.length < answer.text.length);
      for (const part of answer.ownChoice) assert.ok(answer.text.includes(part), part);
    },
  },
  {
    name: "a second answer while one is written is refused, and a stopped one ends",
    async run(client) {
      const params = { source: "the cat", promptFile: null, values: {}, settings: {} };
      const first = client.reply({ kind: "answer", params });
      assert.equal((await client.refused({ kind: "answer", params })).code, "busy");
      await client.request<"stop">({ kind: "stop", request: first.id });
      const ended = await first.done;
      assert.ok(ended.kind === "failed" ? ended.error.code === "stopped" : ended.request === "answer");
      assert.equal((await ask(client, {})).text, CAT);
    },
  },
];

table("batch", rows, async ({ run }, context) => {
  const client = new Client();
  await client.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
  await client.request<"load">({ kind: "load", model: { gpu: "off", contextTokens: 4096 } });
  await run(client, temporaryFolder(context));
  await client.request<"shutdown">({ kind: "shutdown" });
});
