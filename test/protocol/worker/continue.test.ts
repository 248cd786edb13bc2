// What a client sees of a worker that is to continue from a recorded answer: it reads no prompt but the recorded one, and
// refuses what it can't continue from. Against the built program with the scripted engine, over both transports.
import assert from "node:assert/strict";
import { continuationOf, type ContinuationChoice } from "../../../server/protocol/continuation.ts";
import type { GenerateParams } from "../../../server/protocol/worker.ts";
import {
  checkIdentities,
  parseTrace,
  serialiseTrace,
  wholeAnswer,
  type Trace,
} from "../../../core/trace/index.ts";
import { table } from "../../support/check.ts";
import { params, startWorker, TRANSPORTS, type WorkerClient } from "../../support/process/workerClient.ts";

const TEXT = "The cat sat on the mat. The dog sat on the mat. The cat sat on the dog. Grüße!";
const OTHER = "The dog sat on the cat, and the cat sat on the mat.";

function paramsOf(trace: Trace, choice: ContinuationChoice, change: object = {}): GenerateParams {
  const { promptFile, settings, continueFrom } = continuationOf(trace, "cat.lasertrace", choice)!;
  return {
    source: "This is not read: {{ it has no value",
    values: {},
    poolPath: null,
    promptFile,
    settings,
    continueFrom: { ...continueFrom, ...change },
  };
}

async function run(client: WorkerClient, given: GenerateParams): Promise<Trace> {
  const id = client.post({ kind: "generate", params: given });
  const reply = await client.replyTo(id);
  assert.equal(reply.kind, "done", JSON.stringify(reply));
  const trace = client.traceOf(id);
  assert.deepEqual(checkIdentities(trace), []);
  assert.deepEqual(parseTrace(serialiseTrace(trace)), trace);
  return trace;
}

const record = (client: WorkerClient): Promise<Trace> =>
  run(client, params("Tell me of the cat", { strategy: "laser-strict", maxTokens: 100 }));

interface ContinueRow {
  readonly name: string;
  readonly run: (client: WorkerClient) => Promise<void>;
}

const rows: readonly ContinueRow[] = [
  {
    name: "nothing changed gives the rest, from within a character, too",
    async run(client) {
      const whole = await record(client);
      const { tokens } = whole.result;
      const within = tokens.indexOf(0xc3) + 1; // The first byte of ü.
      for (const tokensBefore of [0, 1, 7, within]) {
        const rest = await run(client, paramsOf(whole, { tokensBefore, token: null }));
        assert.deepEqual(rest.result.tokens, tokens.slice(tokensBefore));
        assert.equal(wholeAnswer(rest), TEXT);
        assert.deepEqual(rest.request.messages, whole.request.messages);
      }
    },
  },
  {
    name: "another token and another rule are in the trace, with the earlier ones",
    async run(client) {
      const whole = await record(client);
      const token = whole.result.tokens[9]!;
      const rule = { kind: "relaxed", topK: 2, minProbability: 0.05 } as const;
      const next = await run(client, paramsOf(whole, { tokensBefore: 3, token, rule }));
      const { parent, inheritedTokens, strategy, maxTokens } = next.request;
      assert.deepEqual(
        { inheritedTokens, strategy, maxTokens, rule: next.request.rule },
        { inheritedTokens: 4, strategy: "laser", maxTokens: 96, rule },
      );
      assert.deepEqual(parent, {
        createdAt: whole.createdAt,
        file: "cat.lasertrace",
        tokensBefore: 3,
        token,
        was: whole.result.tokens[3],
      });
      assert.equal(next.steps[0]?.root, token);
    },
  },
  {
    name: "what can't be continued is refused with a reason, and the next run works",
    async run(client) {
      const whole = await record(client);
      const { length } = whole.result.tokens;
      const place = { tokensBefore: 2, token: null };
      const refused = async (given: GenerateParams): Promise<string> => {
        const { code, message } = await client.refused({ kind: "generate", params: given });
        return `${code}: ${message}`;
      };
      const model = { name: "Another", tokenizerFingerprint: "f00d" };
      assert.match(
        await refused(paramsOf(whole, place, { model })),
        /^continueOtherModel: This trace was recorded with Another, but scripted is loaded\.$/,
      );
      assert.match(
        await refused(paramsOf(whole, { tokensBefore: 2, token: 1_000_000 })),
        /^tokenOutsideVocabulary: Token 1000000 at position \d+ is outside the model's vocabulary of \d+\.$/,
      );
      const given = paramsOf(whole, place);
      assert.match(
        await refused({ ...given, settings: { ...given.settings, maxTokens: 2 } }),
        /^continueNothingLeft: 2 tokens of the answer are kept, and no more than 2 may be written\.$/,
      );
      assert.match(
        await refused(paramsOf(whole, { tokensBefore: length, token: null })),
        /^continueEnded: The answer ends there/,
      );
      assert.match(
        await refused(paramsOf(whole, place, { inheritedTokens: -1 })),
        /^badRequest: .*params\.continueFrom\.inheritedTokens must be >= 0\.$/,
      );
      assert.deepEqual((await run(client, given)).result.tokens, whole.result.tokens.slice(2));
    },
  },
];

table(
  "continuing",
  TRANSPORTS.flatMap((transport) =>
    rows.map((row) => ({ ...row, transport, name: `${row.name} (${transport})` })),
  ),
  async ({ transport, run: check }, context) => {
    const answers = [{ when: "Tell", text: TEXT }, { text: OTHER }];
    const client = startWorker(context, { transport, script: { answers } });
    await client.ready();
    await check(client);
    assert.deepEqual(client.strayLines, [], "something that is not a message reached stdout");
  },
);
