// What is found out about a model's batches is kept, by what kernels depend on; and what a run says if none agree.
// The scripted engine replaces a model: its batches all agree, or can't be tried in a context of 260 tokens.
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { createScriptedEngine, type Engine } from "../../../../../server/engine/index.ts";
import { checkIdentities, parseTrace, serialiseTrace, type Trace } from "../../../../../core/trace/index.ts";
import { DEFAULT_SETTINGS } from "../../../../../core/settings/index.ts";
import { applyTemplate, reproducibility, Session } from "../../../../../server/worker/index.ts";
import { SCRIPTED_COSTS } from "../../../../../server/worker/model/scriptedModel.ts";
import { temporaryFolder } from "../../../../support/check.ts";

function modelOf(facts: { contextTokens?: number; weightsFingerprint?: string; file?: string } = {}) {
  const { contextTokens = 512, ...model } = facts;
  const scripted = createScriptedEngine({
    answers: [{ text: "One two three, four five six." }],
    contextTokens,
  });
  const { target } = scripted;
  const engine: Engine = {
    ...scripted,
    model: { ...scripted.model, ...model },
    device: { ...scripted.device, engine: "native" },
  };
  let evaluations = 0;
  const evaluate = target.evaluate.bind(target);
  target.evaluate = (tokens, options) => {
    evaluations++;
    return evaluate(tokens, options);
  };
  return { engine, evaluations: () => evaluations };
}

const find = (engine: Engine, cacheDir: string | null, aborted = false) =>
  reproducibility(engine, { cacheDir, now: () => 0, signal: { aborted } });

test("a model is tried once, and again if its kernels may differ", async (context) => {
  const cacheDir = temporaryFolder(context);
  const first = modelOf({ weightsFingerprint: "a" });
  const found = await find(first.engine, cacheDir);
  assert.ok("batches" in found);
  assert.ok(first.evaluations() > 0);
  const renamed = modelOf({ weightsFingerprint: "a", file: "renamed.gguf" });
  const kept = await find(renamed.engine, cacheDir);
  assert.ok("batches" in kept);
  assert.deepEqual(kept.chosen, found.chosen);
  assert.equal(renamed.evaluations(), 0);
  const other = modelOf({ weightsFingerprint: "b" });
  await find(other.engine, cacheDir);
  assert.ok(other.evaluations() > 0);
  assert.equal(readdirSync(path.join(cacheDir, "batches")).length, 2);
});

test("on a GPU nothing is claimed, and nothing tried", async () => {
  const { engine, evaluations } = modelOf();
  const onCard = { ...engine, device: { ...engine.device, backend: "cuda" } } as const;
  const found = await find(onCard, null);
  assert.match("reason" in found ? found.reason : "claimed", /^on a GPU/);
  assert.equal(evaluations(), 0);
});

test("a damaged file counts as none", async (context) => {
  const cacheDir = temporaryFolder(context);
  await find(modelOf().engine, cacheDir);
  const [name] = readdirSync(path.join(cacheDir, "batches"));
  for (const text of ["", "{", '{"chosen":{"anywhere":[]},"isComplete":true}']) {
    writeFileSync(path.join(cacheDir, "batches", name!), text);
    const again = modelOf();
    assert.ok("batches" in (await find(again.engine, cacheDir)));
    assert.ok(again.evaluations() > 0, text);
  }
});

test("a stop leaves nothing", async (context) => {
  const cacheDir = temporaryFolder(context);
  const { engine } = modelOf();
  assert.deepEqual(await find(engine, cacheDir, true), {
    reason: "not measured: the run was stopped before",
  });
  assert.ok("batches" in (await find(engine, cacheDir)));
});

async function traceOn(engine: Engine): Promise<{ trace: Trace; probes: number }> {
  const session = new Session({ engine, costs: SCRIPTED_COSTS, generator: "test 0", frozenCosts: true });
  const prompt = applyTemplate([{ role: "user", content: "Tell me." }], null, engine, new Date(0), false);
  const settings = { ...DEFAULT_SETTINGS, strategy: "prompt-lookup", maxTokens: 40 } as const;
  const { signal } = new AbortController();
  let probes = 0;
  const onEvent = ({ kind }: { readonly kind: string }): void => {
    if (kind === "probe") probes++;
  };
  const { trace, failure } = await session.generate({ prompt, settings, pool: null, signal, onEvent });
  assert.equal(failure, null);
  return { trace, probes };
}

test("a strict run is reproducible in a class, and its progress is reported before it begins", async () => {
  const { trace, probes } = await traceOn(modelOf().engine);
  assert.equal(trace.request.reproducible, true);
  assert.equal(trace.request.notReproducible, undefined);
  assert.ok(probes > 0);
});

test("if no batches agree, the run says why it is not reproducible, and is written all the same", async () => {
  const { trace } = await traceOn(modelOf({ contextTokens: 260 }).engine);
  assert.equal(trace.request.reproducible, false);
  assert.match(trace.request.notReproducible ?? "", /depend on how many tokens are evaluated at once$/);
  assert.deepEqual(checkIdentities(trace), []);
  assert.deepEqual(parseTrace(serialiseTrace(trace)), trace);
  assert.equal(trace.result.text, "One two three, four five six.");
});
