// Seeded runs as large as those of a real model: its vocabulary, 128 logits per row, of which traces keep 8, full drafts
// with the alternatives around them, chains or trees. Stands in for a model where only the size of a trace matters.
import {
  emptyDraftArrays,
  INITIAL_JUDGE_STATE,
  type Distribution,
  type Draft,
  type Step,
} from "../../../core/laser/index.ts";
import { TraceRecorder, type Trace } from "../../../core/trace/index.ts";
import { seededRandom, type Random } from "../random.ts";
import { distributionOf, hasTwin, judgedDraft, randomRun } from "./randomTraces.ts";

const VOCABULARY_SIZE = 49_152;
const ROW_WIDTH = 128;
const CHAIN_TOKENS = 15;
const ALTERNATIVES = 12;

export interface WideRun {
  readonly tokens: number;
  /** How likely a drafted token is the target's own choice, 0 … 1. */
  readonly match: number;
  /** How likely a step has a full draft; the others have none. */
  readonly drafting: number;
  /** Nodes of a tree; a chain of 15 tokens if left out. */
  readonly treeNodes?: number;
}

/** A relaxed run of this many tokens, or the few more that its last step adds. */
export function wideTrace(seed: number, { tokens, match, drafting, treeNodes }: WideRun): Trace {
  const random = seededRandom(seed);
  const { header: seeded } = randomRun(seed);
  const { guards } = seeded.request;
  const rule = { kind: "relaxed", topK: 2, minProbability: 0.1 } as const;
  const request = { ...seeded.request, rule, strategy: "laser", maxTokens: 2 * tokens } as const;
  const model = { ...seeded.model, vocabularySize: VOCABULARY_SIZE };
  const pool = { name: "answers", entries: 40, tokens: 9000, fingerprint: "beef" };
  const encoder = new TextEncoder();
  const recorder = new TraceRecorder(
    { ...seeded, request: { ...request, rowWidth: ROW_WIDTH }, model, pool },
    {
      bytesOf: (id) => encoder.encode(` ${id.toString(36)}`),
      isEndOfText: () => false,
      isControl: () => false,
      entryOf: (entry) => ({ id: `item-${entry}`, group: null }),
    },
  );
  const sequence = [...request.promptTokens];
  const committed: number[] = [];
  let state = INITIAL_JUDGE_STATE;
  for (let index = 0; committed.length < tokens; index++) {
    const size = 1 + (treeNodes ?? CHAIN_TOKENS);
    const rows = Array.from({ length: random.next() < drafting ? size : 1 }, () => wideRow(random));
    const draft = wideDraft(random, rows, match, treeNodes !== undefined);
    const { committed: brought, state: after, ...judged } = judgedDraft(draft, rows, { rule, guards }, state);
    state = after;
    const step: Step = {
      index,
      position: sequence.length - 1,
      root: sequence.at(-1)!,
      draft,
      ...judged,
      repeatedTokens: 0,
      plan: {
        offeredTokens: draft.length,
        sentTokens: draft.length,
        expectedKept: draft.length * random.next(),
        expectedMs: 40 * random.next(),
        expectedPlainMs: 20 * random.next(),
        tokensPerMs: random.next() / 10,
        threads: 2,
        noDraft: draft.length > 0 ? null : "notWorthIt",
        declined: null,
      },
      evaluatedTokens: rows.length,
      draftMs: random.next(),
      verifyMs: 30 * random.next(),
      otherMs: random.next(),
    };
    recorder.take({ kind: "step", step, committed: brought });
    committed.push(...brought);
    sequence.push(...brought);
  }
  return recorder.trace({ finish: "stopped", tokens: committed, prefillTokens: 0, prefillMs: 0 });
}

/** Logits as single-precision arithmetic leaves them, the largest first. */
function wideRow(random: Random): Distribution {
  const logits = Array.from({ length: ROW_WIDTH }, () => Math.fround(12 + 12 * random.next() ** 3));
  logits.sort((a, b) => b - a);
  const ids = new Set<number>();
  while (ids.size < ROW_WIDTH) ids.add(random.below(VOCABULARY_SIZE));
  const [own] = ids;
  return { ...distributionOf([...ids], logits, VOCABULARY_SIZE), targetToken: own!, targetEndsText: false };
}

function wideDraft(random: Random, rows: readonly Distribution[], match: number, isTree: boolean): Draft {
  const size = rows.length === 1 ? 1 : ALTERNATIVES;
  const draft = emptyDraftArrays(rows.length - 1, {
    draftIndices: Int32Array.from({ length: size }, () => random.below(rows.length)).sort(),
    tokens: Int32Array.from({ length: size }, () => random.below(VOCABULARY_SIZE)),
    counts: Int32Array.from({ length: size }, () => 1 + random.below(32)),
    voteShares: Float64Array.from({ length: size }, () => random.next()),
  });
  for (let place = 0; place < draft.length; place++) {
    if (isTree && random.below(3) === 0) draft.parents[place] = random.below(place + 1) - 1;
    const row = rows[draft.parents[place]! + 1]!;
    draft.tokens[place] = random.next() < match ? row.targetToken : random.below(VOCABULARY_SIZE);
    while (hasTwin(draft, place)) draft.tokens[place] = random.below(VOCABULARY_SIZE);
    draft.sources[place] = 2;
    draft.matchTokens[place] = 1 + random.below(16);
    draft.counts[place] = 1 + random.below(32);
    draft.voteShares[place] = random.next();
    draft.acceptanceProbabilities[place] = random.next();
    for (let at = 0; at < 3; at++) draft.entries[place * 3 + at] = random.below(40);
  }
  return draft;
}
