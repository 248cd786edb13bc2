// Seeded runs as large as those of a real model: its vocabulary, 128 logits a row of which traces keep 8, full drafts with
// the alternatives around them. Stands in for a model where only the size of a trace matters.
import {
  emptyDraftArrays,
  INITIAL_JUDGE_STATE,
  isKept,
  type Distribution,
  type Draft,
  type Step,
} from "../../../core/laser/index.ts";
import { TraceRecorder, type Trace } from "../../../core/trace/index.ts";
import { seededRandom, type Random } from "../random.ts";
import { distributionOf, judgedDraft, keptRows, randomRun } from "./randomTraces.ts";

const VOCABULARY_SIZE = 49_152;
const ROW_WIDTH = 128;
const MOST_DRAFTED = 15;
const ALTERNATIVES = 12;

export interface WideRun {
  readonly tokens: number;
  /** How likely a drafted token is the target's own choice, 0 … 1. */
  readonly match: number;
  /** How likely a step has a full draft; the others have none. */
  readonly drafting: number;
}

/** A relaxed run of so many tokens, or the few more that its last step brings. */
export function wideTrace(seed: number, { tokens, match, drafting }: WideRun): Trace {
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
    const rows = Array.from({ length: random.next() < drafting ? MOST_DRAFTED + 1 : 1 }, () =>
      wideRow(random),
    );
    const draft = wideDraft(random, rows.slice(0, -1), match);
    const { verdicts, next, committed: brought, after } = judgedDraft(draft, rows, { rule, guards }, state);
    state = after;
    const step: Step = {
      index,
      position: sequence.length - 1,
      root: sequence.at(-1)!,
      draft,
      verdicts,
      path: Int32Array.from({ length: verdicts.filter(({ kind }) => isKept(kind)).length }, (_, i) => i),
      repeatedTokens: 0,
      next,
      rows: keptRows(rows),
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

function wideDraft(random: Random, rows: readonly Distribution[], match: number): Draft {
  const size = rows.length === 0 ? 1 : ALTERNATIVES;
  const draft = emptyDraftArrays(rows.length, {
    draftIndices: Int32Array.from({ length: size }, () => random.below(rows.length + 1)).sort(),
    tokens: Int32Array.from({ length: size }, () => random.below(VOCABULARY_SIZE)),
    counts: Int32Array.from({ length: size }, () => 1 + random.below(32)),
    voteShares: Float64Array.from({ length: size }, () => random.next()),
  });
  rows.forEach((row, place) => {
    draft.tokens[place] = random.next() < match ? row.targetToken : random.below(VOCABULARY_SIZE);
    draft.sources[place] = 2;
    draft.matchTokens[place] = 1 + random.below(16);
    draft.counts[place] = 1 + random.below(32);
    draft.voteShares[place] = random.next();
    draft.acceptanceProbabilities[place] = random.next();
    for (let at = 0; at < 3; at++) draft.entries[place * 3 + at] = random.below(40);
  });
  return draft;
}
