// The two ways to decode that must agree: plainly, and with drafts that are made as different as can be.
import {
  cutDraft,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  RetrievalDrafter,
  type Batches,
  type DecodeRequest,
  type Draft,
  type Drafter,
  type Plan,
  type Planner,
  type PoolIndex,
  type TargetModel,
  type TokenId,
} from "../../../core/laser/index.ts";
import { forkingDrafter } from "../../support/decoding/forkingDrafter.ts";
import type { Random } from "../../support/random.ts";
import type { Job } from "./jobs.ts";

const ROW_WIDTH = 128;
const MAX_DRAFT_TOKENS = 15;
/** The part of drafted tokens that is replaced by any other. */
const CORRUPTED = 0.1;

export interface Counts {
  steps: number;
  drafted: number;
  accepted: number;
  /** Steps by the number of threads they were evaluated with. */
  readonly threads: Map<number, number>;
}

export interface Answer {
  readonly tokens: readonly TokenId[];
  /** ln Σ exp of the logits that each token was chosen from: differs where any bits do that matter. */
  readonly sums: readonly number[];
}

/** One token per step, in the smallest batch of the class; the reference. */
export function plainAnswer(target: TargetModel, batches: Batches, job: Job): Promise<Answer> {
  return answerOf(target, batches, job, null, wildPlanner(batches, null), null);
}

/** Random draft lengths, random numbers of threads, drafts corrupted here and there. */
export async function wildTokens(
  target: TargetModel,
  batches: Batches,
  job: Job,
  pool: PoolIndex | null,
  random: Random,
  counts: Counts,
): Promise<readonly TokenId[]> {
  const drafter = corrupted(new RetrievalDrafter(target.vocabularySize, pool), random, target.vocabularySize);
  const answer = await answerOf(target, batches, job, drafter, wildPlanner(batches, random), counts);
  return answer.tokens;
}

/**
 * Random chains, or trees, around what plain decoding writes, most of them right for a while: compared with it, any
 * difference is one of bits.
 */
export function forkedAnswer(
  target: TargetModel,
  batches: Batches,
  job: Job,
  plain: readonly TokenId[],
  random: Random,
  isTree: boolean,
): Promise<Answer> {
  const drafter = forkingDrafter({
    random,
    text: plain,
    vocabularySize: target.vocabularySize,
    maxNodes: MAX_DRAFT_TOKENS,
    maxLeaves: isTree ? target.maxTreeLeaves : 1,
    hitShare: 0.8,
  });
  return answerOf(target, batches, job, drafter, wildPlanner(batches, random), null);
}

async function answerOf(
  target: TargetModel,
  batches: Batches,
  { prompt, temperature, seed, maxTokens }: Job,
  drafter: Drafter | null,
  planner: Planner,
  counts: Counts | null,
): Promise<Answer> {
  const request: DecodeRequest = {
    target,
    prompt,
    maxTokens,
    sampling: { ...DEFAULT_SAMPLING, temperature, seed },
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter,
    planner,
    batches,
    maxDraftTokens: MAX_DRAFT_TOKENS,
    rowWidth: ROW_WIDTH,
    signal: { aborted: false },
    now: () => 0,
  };
  const run = decode(request);
  const sums: number[] = [];
  for (;;) {
    const { done, value } = await run.next();
    if (done) return { tokens: value.tokens, sums };
    if (value.kind !== "step") continue;
    const { draft, verdicts, plan, path, rows } = value.step;
    sums.push(...[0, ...path.map((node) => node + 1)].map((row) => rows[row]!.logSumExp));
    if (counts === null) continue;
    counts.steps++;
    counts.drafted += draft.length;
    counts.accepted += verdicts.filter(({ kind }) => kind === "accepted").length;
    counts.threads.set(plan.threads, (counts.threads.get(plan.threads) ?? 0) + 1);
  }
}

/**
 * Any length up to what is offered, by any of the numbers of threads, in any batch of the class that holds it; without a
 * source of chance no draft, and the first of all. `keptTokens` before the batch are those of the context.
 */
function wildPlanner(batches: Batches, random: Random | null): Planner {
  return {
    sendable: () => Infinity,
    plan(draft: Draft, contextTokens: number, repeatedTokens: number): Plan {
      const before = repeatedTokens + 1;
      const sizeOf = (tokens: number, threads: number) =>
        batches.sizeFor(tokens, threads, contextTokens - repeatedTokens);
      const choices = (batches.threadChoices ?? [1]).filter((threads) => sizeOf(before, threads) < Infinity);
      const chosen = random === null ? choices[0]! : random.pick(choices);
      let sentTokens = random === null ? 0 : random.below(draft.length + 1);
      while (sizeOf(before + sentTokens, chosen) === Infinity) sentTokens--;
      // Now and then a larger batch than is needed.
      const extra = random === null ? 0 : random.below(4);
      const wide = sizeOf(before + sentTokens + extra, chosen);
      const size = wide < Infinity ? wide : sizeOf(before + sentTokens, chosen);
      return {
        evaluatedTokens: size - repeatedTokens,
        record: {
          offeredTokens: draft.length,
          sentTokens,
          expectedKept: 0,
          expectedMs: 0,
          expectedPlainMs: 0,
          tokensPerMs: 0,
          threads: chosen,
          noDraft: sentTokens > 0 ? null : draft.length === 0 ? "noMatch" : "notWorthIt",
          declined: null,
        },
      };
    },
    observe: () => undefined,
  };
}

function corrupted(drafter: Drafter, random: Random, vocabularySize: number): Drafter {
  return {
    begin: (prompt) => {
      drafter.begin(prompt);
    },
    commit: (tokens) => {
      drafter.commit(tokens);
    },
    draft(limit) {
      const draft = cutDraft(drafter.draft(limit), limit);
      const tokens = draft.tokens.map((token) =>
        random.next() < CORRUPTED ? random.below(vocabularySize) : token,
      );
      return { ...draft, tokens };
    },
  };
}
