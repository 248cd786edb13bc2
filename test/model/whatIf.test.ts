// On the real model: where the what-if says that another rule would first change the answer, a real run under that rule
// changes it, to that very token; if it says that nothing changes, nothing does. Temperature 0, pool and costs frozen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { whatIf } from "../../core/inspect/index.ts";
import type { Rule } from "../../core/laser/index.ts";
import { DEFAULT_SETTINGS } from "../../core/settings/index.ts";
import type { Trace } from "../../core/trace/index.ts";
import {
  loadModelWithPool,
  runSample,
  samplePrompt,
  samplesFolder,
  type ModelWithPool,
  type SamplePrompt,
} from "../support/decoding/realModel.ts";

const TOKENS = 36;
/** More than a few take minutes: LASER_DIVERGENCE_TRACES=20 asks for as many. */
const TRACES = Number(process.env.LASER_DIVERGENCE_TRACES ?? "3");
const MAX_TRACES = Math.max(16, TRACES);
/** In turns: what a strict run records leaves verdicts of a relaxed rule open now and then. */
const RECORDED: readonly Rule[] = [{ kind: "relaxed", topK: 2, minProbability: 0.1 }, { kind: "strict" }];
const OTHERS: readonly Rule[] = [
  { kind: "relaxed", topK: 1, minProbability: 0 },
  { kind: "relaxed", topK: 8, minProbability: 0.01 },
  { kind: "relaxed", topK: 3, minProbability: 0.05 },
  { kind: "ratio", topK: 4, alpha: 0.2 },
];

let model: ModelWithPool;
beforeAll(async () => {
  // Two threads wait for each other by spinning, beside all the other tests.
  model = await loadModelWithPool({ maxThreads: 1 });
});
afterAll(() => model.engine.dispose());

/** The demo's prompts with the title of the next: the pool holds no answer to any of them. */
async function prompts(): Promise<readonly SamplePrompt[]> {
  const text = await readFile(join(samplesFolder, "pool-prompts.jsonl"), "utf8");
  const all = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as SamplePrompt);
  const films = all.filter(({ file }) => file === "film.prompty");
  return films.map(({ file, values }, i) => {
    const title = films[(i + 1) % films.length]!.values?.title;
    return { file, values: { ...values, ...(title === undefined ? {} : { title }) } };
  });
}

async function run(asked: SamplePrompt, rule: Rule): Promise<Trace> {
  const settings = {
    ...DEFAULT_SETTINGS,
    ...(rule.kind === "strict" ? { strategy: "laser-strict" as const } : { relaxed: rule }),
    maxTokens: TOKENS,
    reproducible: "on" as const,
  };
  return runSample(model, 1, { prompt: await samplePrompt(model.engine, asked), settings });
}

test("the divergence that the what-if names is the one of a real run", async () => {
  const known = await prompts();
  let [diverging, open] = [0, 0];
  let tried = 0;
  // As many as asked, and further ones until one diverges.
  for (let i = 0; i < TRACES || (diverging === 0 && i < MAX_TRACES); i++, tried++) {
    const prompt = known[i % known.length]!;
    const rule = OTHERS[i % OTHERS.length]!;
    const recorded = await run(prompt, RECORDED[i % RECORDED.length]!);
    const { divergence, openDecisions } = whatIf(recorded, rule, recorded.request.guards);
    // Open verdicts are not claimed.
    if (openDecisions > 0) {
      open++;
      continue;
    }
    const again = (await run(prompt, rule)).result.tokens;
    const before = recorded.result.tokens;
    const at = before.findIndex((token, place) => again[place] !== token);
    assert.equal(divergence?.tokensBefore ?? -1, at, `trace ${i}: first change`);
    if (divergence === null) continue;
    assert.equal(again[at], divergence.becomes, `trace ${i}: what it becomes`);
    diverging++;
  }
  console.info(`${diverging} of ${tried} diverge, ${open} are left open`);
  assert.ok(diverging > tried / 20, `only ${diverging} diverge: the test says little`);
});
