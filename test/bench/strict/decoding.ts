// The two ways to decode that must agree: plainly, and with drafts that are made as different as can be.
import {
  cutDraft,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  RetrievalDrafter,
  type DecodeRequest,
  type Draft,
  type Drafter,
  type Plan,
  type Planner,
  type PoolIndex,
  type TargetModel,
  type TokenId,
} from "../../../core/laser/index.ts";
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

/** One token a step, where that is exact by one thread; the reference. */
export function plainTokens(target: TargetModel, job: Job): Promise<readonly TokenId[]> {
  return tokensOf(target, job, null, wildPlanner(target, [1], null), null);
}

/** Random draft lengths, random numbers of threads, drafts corrupted here and there. */
export function wildTokens(
  target: TargetModel,
  job: Job,
  pool: PoolIndex,
  random: Random,
  threads: readonly number[],
  counts: Counts,
): Promise<readonly TokenId[]> {
  const drafter = corrupted(new RetrievalDrafter(target.vocabularySize, pool), random, target.vocabularySize);
  return tokensOf(target, job, drafter, wildPlanner(target, threads, random), counts);
}

async function tokensOf(
  target: TargetModel,
  { prompt, temperature, seed, maxTokens }: Job,
  drafter: Drafter | null,
  planner: Planner,
  counts: Counts | null,
): Promise<readonly TokenId[]> {
  const request: DecodeRequest = {
    target,
    prompt,
    maxTokens,
    sampling: { ...DEFAULT_SAMPLING, temperature, seed },
    rule: { kind: "strict" },
    guards: DEFAULT_GUARDS,
    drafter,
    planner,
    maxDraftTokens: MAX_DRAFT_TOKENS,
    rowWidth: ROW_WIDTH,
    signal: { aborted: false },
    now: () => 0,
  };
  const run = decode(request);
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value.tokens;
    if (value.kind !== "step" || counts === null) continue;
    const { draft, verdicts, plan } = value.step;
    counts.steps++;
    counts.drafted += draft.length;
    counts.accepted += verdicts.filter(({ kind }) => kind === "accepted").length;
    counts.threads.set(plan.threads, (counts.threads.get(plan.threads) ?? 0) + 1);
  }
}

/** Any length up to what is offered, by any of the numbers of threads; none without a source of chance. */
function wildPlanner(target: TargetModel, threads: readonly number[], random: Random | null): Planner {
  return {
    plan(draft: Draft, contextTokens: number): Plan {
      const sentTokens = random === null ? 0 : random.below(draft.length + 1);
      const chosen = random === null ? threads[0]! : random.pick(threads);
      const isAlone = sentTokens === 0 && target.isBatchInvariant(contextTokens, chosen);
      return {
        evaluatedTokens: sentTokens > 0 ? sentTokens + 1 : isAlone ? 1 : 2,
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
