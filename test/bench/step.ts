// npm run bench:step -- [--tokens 1e6] [--answers 40] [--recordings FILE]
// What a step costs beside the target's evaluation: draft, plan, judge and bookkeeping, over a pool of this many tokens.
// The target recites held-out texts from flat rows made beforehand, so that all else is the product's own decode loop.
// It must be run on a quiet machine; the machine is named.
import {
  CostModel,
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  NO_ROWS,
  PUBLISHED_RULE,
  RenewalPlanner,
  RetrievalDrafter,
  type EvaluateOptions,
  type Rule,
  type TargetModel,
  type TopRows,
} from "../../core/laser/index.ts";
import { poolAndTexts, PROMPT_TOKENS, say, WARM_UP_ANSWERS } from "./index/heldOut.ts";
import { VOCABULARY } from "./index/texts.ts";

const ROW_WIDTH = 128;
const MAX_TOKENS_AT_ONCE = 16;
/** Costs at which whole chains are sent: the step with most to judge. */
const FLAT_COSTS = {
  points: [1, 4, 8, 12, 16].map((tokens) => ({ tokens, threads: 1, baseMs: 1, msPerContextToken: 0 })),
};

/** Chooses at every position the token of `text` there, with a steady second and a flat rest. */
class RecitingTarget implements TargetModel {
  readonly vocabularySize = VOCABULARY;
  readonly contextTokens = 4096;
  readonly maxTreeLeaves = 1;
  readonly repeatedTokens = 0;
  /** Time spent in here, which is not part of what is measured. */
  targetMs = 0;
  private kept = 0;
  private readonly rows: TopRows;

  constructor(private text: Int32Array) {
    const size = MAX_TOKENS_AT_ONCE * ROW_WIDTH;
    this.rows = {
      rows: MAX_TOKENS_AT_ONCE,
      width: ROW_WIDTH,
      ids: new Int32Array(size),
      logits: new Float32Array(size),
      logSumExp: null,
      alsoLogits: null,
    };
    for (let i = 0; i < size; i++) {
      this.rows.ids[i] = VOCABULARY - 1 - (i % ROW_WIDTH);
      this.rows.logits[i] = i % ROW_WIDTH === 0 ? 8 : 5 - (i % ROW_WIDTH) / 16;
    }
  }

  recite(text: Int32Array): void {
    this.text = text;
  }

  isEndOfText(): boolean {
    return false;
  }

  evaluate(tokens: Int32Array, { rows }: EvaluateOptions): Promise<TopRows> {
    const begun = performance.now();
    const first = this.kept;
    this.kept += tokens.length;
    if (rows === "none") return Promise.resolve(NO_ROWS);
    for (let row = 0; row < tokens.length; row++)
      this.rows.ids[row * ROW_WIDTH] = this.text[first + row + 1]!;
    this.targetMs += performance.now() - begun;
    return Promise.resolve(this.rows);
  }

  fullLogSumExp(): Promise<number | null> {
    return Promise.resolve(null);
  }

  rollback(keptTokens: number): Promise<void> {
    this.kept = keptTokens;
    return Promise.resolve();
  }
}

const { pool, texts } = poolAndTexts();
for (const rule of [{ kind: "strict" }, PUBLISHED_RULE] satisfies Rule[]) await measure(rule);

async function measure(rule: Rule): Promise<void> {
  const target = new RecitingTarget(texts[0]!);
  const drafter = new RetrievalDrafter(VOCABULARY, pool);
  const ownMs: number[] = [];
  let drafted = 0;
  let grownBytes = 0;
  let grownSteps = 0;
  for (const [answer, text] of texts.entries()) {
    target.recite(text);
    const run = decode({
      target,
      prompt: text.slice(0, PROMPT_TOKENS),
      maxTokens: text.length - PROMPT_TOKENS - 1,
      sampling: DEFAULT_SAMPLING,
      rule,
      guards: DEFAULT_GUARDS,
      drafter,
      planner: new RenewalPlanner(new CostModel(FLAT_COSTS, true)),
      maxDraftTokens: 15,
      rowWidth: ROW_WIDTH,
      signal: { aborted: false },
      now: () => performance.now(),
    });
    for (;;) {
      const heapBefore = process.memoryUsage().heapUsed;
      const targetBefore = target.targetMs;
      const begun = performance.now();
      const { done, value } = await run.next();
      const tookMs = performance.now() - begun - (target.targetMs - targetBefore);
      const grown = process.memoryUsage().heapUsed - heapBefore;
      if (done) break;
      if (value.kind !== "step" || answer < WARM_UP_ANSWERS) continue;
      ownMs.push(tookMs);
      drafted += value.step.draft.length;
      if (grown < 0) continue; // Garbage was collected.
      grownBytes += grown;
      grownSteps++;
    }
  }
  ownMs.sort((a, b) => a - b);
  const at = (share: number): string => (ownMs[Math.floor(ownMs.length * share)]! * 1000).toFixed(0);
  say(
    `${rule.kind}: ${ownMs.length} steps, ${(drafted / ownMs.length).toFixed(1)} tokens drafted and judged a step; ` +
      `beside the target p50 ${at(0.5)} µs, p90 ${at(0.9)} µs, p99 ${at(0.99)} µs, mean ` +
      `${((ownMs.reduce((sum, ms) => sum + ms, 0) / ownMs.length) * 1000).toFixed(0)} µs; ` +
      `${Math.round(grownBytes / grownSteps / 1024)} KiB of heap a step`,
  );
}
