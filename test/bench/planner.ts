// npm run bench:planner -- [--model PATH] [--rounds 8] [--wrong 300] [--chance 0.97]
// On a real model: a drafter that knows the plain answer for 500 tokens and then, as sure as before, drafts only wrong
// ones. Prints what the wrong part costs over plain decoding, both measured in turn in this process, with an interval
// over the rounds, and how the planner's expectations fared. Exit code 1 when the cost is over 3 %.
import { parseArgs } from "node:util";
import { ratioOfSums, type RatioPart } from "../../server/bench/index.ts";
import { loadSession } from "../../server/cli/loadSession.ts";
import { keepsGraphs, measureCosts, threadChoicesOf } from "../../server/engine/index.ts";
import {
  Calibration,
  CostModel,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  RenewalPlanner,
  type CostTable,
  type Drafter,
  type Step,
  type TargetModel,
  type TokenId,
} from "../../core/laser/index.ts";
import { ROW_WIDTH } from "../../server/worker/index.ts";
import { KnownTextDrafter } from "../support/decoding/knownTextDrafter.ts";
import { makeJobs } from "./strict/jobs.ts";

const RIGHT_TOKENS = 500;
const MAX_DRAFTED = 15;
const MAX_EXCESS = 0.03;

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    rounds: { type: "string", default: "8" },
    wrong: { type: "string", default: "300" },
    chance: { type: "string", default: "0.97" },
  },
});
const wrongTokens = Number(values.wrong);
const allTokens = RIGHT_TOKENS + wrongTokens;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const signal = new AbortController().signal;
const now = () => performance.now();

interface TimedStep {
  readonly step: Step;
  readonly committed: readonly TokenId[];
  /** Place in the answer at which it begins. */
  readonly place: number;
  readonly ms: number;
}

const session = await loadSession({ model: values.model, gpu: "off", contextTokens: 2048 }, signal);
const { engine } = session;
try {
  const hasShapes = keepsGraphs(engine.device);
  const threadChoices = threadChoicesOf(engine.device);
  const costs = await measureCosts(engine.target, {
    threadChoices,
    hasShapes,
    rowWidth: ROW_WIDTH,
    now,
    signal,
  });
  if (costs === null) throw new Error("measuring ended without a result");
  const rounds = Number(values.rounds);
  const jobs = await makeJobs(engine, { prompts: Math.min(rounds, 20), tokens: allTokens, long: 0 });
  const prompts = [...new Set(jobs.map((job) => job.prompt))];
  say(
    `${engine.model.name}, ${engine.device.backend}: ${wrongTokens} wrong tokens after ${RIGHT_TOKENS} right ones`,
  );
  process.exitCode = (await compare(costs, prompts, rounds)) ? 0 : 1;
} finally {
  await engine.dispose();
}

/** Prints each round and the sums; true when the wrong part costs at most MAX_EXCESS over plain. */
async function compare(costs: CostTable, prompts: readonly Int32Array[], rounds: number): Promise<boolean> {
  const parts: RatioPart[] = [];
  const calibration = new Calibration();
  for (let round = 0; round < rounds; round++) {
    const prompt = prompts[round % prompts.length]!;
    const text = (await run(costs, prompt, null)).flatMap(({ committed }) => committed); // Warms up, too.
    const other = (token: TokenId) => (token + 1) % engine.target.vocabularySize;
    const drafter = new KnownTextDrafter(text, (place) => place < RIGHT_TOKENS, Number(values.chance), other);
    // Plain between two drafted runs or a drafted one between two plain ones, in turn: drift falls away.
    const order = round % 2 === 0 ? [drafter, null, drafter] : [null, drafter, null];
    const runs: { readonly isPlain: boolean; readonly steps: readonly TimedStep[] }[] = [];
    for (const arm of order) runs.push({ isPlain: arm === null, steps: await run(costs, prompt, arm) });
    const drafted = runs.filter(({ isPlain }) => !isPlain).map(({ steps }) => steps);
    // The first step that begins among wrong tokens: no token before it is counted, in plain runs neither.
    const from = Math.max(...drafted.map((steps) => steps.find(({ place }) => place >= RIGHT_TOKENS)!.place));
    const part = {
      numerator: mean(drafted.map((steps) => msFrom(steps, from))),
      denominator: mean(runs.filter(({ isPlain }) => isPlain).map(({ steps }) => msFrom(steps, from))),
    };
    parts.push(part);
    for (const steps of drafted) note(steps, calibration);
    const sent = drafted.map((steps) => draftsFrom(steps, from));
    say(
      `round ${round + 1}: ${allTokens - from} tokens, plain ${part.denominator.toFixed(0)} ms, ` +
        `drafted ${part.numerator.toFixed(0)} ms, drafts sent for nothing ${sent.join(" and ")}`,
    );
  }
  const { value, low, high } = ratioOfSums(parts);
  say(
    `drafted ÷ plain ${value.toFixed(4)}, 95 % interval over ${rounds} rounds ${low.toFixed(4)} … ${high.toFixed(4)}`,
  );
  for (const { from, to, tokens, expectedAccepted, accepted } of calibration.rows())
    if (tokens > 0)
      say(
        `expected ${from} … ${to} of a draft: ${tokens} tokens, expected ${expectedAccepted.toFixed(1)}, kept ${accepted}`,
      );
  return value <= 1 + MAX_EXCESS;
}

/** Decodes greedily, to the last token: an answer that ends is continued, so that all have the same length. */
async function run(costs: CostTable, prompt: Int32Array, drafter: Drafter | null): Promise<TimedStep[]> {
  const { target } = engine;
  const endless: TargetModel = {
    vocabularySize: target.vocabularySize,
    contextTokens: target.contextTokens,
    maxTreeLeaves: target.maxTreeLeaves,
    repeatedTokens: 0,
    isEndOfText: () => false,
    fullLogSumExp: (row) => target.fullLogSumExp(row),
    evaluate: (tokens, options) => target.evaluate(tokens, options),
    rollback: (keptTokens) => target.rollback(keptTokens),
  };
  const decoding = decode({
    target: endless,
    prompt,
    maxTokens: allTokens,
    sampling: DEFAULT_SAMPLING,
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter,
    planner: new RenewalPlanner(new CostModel(costs)),
    maxDraftTokens: MAX_DRAFTED,
    rowWidth: ROW_WIDTH,
    signal,
    now,
  });
  const steps: TimedStep[] = [];
  let place = 0;
  for await (const event of decoding) {
    if (event.kind !== "step") continue;
    const { step, committed } = event;
    steps.push({ step, committed, place, ms: step.draftMs + step.verifyMs + step.otherMs });
    place += committed.length;
  }
  return steps;
}

function draftsFrom(steps: readonly TimedStep[], from: number): number {
  return steps.filter(({ step, place }) => place >= from && step.draft.length > 0).length;
}

function msFrom(steps: readonly TimedStep[], from: number): number {
  return steps.reduce((sum, { place, ms }) => (place < from ? sum : sum + ms), 0);
}

/** Counts each token of a sent draft: the share of the draft that was expected to be kept, and whether it was. */
function note(steps: readonly TimedStep[], calibration: Calibration): void {
  for (const { step, committed } of steps) {
    const { sentTokens, expectedKept } = step.plan;
    if (sentTokens === 0) continue;
    for (let i = 0; i < sentTokens; i++)
      calibration.observe(expectedKept / sentTokens, i < committed.length - 1);
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
