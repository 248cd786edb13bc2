// Seeded runs that hold together: random distributions, drafts and the core's own judgement on them, recorded.
// Stands in for a model where only the shape of a run matters.
import {
  DRAFT_SOURCES,
  emptyDraftArrays,
  INITIAL_JUDGE_STATE,
  isChain,
  type DecodeEvent,
  type DecodeResult,
  type Distribution,
  type Draft,
  type Guards,
  type JudgeState,
  type Rule,
  type Step,
} from "../../../core/laser/index.ts";
import { TreeJudge, type JudgedRows, type Judgement } from "../../../core/laser/verification/judgeTree.ts";
import {
  TraceRecorder,
  type Trace,
  type TraceHeader,
  type TraceNames,
  type TraceParent,
  type TraceRequest,
} from "../../../core/trace/index.ts";
import { seededRandom, type Random } from "../random.ts";

const END = 0;
const START = 1;
const ROW_WIDTH = 16;

const bytesOfToken: readonly Uint8Array[] = [
  ...[
    "<|im_end|>",
    "<|im_start|>",
    " the",
    " of",
    "\n",
    " a",
    '"',
    "\\",
    " movie",
    " naïve",
    "映画",
    "😀",
    "\u0000",
    "",
  ],
  ...[
    "<b>",
    "__proto__",
    "\u2028",
    "\uFFFD",
    "\uFEFF",
    ..."a b c d e f g h i j k l m n o p q r s t".split(" ").map((letter) => ` ${letter}`),
  ],
]
  .map((text) => new TextEncoder().encode(text))
  // Characters split over tokens: é, €, 😀, and bytes that begin nothing.
  .concat(
    [[0xc3], [0xa9], [0xe2, 0x82], [0xac], [0xf0, 0x9f], [0x98, 0x80], [0xff], [0x80]].map((b) =>
      Uint8Array.from(b),
    ),
  );

const VOCABULARY_SIZE = bytesOfToken.length;

export const traceNames: TraceNames = {
  bytesOf: (id) => bytesOfToken[id]!,
  isEndOfText: (id) => id === END,
  isControl: (id) => id === END || id === START,
  entryOf: (entry) =>
    entry % 5 === 4 ? null : { id: `movie-${entry}`, group: entry % 2 === 0 ? "Drama" : null },
};

/** How the drafts of a run are judged. */
export interface JudgedUnder {
  readonly rule: Rule;
  readonly guards: Guards;
}

export interface RandomRun {
  readonly header: TraceHeader;
  readonly events: readonly DecodeEvent[];
  readonly end: DecodeResult;
}

/** Whether the drafts of a seeded run are trees: those of every third one. */
const draftsTrees = (seed: number): boolean => seed % 3 === 2;
/** Whether its probabilities are exact: those of every fifth run. */
const isExact = (seed: number): boolean => seed % 5 === 3;
const MAX_TREE_NODES = 11;

/**
 * A run of at most `maxSteps` steps, which the target or the limit ends.
 * @param judgedBy the rule and the guards; seeded ones if left out
 */
export function randomRun(seed: number, maxSteps = 12, judgedBy?: JudgedUnder): RandomRun {
  const random = seededRandom(seed);
  const rule = judgedBy?.rule ?? randomRule(random);
  const guards: Guards = judgedBy?.guards ?? {
    endOfText: random.below(4) > 0,
    maxConsecutiveRelaxed: random.below(2) === 0 ? null : 1 + random.below(2),
    maxNatsGivenUp: random.below(2) === 0 ? null : 3 * random.next(),
  };
  const temperature = random.pick([0, 0, 0.8]);
  const promptTokens = [START, ...Array.from({ length: 1 + random.below(6) }, () => ordinary(random))];
  const sequence = [...promptTokens];
  const tokens: number[] = [];
  const prefill = {
    doneTokens: promptTokens.length - 1,
    totalTokens: promptTokens.length - 1,
    heldTokens: 0,
  };
  const events: DecodeEvent[] = [{ kind: "prefill", ...prefill, ms: 0 }];
  let state = INITIAL_JUDGE_STATE;
  let repeatedTokens = 0;
  const mostDrafted = draftsTrees(seed) ? MAX_TREE_NODES : 5;
  while (events.length <= maxSteps && tokens.at(-1) !== END) {
    const drafted = rule.kind === "strict" && random.below(3) === 0 ? 0 : random.below(mostDrafted + 1);
    const rows = Array.from({ length: drafted + 1 }, () => randomRow(random, temperature, isExact(seed)));
    const draft = randomDraft(random, rows, draftsTrees(seed));
    const { committed, state: after, ...judged } = judgedDraft(draft, rows, { rule, guards }, state);
    state = after;
    const offeredTokens = drafted + random.below(3);
    const noDraft =
      drafted > 0 ? null : random.pick(["strategy", "noMatch", "notWorthIt", "noRoom"] as const);
    const step: Step = {
      index: events.length - 1,
      position: sequence.length - 1,
      root: sequence.at(-1)!,
      draft,
      ...judged,
      repeatedTokens,
      plan: {
        offeredTokens,
        sentTokens: drafted,
        expectedKept: drafted * random.next(),
        expectedMs: random.below(5) === 0 ? Infinity : 40 * random.next(),
        expectedPlainMs: 20 * random.next(),
        tokensPerMs: random.next() / 10,
        threads: 1 + random.below(4),
        noDraft,
        declined:
          noDraft === "notWorthIt" && offeredTokens > 0
            ? { draftedTokens: offeredTokens, expectedKept: offeredTokens / 7, expectedMs: 41.25 }
            : null,
      },
      evaluatedTokens: drafted + 1 + (drafted === 0 ? random.below(2) : 0),
      draftMs: random.next() / 7,
      verifyMs: 10 + 30 * random.next(),
      otherMs: random.next() / 3,
    };
    repeatedTokens = isChain(draft) ? 0 : judged.path.length + 1;
    events.push({ kind: "step", step, committed });
    tokens.push(...committed);
    sequence.push(...committed);
  }
  const finish = tokens.at(-1) === END ? "endOfText" : "maxTokens";
  const prefillMs = 100 * random.next();
  events[0] = { kind: "prefill", ...prefill, ms: prefillMs };
  return {
    header: headerOf(seed, promptTokens, rule, guards, temperature),
    events,
    end: { finish, tokens, prefillTokens: promptTokens.length - 1, prefillMs },
  };
}

/** What a step records of its judgement. */
export interface JudgedDraft extends JudgedRows, Pick<Judgement, "path" | "next" | "state"> {
  readonly committed: readonly number[];
}

/** The core's own judgement on a draft: verdicts, rows as steps keep them, the kept path and what is committed. */
export function judgedDraft(
  draft: Draft,
  rows: readonly Distribution[],
  { rule, guards }: JudgedUnder,
  before: JudgeState,
): JudgedDraft {
  const judge = new TreeJudge(draft, rule, guards, before, null);
  rows.forEach((row, index) => {
    judge.take({ ...row, ids: Int32Array.from(row.ids), logits: Float64Array.from(row.logits) }, index);
  });
  const { path, next, state } = judge.end();
  const committed = [...Array.from(path, (place) => draft.tokens[place]!), next.token];
  return { ...judge.recorded(), path, next, state, committed };
}

/** The trace of such a run. */
export function randomTrace(seed: number, maxSteps?: number, judgedBy?: JudgedUnder): Trace {
  const { header, events, end } = randomRun(seed, maxSteps, judgedBy);
  const recorder = new TraceRecorder(header, traceNames);
  for (const event of events) recorder.take(event);
  return recorder.trace(end);
}

/** The run that `continuedTrace` continues from. */
export const EARLIER_RUN: TraceParent = {
  createdAt: "2025-01-01T00:00:00.000Z",
  file: "before.lasertrace",
  tokensBefore: 0,
  token: null,
  was: null,
};

/** The trace of a seeded run, of whose prompt all tokens but the first are taken as inherited. */
export function continuedTrace(seed: number): Trace {
  const { header, events, end } = randomRun(seed);
  const inheritedTokens = header.request.promptTokens.length - 1;
  const request: TraceRequest = { ...header.request, inheritedTokens, parent: EARLIER_RUN };
  const recorder = new TraceRecorder({ ...header, request }, traceNames);
  for (const event of events) recorder.take(event);
  return recorder.trace(end);
}

function randomRule(random: Random): Rule {
  const topK = 1 + random.below(4);
  return random.pick<Rule>([
    { kind: "strict" },
    { kind: "relaxed", topK, minProbability: random.next() / 4 },
    { kind: "delta", topK, delta: random.next() / 2 },
    { kind: "ratio", topK, alpha: random.next() },
  ]);
}

function ordinary(random: Random): number {
  return 2 + random.below(VOCABULARY_SIZE - 2);
}

function randomRow(random: Random, temperature: number, exact: boolean): Distribution {
  const endLogit = random.below(15) === 0 ? 13 : 5;
  const all = bytesOfToken.map((_, id) => ({
    id,
    logit: Math.fround(id === END ? endLogit : 12 * random.next()),
  }));
  all.sort((a, b) => b.logit - a.logit || a.id - b.id);
  const top = all.slice(0, ROW_WIDTH);
  const targetToken = temperature === 0 ? top[0]!.id : random.pick(top.slice(0, 3)).id;
  const [ids, logits] = [top.map(({ id }) => id), top.map(({ logit }) => logit)];
  const held = {
    ...distributionOf(ids, logits, VOCABULARY_SIZE),
    targetToken,
    targetEndsText: targetToken === END,
  };
  if (!exact) return held;
  const logSumExp = Math.log(all.reduce((sum, { logit }) => sum + Math.exp(logit), 0));
  const [alsoIds, alsoLogits] = [Int32Array.from(all, ({ id }) => id), all.map(({ logit }) => logit)];
  return { ...held, logSumExp, logSumExpHigh: logSumExp, alsoIds, alsoLogits };
}

/** What the candidates held say of a whole vocabulary: none of the others has more than the last of them. */
export function distributionOf(
  ids: readonly number[],
  logits: readonly number[],
  vocabularySize: number,
): Omit<Distribution, "targetToken" | "targetEndsText"> {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  const outsideLogit = logits.at(-1)!;
  const rest = (vocabularySize - ids.length) * Math.exp(outsideLogit);
  const [logSumExp, logSumExpHigh] = [Math.log(sum), Math.log(sum + rest)];
  return { size: ids.length, ids, logits, logSumExp, logSumExpHigh, outsideLogit };
}

/**
 * Mostly the target's choice, sometimes one of its next best, sometimes anything; never the end of text. In a tree a
 * token mostly follows the one before it, and no two tokens with one parent are alike.
 */
function randomDraft(random: Random, rows: readonly Distribution[], isTree: boolean): Draft {
  const others = random.below(3);
  const draft = emptyDraftArrays(rows.length - 1, {
    draftIndices: Int32Array.from({ length: others }, () => random.below(rows.length)),
    tokens: Int32Array.from({ length: others }, () => ordinary(random)),
    counts: Int32Array.from({ length: others }, () => 1 + random.below(9)),
    voteShares: Float64Array.from({ length: others }, () => random.next()),
  });
  for (let place = 0; place < draft.length; place++) {
    if (isTree && random.below(2) === 0) draft.parents[place] = random.below(place + 1) - 1;
    const row = rows[draft.parents[place]! + 1]!;
    const wish = random.pick([
      row.targetToken,
      row.targetToken,
      row.targetToken,
      row.ids[1]!,
      row.ids[3]!,
      ordinary(random),
    ]);
    draft.tokens[place] = wish === END ? ordinary(random) : wish;
    while (hasTwin(draft, place)) draft.tokens[place] = ordinary(random);
    draft.sources[place] = random.below(DRAFT_SOURCES.length);
    draft.matchTokens[place] = random.below(16);
    draft.counts[place] = 1 + random.below(30);
    draft.voteShares[place] = random.next();
    draft.acceptanceProbabilities[place] = random.next();
    if (draft.sources[place] === 2) draft.entries[place * 3] = random.below(40);
  }
  return draft;
}

/** Whether an earlier token with the same parent is the same. */
export function hasTwin({ tokens, parents }: Pick<Draft, "tokens" | "parents">, place: number): boolean {
  for (let at = 0; at < place; at++)
    if (parents[at] === parents[place] && tokens[at] === tokens[place]) return true;
  return false;
}

function headerOf(
  seed: number,
  promptTokens: readonly number[],
  rule: Rule,
  guards: Guards,
  temperature: number,
): TraceHeader {
  return {
    createdAt: "2025-01-02T03:04:05.678Z",
    generator: "laser-inspector 0.1.0",
    request: {
      promptFile: seed % 3 === 0 ? null : "describe.prompty",
      messages: [{ role: "user", content: "Describe the movie.\n</script> “quoted”" }],
      rendered: "<|im_start|>user\nDescribe the movie.",
      promptTokens,
      strategy: rule.kind === "strict" ? "laser-strict" : "laser",
      rule,
      guards,
      sampling: {
        temperature,
        topK: 0,
        topP: 1,
        minP: 0,
        repetitionPenalty: 1,
        repetitionTokens: 128,
        seed,
      },
      maxTokens: 200,
      maxDraftTokens: 15,
      reproducible: rule.kind === "strict",
      rowWidth: ROW_WIDTH,
    },
    model: {
      name: "Seeded",
      file: "seeded.gguf",
      modelBytes: 98_362_432,
      sha256: "0123456789abcdef".repeat(4),
      vocabularySize: VOCABULARY_SIZE,
      tokenizerFingerprint: "f00d",
    },
    device: {
      backend: "cpu",
      names: [],
      offloadedLayers: 0,
      totalLayers: 30,
      flashAttention: true,
      maxThreads: 2,
    },
    pool: seed % 4 === 0 ? null : { name: "movies", entries: 40, tokens: 9000, fingerprint: "beef" },
  };
}
