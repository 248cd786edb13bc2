// On the real model: where the what-if says that another rule would first change the answer, a real run under that rule
// changes it, to that very token; where it says that nothing changes, nothing does. Temperature 0, pool and costs frozen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Engine } from "../../server/engine/index.ts";
import { whatIf } from "../../server/inspect/index.ts";
import type { Rule } from "../../server/laser/index.ts";
import { readPoolSource } from "../../server/pools/index.ts";
import { DEFAULT_SETTINGS } from "../../server/protocol/settings.ts";
import type { Trace } from "../../server/trace/index.ts";
import { applyTemplate, fillPrompt, loadPool, Session, type LoadedPool } from "../../server/worker/index.ts";
import { repositoryFolder } from "../support/check.ts";
import { loadTestEngine } from "../support/model.ts";

const samples = join(repositoryFolder, "samples");
const TOKENS = 36;
/** More than a few take minutes: LASER_DIVERGENCE_TRACES=20 asks for as many. */
const TRACES = Number(process.env.LASER_DIVERGENCE_TRACES ?? "3");
/** Costs that make every draft look cheap, so that many are sent whatever the machine. */
const FLAT_COSTS = {
  points: [1, 4, 8, 12, 16].map((tokens) => ({
    tokens,
    threads: 2,
    baseMs: 10 + tokens / 4,
    msPerContextToken: 0,
  })),
};
/** In turns: what a strict run records leaves verdicts of a relaxed rule open now and then. */
const RECORDED: readonly Rule[] = [{ kind: "relaxed", topK: 2, minProbability: 0.1 }, { kind: "strict" }];
const OTHERS: readonly Rule[] = [
  { kind: "relaxed", topK: 1, minProbability: 0 },
  { kind: "relaxed", topK: 8, minProbability: 0.01 },
  { kind: "relaxed", topK: 3, minProbability: 0.05 },
  { kind: "ratio", topK: 4, alpha: 0.2 },
];

let engine: Engine;
let pool: LoadedPool;
before(async () => {
  engine = await loadTestEngine();
  pool = loadPool(await readPoolSource(join(samples, "answers.jsonl")), engine);
});
after(() => engine.dispose());

interface PoolPrompt {
  readonly file: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** The demo's prompts with the title of the next: the pool holds no answer to any of them. */
async function prompts(): Promise<readonly PoolPrompt[]> {
  const text = await readFile(join(samples, "pool-prompts.jsonl"), "utf8");
  const all = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as PoolPrompt);
  const films = all.filter(({ file }) => file === "film.prompty");
  return films.map(({ file, values }, i) => {
    const { title } = films[(i + 1) % films.length]!.values;
    return { file, values: { ...values, ...(title === undefined ? {} : { title }) } };
  });
}

async function run({ file, values }: PoolPrompt, rule: Rule): Promise<Trace> {
  const { messages } = fillPrompt(await readFile(join(samples, file), "utf8"), values);
  const prompt = applyTemplate(messages, file, engine, new Date(0));
  const session = new Session({ engine, costs: FLAT_COSTS, frozenCosts: true, generator: "test 0" });
  const { kind } = rule;
  const settings = {
    ...DEFAULT_SETTINGS,
    ...(kind === "strict" ? { strategy: "laser-strict" as const } : { relaxed: rule }),
    maxTokens: TOKENS,
    reproducible: "on" as const,
  };
  return session.generate({ prompt, settings, pool, signal: new AbortController().signal });
}

test("the divergence that the what-if names is the one of a real run", async (context) => {
  const known = await prompts();
  let [diverging, open] = [0, 0];
  for (let i = 0; i < TRACES; i++) {
    const prompt = known[i % known.length]!;
    const rule = OTHERS[i % OTHERS.length]!;
    const recorded = await run(prompt, RECORDED[i % RECORDED.length]!);
    const { divergence, openDecisions } = whatIf(recorded, rule, recorded.request.guards);
    // What is said to be open is not claimed.
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
  context.diagnostic(`${diverging} of ${TRACES} diverge, ${open} are left open`);
  assert.ok(diverging > TRACES / 10, `only ${diverging} diverge: the test says little`);
});
