// Random runs one after another on one target that keeps what it read, each compared with the same run on another target that
// reads everything: with stops, failures, continued answers, trees and measurements between them.
import assert from "node:assert/strict";
import {
  batchesOf,
  CostModel,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  RenewalPlanner,
  type Batches,
  type DecodeRequest,
  type EvaluateOptions,
  type TargetModel,
  type TokenId,
} from "../../../core/laser/index.ts";
import { seededRandom, type Random } from "../random.ts";
import { forkingDrafter } from "./forkingDrafter.ts";
import { FLAT_COSTS, randomTokens } from "./runDecode.ts";

/** Of each answer. */
export const MAX_TOKENS = 12;
/** Where the last two hit a run depends on what it must read: nothing of it is compared, only what comes after. */
const ENDS = ["whole", "whole", "whole", "stopped", "left", "stoppedReading", "failed"] as const;
const BETWEEN = ["nothing", "nothing", "nothing", "filled", "rows", "misplaced", "refused"] as const;

interface Asked {
  readonly prompt: readonly TokenId[];
  readonly inheritedTokens: number;
}

interface Run extends Asked {
  readonly batches: Batches | null;
  readonly draftSeed: number;
  readonly text: readonly TokenId[];
  readonly end: (typeof ENDS)[number];
  /** Events before it is stopped or left, or evaluations before one fails. */
  readonly after: number;
}

interface Found {
  readonly committed: readonly TokenId[];
  /** All that was computed, as text that is equal if the bits are. */
  readonly rows: string;
  readonly heldTokens: number;
}

/** Two targets of one model; the second one forgets everything before each run. */
export interface TwoTargets {
  readonly used: TargetModel;
  readonly fresh: TargetModel;
  /** The longest prompt. */
  readonly maxPromptTokens: number;
  /** Of the prompt that begins, which is asked twice. */
  readonly firstPromptTokens: number;
  readonly seed: number;
  readonly runs: number;
}

/** Returns how many tokens were not read again, in all runs together. */
export async function compareManyRuns(targets: TwoTargets): Promise<number> {
  const { used, fresh, maxPromptTokens, firstPromptTokens, seed, runs } = targets;
  const random = seededRandom(seed);
  const { vocabularySize } = used;
  let prompt: readonly TokenId[] = randomTokens(random, firstPromptTokens, vocabularySize);
  let inheritedTokens = 0;
  let saved = 0;
  const asked: Asked[] = [];
  for (let round = 0; round < runs; round++) {
    const isOpening = round < 2; // The same prompt twice, so that a target that keeps anything keeps it here.
    const batches = !isOpening && random.below(3) === 0 ? classOf(used) : null;
    const plain = {
      prompt,
      inheritedTokens,
      batches,
      draftSeed: 0,
      text: [],
      end: "whole",
      after: 0,
    } as const;
    const { committed: text } = await run(fresh, plain, false);
    const [draftSeed, after] = [1 + random.below(1000), random.below(8)];
    const end = isOpening ? "whole" : random.pick(ENDS);
    const wanted = { ...plain, draftSeed, text, end, after };
    const found = await run(used, wanted, true);
    saved += found.heldTokens;
    if (end !== "failed" && end !== "stoppedReading") {
      const expected = await run(fresh, wanted, false);
      const what = `seed ${seed}, run ${round}: ${prompt.length} tokens, ${inheritedTokens} inherited, ${end}`;
      assert.deepEqual(found.committed, expected.committed, what);
      assert.ok(found.rows === expected.rows, `other bits in ${what}`);
    }
    if (isOpening) continue;
    await doBetween(used, random.pick(BETWEEN), random, prompt);
    asked.push({ prompt, inheritedTokens });
    const next = nextPrompt(random, asked, text, vocabularySize);
    if (next.prompt.length <= maxPromptTokens) ({ prompt, inheritedTokens } = next);
    else [prompt, inheritedTokens] = [next.prompt.slice(0, maxPromptTokens), 0];
  }
  return saved;
}

/** Of one token, new, shorter, with another end, continued, one of those before, or the same again. */
function nextPrompt(
  random: Random,
  asked: readonly Asked[],
  text: readonly TokenId[],
  vocabularySize: number,
): Asked {
  const more = (count: number): number[] => randomTokens(random, count, vocabularySize);
  const { prompt, inheritedTokens } = asked.at(-1)!;
  const kind = random.below(8);
  if (kind === 0) return { prompt: more(1), inheritedTokens: 0 };
  if (kind === 1) return { prompt: more(random.pick([1, 900]) + random.below(100)), inheritedTokens: 0 };
  if (kind === 2) return { prompt: prompt.slice(0, 1 + random.below(prompt.length)), inheritedTokens: 0 };
  if (kind === 3 || kind === 5) {
    // Often so short that the rows depend on what was kept, also through a narrow window.
    const same = prompt.slice(0, random.pick([128 + random.below(30), random.below(prompt.length)]));
    return { prompt: [...same, ...more(1 + random.below(random.pick([20, 400])))], inheritedTokens: 0 };
  }
  if (kind === 4 && text.length > 0)
    return { prompt: [...prompt, ...text], inheritedTokens: inheritedTokens + text.length };
  return kind === 6 ? random.pick(asked.slice(-4)) : { prompt, inheritedTokens };
}

/** What uses the same cache between runs. */
async function doBetween(
  target: TargetModel,
  what: (typeof BETWEEN)[number],
  random: Random,
  prompt: readonly TokenId[],
): Promise<void> {
  const signal = { aborted: false };
  const tokens = Int32Array.from(randomTokens(random, 1 + random.below(40), target.vocabularySize));
  const noRows: EvaluateOptions = { rows: "none", topK: 0, signal };
  if (what === "filled" || what === "misplaced") await target.rollback(0);
  if (what === "rows") await target.rollback(random.below(prompt.length));
  if (what === "filled") await target.evaluate(tokens, noRows);
  if (what === "rows" || what === "misplaced")
    await target.evaluate(tokens, { rows: "all", topK: 4, threads: 1, signal });
  if (what === "misplaced") await target.evaluate(Int32Array.from(prompt.slice(0, 128)), noRows);
  if (what === "refused")
    await assert.rejects(target.evaluate(new Int32Array(target.contextTokens + 1), noRows));
}

/** As of a device whose rows need counts of 4, 8 or 12. */
function classOf(target: TargetModel): Batches {
  const anywhere = [{ threads: 1, sizes: [4, 8, 12] }];
  return batchesOf({ anywhere, early: null, trees: true }, target.contextTokens + (target.fillerTokens ?? 0));
}

async function run(target: TargetModel, wanted: Run, keepsPrefix: boolean): Promise<Found> {
  const { prompt, inheritedTokens, batches, draftSeed, text, end, after } = wanted;
  const signal = { aborted: end === "stopped" && after === 0 };
  let clock = 0;
  const drafter =
    draftSeed === 0
      ? null
      : forkingDrafter({
          random: seededRandom(draftSeed),
          text,
          vocabularySize: target.vocabularySize,
          maxNodes: 10,
          maxLeaves: Math.min(4, target.maxTreeLeaves),
          hitShare: 0.7,
        });
  const request: DecodeRequest = {
    target: end === "failed" ? failingAfter(target, after) : target,
    prompt: Int32Array.from(prompt),
    inheritedTokens,
    keepsPrefix,
    maxTokens: MAX_TOKENS,
    sampling: DEFAULT_SAMPLING,
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter,
    planner: new RenewalPlanner(new CostModel(FLAT_COSTS, true), batches),
    batches,
    maxDraftTokens: 10,
    rowWidth: 8,
    signal,
    now: () => clock++,
  };
  const committed: TokenId[] = [];
  const rows: string[] = [];
  const decoding = decode(request);
  let heldTokens = 0;
  try {
    for (;;) {
      const { done, value } = await decoding.next();
      if (done) {
        if (value.finish !== "stopped") heldTokens = prompt.length - 1 - value.prefillTokens;
        break;
      }
      if (value.kind === "prefill") {
        if (end === "stoppedReading") signal.aborted = true;
        continue;
      }
      committed.push(...value.committed);
      rows.push(value.step.rows.map(({ ids, logits }) => `${ids.join(" ")} ${logits.join(" ")}`).join("\n"));
      if (end === "stopped" && rows.length >= after) signal.aborted = true;
      if (end === "left" && rows.length >= after) break;
    }
  } catch (error) {
    if (end !== "failed" || !(error instanceof Error) || error.message !== FAILURE) throw error;
  } finally {
    await decoding.return({ finish: "stopped", tokens: [], prefillTokens: 0, prefillMs: 0 });
  }
  return { committed, rows: rows.join("\n\n"), heldTokens };
}

const FAILURE = "the evaluation failed";

/** The same target, one evaluation of which fails; all others are made. */
function failingAfter(target: TargetModel, evaluations: number): TargetModel {
  let left = evaluations;
  return new Proxy(target, {
    get(inner, key) {
      if (key === "evaluate")
        return (tokens: Int32Array, options: EvaluateOptions) =>
          left-- === 0 ? Promise.reject(new Error(FAILURE)) : inner.evaluate(tokens, options);
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
}
