// Several answers of one worker at once, each about its own subject: what a cluster's client relies on. Against the
// built program with the scripted engine.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { emptyGroups, type GroupsFile } from "../../../server/pools/index.ts";
import type { AnswerParams, AnswerResult, WorkerReply } from "../../../server/protocol/worker.ts";
import { table, temporaryFolder } from "../../support/check.ts";
import { startWorker, type WorkerClient } from "../../support/process/workerClient.ts";

const LONG = "The cat sat on the mat and the dog lay on the floor. ".repeat(8).trim();
const SHORT = "Dogs bark.";
const answers = [{ when: "cat", text: LONG }, { when: "dog", text: SHORT }, { text: "I can't say." }];

const ask = (source: string, about?: AnswerParams["about"], settings: AnswerParams["settings"] = {}) => ({
  kind: "answer" as const,
  params: { source, promptFile: null, values: {}, settings, ...(about && { about }) },
});
const resultOf = (reply: WorkerReply): AnswerResult =>
  reply.kind === "done" && reply.request === "answer"
    ? reply.result
    : assert.fail(JSON.stringify(reply).slice(0, 300));
/** An answer is being written: a stop before that is a failure of its request. */
const begun = (client: WorkerClient, id: number) =>
  client.until((message) => message.kind === "progress" && message.request === id);
/** The ids of all replies so far, in their order. */
const ended = (client: WorkerClient): number[] =>
  client.messages.flatMap((message) =>
    message.kind === "done" || message.kind === "failed" ? [message.id] : [],
  );

const GROUPS: GroupsFile = {
  ...emptyGroups({ by: "interactions", source: "films", k: 2, seed: 1, silhouette: null }),
  attribute: { name: "genre", mapping: { Comedy: "funny" }, other: null },
  minInteractions: 5,
  subjects: { "item-1": "loud", "item-2": "quiet" },
  few: { "item-3": 2 },
};

interface LaneRow {
  readonly name: string;
  readonly script?: object;
  readonly run: (client: WorkerClient, folder: string) => Promise<void>;
}

const rows: readonly LaneRow[] = [
  {
    name: "answers are written at once, each ends when it is done, and one more than lanes is refused",
    script: { delayMs: 1 },
    async run(client) {
      await client.ready(1024);
      const opened = await client.request<"lanes">({ kind: "lanes", lanes: 3 });
      assert.deepEqual(opened, { lanes: 3, contextTokens: 1024 });
      const ids = ["the cat", "the dog", "a bird"].map((source) => client.post(ask(source)));
      const { code, message } = await client.refused(ask("one more"));
      assert.equal(code, "lanesBusy");
      assert.match(message, /^3 answers are being written/);
      const texts = await Promise.all(ids.map(async (id) => resultOf(await client.replyTo(id)).text));
      assert.deepEqual(texts, [LONG, SHORT, "I can't say."]);
      const order = ended(client);
      assert.ok(order.indexOf(ids[0]!) > order.indexOf(ids[1]!), "the short answer waited for the long one");
      assert.equal(resultOf(await client.replyTo(client.post(ask("the dog")))).text, SHORT);
    },
  },
  {
    name: "one that is stopped ends without the others, and its lane is free again",
    script: { delayMs: 1 },
    async run(client) {
      await client.ready();
      await client.request<"lanes">({ kind: "lanes", lanes: 2 });
      const [stopped, other] = ["the cat", "the cat"].map((source) => client.post(ask(source)));
      await begun(client, stopped!);
      await client.request<"stop">({ kind: "stop", request: stopped! });
      const first = resultOf(await client.replyTo(stopped!));
      assert.equal(first.finish, "stopped");
      assert.ok(LONG.startsWith(first.text) && first.text.length < LONG.length);
      assert.equal(resultOf(await client.replyTo(client.post(ask("the dog")))).text, SHORT);
      assert.equal(resultOf(await client.replyTo(other!)).text, LONG);
    },
  },
  {
    name: "the pool grows while answers are written, and the next one drafts from it",
    script: { delayMs: 1 },
    async run(client) {
      await client.ready();
      await client.request<"lanes">({ kind: "lanes", lanes: 2 });
      const settings = { strategy: "laser-strict" } as const;
      const before = resultOf(await client.replyTo(client.post(ask("the dog", undefined, settings))));
      const long = client.post(ask("the cat"));
      const pool = await client.request<"add">({
        kind: "add",
        answers: [{ id: "item-1", group: "loud", text: SHORT }],
      });
      assert.equal(pool.entries, 1);
      assert.ok(!ended(client).includes(long), "adding waited for the answer");
      const after = resultOf(await client.replyTo(client.post(ask("the dog", undefined, settings))));
      assert.deepEqual([before.text, before.accepted], [SHORT, 0]);
      assert.equal(after.text, SHORT);
      assert.ok(after.accepted > 0, "nothing was drafted from the pool");
      assert.equal(resultOf(await client.replyTo(long)).text, LONG);
    },
  },
  {
    name: "each answer goes to the group of its subject, and its reply says which and why",
    async run(client, folder) {
      await client.ready();
      await client.request<"lanes">({ kind: "lanes", lanes: 4 });
      const file = path.join(folder, "groups.json");
      writeFileSync(file, JSON.stringify(GROUPS));
      const read = await client.request<"groups">({ kind: "groups", groupsPath: file });
      assert.deepEqual(read, { groups: 3, subjects: 2 });
      const subjects = [
        { subject: "item-1" },
        { subject: "item-3", attributes: { genre: "Comedy|Drama" } },
        { subject: "item-4" },
        { subject: "item-5", group: "quiet" },
      ];
      const routes = await client.request<"route">({ kind: "route", about: subjects });
      assert.deepEqual(
        routes.map(({ subject, group, by, reason }) => `${subject} ${group} ${by}: ${reason}`),
        [
          "item-1 loud interactions: cluster of its interactions",
          "item-3 funny attribute: first genre Comedy; 2 interactions are too few for a collaborative group (needs 5)",
          "item-4 null global: 0 interactions are too few for a collaborative group (needs 5); it has no genre",
          "item-5 quiet asked: it was named",
        ],
      );
      const ids = subjects.map((about) => client.post(ask("the dog", about)));
      for (const [at, id] of ids.entries())
        assert.deepEqual(resultOf(await client.replyTo(id)).route, routes[at]);
      const { code, message } = await client.refused(ask("the dog", { group: "louder" }));
      assert.deepEqual([code, message], ["groupUnknown", `The groups file ${file} has no group "louder".`]);
      const missing = { kind: "groups", groupsPath: path.join(folder, "none.json") } as const;
      assert.equal((await client.refused(missing)).code, "groupsFileMissing");
      assert.deepEqual(await client.request<"route">({ kind: "route", about: subjects }), routes);
      await client.request<"groups">({ kind: "groups", groupsPath: null });
      const [named] = await client.request<"route">({ kind: "route", about: [{ group: "any" }] });
      assert.deepEqual(named, { subject: null, group: "any", by: "asked", reason: "it was named" });
    },
  },
  {
    name: "an answer about nothing has no route, and lanes need a model and go with it",
    async run(client) {
      await client.request<"hello">({ kind: "hello", version: 3 });
      assert.equal((await client.refused({ kind: "lanes", lanes: 2 })).code, "noModel");
      await client.ready();
      await client.request<"lanes">({ kind: "lanes", lanes: 2 });
      assert.equal(resultOf(await client.replyTo(client.post(ask("the dog")))).route, null);
      await client.request<"load">({ kind: "load", model: { gpu: "off", contextTokens: 512 } });
      const first = client.post(ask("the cat"));
      assert.equal((await client.refused(ask("the dog"))).code, "busy");
      assert.equal(resultOf(await client.replyTo(first)).text, LONG);
    },
  },
  {
    name: "an engine that fails on a lane fails that answer, and the other lanes continue",
    script: { crashAt: 3 },
    async run(client) {
      await client.ready();
      await client.request<"lanes">({ kind: "lanes", lanes: 2 });
      const [cat, dog] = ["the cat", "the dog"].map((source) => client.post(ask(source)));
      const replies = [await client.replyTo(cat!), await client.replyTo(dog!)];
      assert.ok(replies.some((reply) => reply.kind === "failed"));
      // Each lane of the script fails once.
      assert.equal(resultOf(await client.replyTo(client.post(ask("the dog")))).text, SHORT);
    },
  },
  {
    name: "a worker that is asked to end stops all lanes and answers each",
    script: { delayMs: 1 },
    async run(client) {
      await client.ready();
      await client.request<"lanes">({ kind: "lanes", lanes: 2 });
      const ids = ["the cat", "the cat"].map((source) => client.post(ask(source)));
      await Promise.all(ids.map((id) => begun(client, id)));
      await client.request<"shutdown">({ kind: "shutdown" });
      for (const id of ids) assert.equal(resultOf(await client.replyTo(id)).finish, "stopped");
      assert.deepEqual(await client.ended, { code: 0, signal: null });
    },
  },
];

table("worker lanes", rows, async ({ script, run }, context) => {
  const client = startWorker(context, { script: { answers, ...script } });
  await run(client, temporaryFolder(context));
  assert.deepEqual(client.strayLines, [], "something that is not a message reached stdout");
});
