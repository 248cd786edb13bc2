// Runs that are held to a JSON schema or a grammar: what they write, what their traces say, and what is refused.
import assert from "node:assert/strict";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { continuePrompt } from "../../../../server/worker/session/continuation.ts";
import { applyTemplate } from "../../../../server/worker/prompt/prompt.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/model/scriptedModel.ts";
import { Session } from "../../../../server/worker/session/session.ts";
import { continuationOf } from "../../../../server/protocol/continuation.ts";
import { GrammarError } from "../../../../core/grammar/index.ts";
import { STRATEGIES } from "../../../../core/laser/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../../core/settings/index.ts";
import { checkIdentities, checkTrace, type Trace } from "../../../../core/trace/index.ts";
import { whatIf } from "../../../../core/inspect/index.ts";
import { table } from "../../../support/check.ts";

const ANSWER = 'Sure: {"name": "Emma", "year": 1815, "name": "Emma", "year": 1815}';
const SCHEMA = JSON.stringify({
  type: "object",
  properties: {
    name: { type: "string", maxLength: 12 },
    year: { type: "integer", minimum: 1000, maximum: 2100 },
  },
  required: ["name", "year"],
});

function newSession(maxTreeLeaves = 1): Session {
  const engine = createScriptedEngine({ answers: [{ text: ANSWER }], maxTreeLeaves });
  return new Session({ engine, costs: SCRIPTED_COSTS, generator: "test", frozenCosts: true });
}

async function run(session: Session, settings: Partial<GenerationSettings>): Promise<Trace> {
  const prompt = applyTemplate([{ role: "user", content: ANSWER }], null, session.engine, new Date(0), false);
  const { trace, failure } = await session.generate({
    prompt,
    settings: { ...DEFAULT_SETTINGS, maxTokens: 120, ...settings },
    pool: null,
    signal: new AbortController().signal,
  });
  assert.equal(failure, null);
  return trace;
}

table(
  "an answer held to",
  [
    { name: "a JSON schema, in chains", settings: { jsonSchema: SCHEMA }, leaves: 1 },
    {
      name: "a JSON schema, in trees",
      settings: { jsonSchema: SCHEMA, draftShape: "tree" as const },
      leaves: 4,
    },
    { name: "a grammar", settings: { grammar: 'root ::= "{" [^}]{5,30} "}"' }, leaves: 1 },
    {
      name: "a JSON schema at a temperature",
      settings: { jsonSchema: SCHEMA, sampling: { ...DEFAULT_SETTINGS.sampling, temperature: 0.8, seed: 3 } },
      leaves: 1,
    },
  ],
  async ({ settings, leaves }) => {
    const traces = [];
    for (const strategy of STRATEGIES) {
      const trace = await run(newSession(leaves), { ...settings, strategy });
      assert.equal(trace.result.finish, "complete", trace.result.text);
      if (settings.jsonSchema !== undefined) {
        const { name, year } = JSON.parse(trace.result.text) as { name: string; year: number };
        assert.ok(name.length <= 12 && year >= 1000 && year <= 2100);
      }
      assert.equal(trace.request.jsonSchema, settings.jsonSchema);
      assert.equal(trace.request.grammar, settings.grammar);
      assert.deepEqual(checkIdentities(trace), []);
      checkTrace(JSON.parse(JSON.stringify(trace)));
      traces.push(trace);
    }
    const [plain, ...others] = traces;
    for (const strict of others.slice(0, 2)) assert.deepEqual(strict.result.tokens, plain!.result.tokens);
    // A what-if judges the recorded rows, which hold only allowed tokens.
    const relaxed = others[2]!;
    const { flips } = whatIf(relaxed, relaxed.request.rule, relaxed.request.guards);
    assert.deepEqual(flips, []);
    const { divergence } = whatIf(relaxed, { kind: "strict" }, relaxed.request.guards);
    if (divergence === null) assert.deepEqual(relaxed.result.tokens, plain!.result.tokens);
    else assert.equal(divergence.becomes, plain!.result.tokens[divergence.tokensBefore]);
  },
);

test("a run continues under the schema that its trace recorded", async () => {
  const session = newSession();
  const whole = await run(session, { jsonSchema: SCHEMA, strategy: "laser-strict" });
  const { continueFrom, promptFile, settings } = continuationOf(whole, "a.lasertrace", {
    tokensBefore: 3,
    token: null,
  })!;
  assert.equal(settings.jsonSchema, SCHEMA);
  const { prompt } = continuePrompt(continueFrom, promptFile, settings, session.engine);
  const { trace } = await session.generate({
    prompt,
    settings,
    pool: null,
    signal: new AbortController().signal,
  });
  assert.deepEqual(trace.result.tokens, whole.result.tokens.slice(3));
  assert.equal(trace.result.finish, "complete");
});

test("an answer that runs out of tokens is not complete", async () => {
  const trace = await run(newSession(), { jsonSchema: SCHEMA, maxTokens: 6 });
  assert.equal(trace.result.finish, "maxTokens");
  assert.throws(() => JSON.parse(trace.result.text) as unknown, SyntaxError);
});

table(
  "a run that can't be held to",
  [
    {
      name: "a schema that is not JSON",
      settings: { jsonSchema: '{"type": ]' },
      fault: { tag: "schemaNotJson", reason: "line 1, column 10 is not expected" },
    },
    {
      name: "half a schema",
      settings: { jsonSchema: '{"type":' },
      fault: { tag: "schemaNotJson", reason: "it ends too early" },
    },
    {
      name: "a schema nested too deeply",
      settings: { jsonSchema: "[".repeat(5000) + "]".repeat(5000) },
      fault: { tag: "grammarTooLarge", bound: "depth", limit: 200 },
    },
    {
      name: "two things",
      settings: { jsonSchema: SCHEMA, grammar: 'root ::= "a"' },
      fault: { tag: "schemaAndGrammar" },
    },
    {
      name: "what nothing satisfies",
      settings: { jsonSchema: "false" },
      fault: { tag: "nothingMatches", subject: "JSON schema" },
    },
  ],
  async ({ settings, fault }) => {
    await assert.rejects(
      run(newSession(), settings),
      (error) => error instanceof GrammarError && (assert.deepEqual(error.fault, fault), true),
    );
  },
);
