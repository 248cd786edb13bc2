// On the real model: strict output equals plain output token for token, and drafts were in fact accepted.
import assert from "node:assert/strict";
import { Check } from "typebox/schema";
import { afterAll, beforeAll, test } from "vitest";
import {
  checkIdentities,
  parseTrace,
  serialiseTrace,
  traceMetrics,
  type Trace,
} from "../../core/trace/index.ts";
import type { GenerateOptions, PreparedPrompt } from "../../server/worker/index.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../core/settings/index.ts";
import {
  loadModelWithPool,
  runSample,
  samplePrompt,
  type ModelWithPool,
} from "../support/decoding/realModel.ts";

const PROMPTS: [file: string, values: Record<string, string>][] = [
  ["book.prompty", {}],
  ["book.prompty", { title: "Heidi", author: "Johanna Spyri", year: "1881", genre: "children's" }],
  ["film.prompty", {}],
  ["film.prompty", { title: "Modern Times", director: "Charlie Chaplin", year: "1936", genre: "comedy" }],
  ["reader.prompty", {}],
];
const TOKENS = 32;

/** Draft sources and shape. */
type Drafting = Pick<GenerationSettings, "strategy" | "draftShape"> & { readonly name: string };
const TREES: Drafting = { name: "laser-strict, trees", strategy: "laser-strict", draftShape: "tree" };
/** In turns: each prompt is drafted as trees and in one of these ways. */
const CHAINS: readonly Drafting[] = [
  { name: "laser-strict, chains", strategy: "laser-strict", draftShape: "chain" },
  { name: "prompt-lookup", strategy: "prompt-lookup", draftShape: "chain" },
];

let model: ModelWithPool;
beforeAll(async () => {
  // Two threads wait for each other by spinning, beside all the other tests.
  model = await loadModelWithPool({ maxThreads: 1 });
});
afterAll(() => model.engine.dispose());

function promptOf([file, values]: (typeof PROMPTS)[number]): Promise<PreparedPrompt> {
  return samplePrompt(model.engine, { file, values });
}

function run(
  prompt: PreparedPrompt,
  settings: Partial<GenerationSettings>,
  watched: Partial<GenerateOptions> = {},
): Promise<Trace> {
  const whole = { ...DEFAULT_SETTINGS, maxTokens: TOKENS, ...settings };
  return runSample(model, 1, { prompt, settings: whole, ...watched });
}

/** How many tokens were kept that are not where a chain's would be. */
function keptFromBranch({ steps }: Trace): number {
  return steps.reduce((sum, { path }) => sum + path.filter((place, depth) => place !== depth).length, 0);
}

for (const [temperature, asked] of [
  [0, PROMPTS],
  // One of each prompt file: a draw adds nothing that differs from text to text.
  [0.8, PROMPTS.filter((_, index) => index % 2 === 0)],
] as const)
  test(`strict = plain at temperature ${temperature}: ${asked.length} prompts of ${TOKENS} tokens`, async () => {
    let accepted = 0;
    let drafted = 0;
    let branched = 0;
    for (const [index, entry] of asked.entries()) {
      const prompt = await promptOf(entry);
      const sampling = { ...DEFAULT_SETTINGS.sampling, temperature, seed: index };
      const plain = await run(prompt, { strategy: "plain", sampling, reproducible: "on" });
      for (const { name, ...drafting } of [TREES, CHAINS[index % CHAINS.length]!]) {
        const strict = await run(prompt, { ...drafting, sampling });
        assert.deepEqual(
          strict.result.tokens,
          plain.result.tokens,
          `${entry[0]} ${JSON.stringify(entry[1])}, ${name}`,
        );
        branched += keptFromBranch(strict);
        const figures = traceMetrics(strict);
        accepted += figures.accepted;
        drafted += figures.drafted;
      }
    }
    console.info(
      `temperature ${temperature}: ${accepted} of ${drafted} drafted tokens were accepted, ${branched} off the first branch`,
    );
    assert.ok(accepted > 0, "no draft was accepted: nothing was compared");
    assert.ok(branched > 0, "no tree was kept off its first branch: only chains were compared");
  });

/** The model likes to write prose: without the schema it writes none of these. */
const SCHEMAS: readonly { readonly draftShape: "chain" | "tree"; readonly schema: object }[] = [
  {
    draftShape: "chain",
    schema: {
      type: "object",
      properties: {
        title: { type: "string", maxLength: 30 },
        year: { type: "integer", minimum: 1800, maximum: 2030 },
        stars: { type: "number", minimum: 0, maximum: 5 },
      },
      required: ["title", "year", "stars"],
    },
  },
  {
    draftShape: "tree",
    schema: { type: "array", items: { enum: ["plot", "style", "length"] }, minItems: 2, maxItems: 3 },
  },
  {
    draftShape: "tree",
    schema: {
      anyOf: [
        { type: "object", properties: { id: { pattern: "^[A-Z]{2}-[0-9]{3}$" } }, required: ["id"] },
        { type: "null" },
      ],
    },
  },
];

test("answers held to a JSON schema are valid under it, and strict = plain", async () => {
  const prompt = await promptOf(["book.prompty", {}]);
  for (const { draftShape, schema } of SCHEMAS) {
    const settings = { jsonSchema: JSON.stringify(schema), maxTokens: 64 };
    const plain = await run(prompt, { ...settings, strategy: "plain", reproducible: "on" });
    const strict = await run(prompt, { ...settings, strategy: "laser-strict", draftShape });
    assert.deepEqual(strict.result.tokens, plain.result.tokens, strict.result.text);
    assert.equal(strict.result.finish, "complete", strict.result.text);
    assert.ok(Check(schema, JSON.parse(strict.result.text)), strict.result.text);
    assert.deepEqual(parseTrace(serialiseTrace(strict)), strict);
  }
});

test("traces of relaxed runs are sound, and read back as they were written", async () => {
  let relaxed = 0;
  for (const [index, entry] of PROMPTS.entries()) {
    const draftShape = index % 2 === 0 ? "chain" : "tree";
    const trace = await run(await promptOf(entry), { strategy: "laser", draftShape });
    assert.deepEqual(checkIdentities(trace), []);
    assert.deepEqual(parseTrace(serialiseTrace(trace)), trace);
    assert.equal(trace.pool?.entries, model.pool.index.entries);
    for (const step of trace.steps) {
      assert.equal(step.rows.length, step.draft.length + 1);
      assert.ok(step.rows.every((row) => row.ids.length >= 8));
    }
    relaxed += traceMetrics(trace).relaxed;
  }
  assert.ok(relaxed > 0, "no token was relaxed");
});

test("a stopped run keeps a sound partial trace, and the next run is as if fresh", async () => {
  const prompt = await promptOf(["book.prompty", {}]);
  const whole = await run(prompt, { strategy: "plain" });
  const controller = new AbortController();
  let steps = 0;
  const watched: Partial<GenerateOptions> = {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.kind === "step" && ++steps === 10) controller.abort();
    },
  };
  const stopped = await run(prompt, { strategy: "plain" }, watched);
  assert.equal(stopped.result.finish, "stopped");
  assert.ok(stopped.steps.length <= 11, `${stopped.steps.length} steps after a stop in the tenth`);
  assert.deepEqual(checkIdentities(stopped), []);
  assert.deepEqual((await run(prompt, { strategy: "plain" })).result.tokens, whole.result.tokens);
});
