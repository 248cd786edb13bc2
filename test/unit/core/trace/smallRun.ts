// A run small enough to check by hand: " is a drama film café." after " Heat", in four steps with every kind of
// verdict and every kind of next token.
import {
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  emptyDraftArrays,
  INITIAL_JUDGE_STATE,
  judge,
  PUBLISHED_RULE,
  unreached,
  type DecodeEvent,
  type Distribution,
  type NoDraftReason,
  type Step,
} from "../../../../core/laser/index.ts";
import {
  TraceRecorder,
  type Trace,
  type TraceHeader,
  type TraceNames,
} from "../../../../core/trace/index.ts";

const texts = [
  "<|im_end|>",
  "<|im_start|>",
  " Heat",
  " is",
  " a",
  " crime",
  " film",
  " drama",
  "",
  "",
  ".",
  " caf",
];
const bytes = texts.map((text) => new TextEncoder().encode(text));
bytes[8] = Uint8Array.of(0xc3); // é is split over tokens 8 and 9.
bytes[9] = Uint8Array.of(0xa9);

export const smallNames: TraceNames = {
  bytesOf: (id) => bytes[id]!,
  isEndOfText: (id) => id === 0,
  isControl: (id) => id < 2,
  entryOf: (entry) => ({ id: `movie-${entry}`, group: "Crime" }),
};

export const smallHeader: TraceHeader = {
  createdAt: "2025-01-02T03:04:05.678Z",
  generator: "laser-inspector 0.1.0",
  request: {
    promptFile: "describe.prompty",
    messages: [{ role: "user", content: "Heat" }],
    rendered: "<|im_start|> Heat",
    promptTokens: [1, 2],
    strategy: "laser",
    rule: PUBLISHED_RULE,
    guards: DEFAULT_GUARDS,
    sampling: DEFAULT_SAMPLING,
    maxTokens: 40,
    maxDraftTokens: 15,
    reproducible: false,
    rowWidth: 8,
  },
  model: {
    name: "Twelve tokens",
    file: "twelve.gguf",
    modelBytes: 1200,
    sha256: null,
    vocabularySize: 12,
    tokenizerFingerprint: "0123456789abcdef",
  },
  device: {
    backend: "cpu",
    names: ["CPU"],
    offloadedLayers: 0,
    totalLayers: 2,
    flashAttention: true,
    maxThreads: 2,
  },
  pool: { name: "movies", entries: 3, tokens: 60, fingerprint: "fedcba9876543210" },
};

/** The run as a trace. */
export function smallTrace(): Trace {
  const recorder = new TraceRecorder(smallHeader, smallNames);
  const tokens: number[] = [];
  const take = (
    drafted: readonly number[],
    rows: readonly Distribution[],
    noDraft: NoDraftReason | null,
  ): void => {
    const step = stepOf(recorder.trace().steps.length, [1, 2, ...tokens], drafted, rows, noDraft);
    const kept = step.verdicts.filter(({ kind }) => kind === "accepted" || kind === "relaxed").length;
    const committed = [...drafted.slice(0, kept), step.next.token];
    recorder.take({ kind: "step", step, committed } satisfies DecodeEvent);
    tokens.push(...committed);
  };
  recorder.take({ kind: "prefill", doneTokens: 1, totalTokens: 1, heldTokens: 0, ms: 12.5 });
  take(
    [3, 4, 7, 10, 3],
    [
      smallRow(3, 4, 5),
      smallRow(4, 3, 6),
      smallRow(5, 7, 6),
      smallRow(6, 11, 10),
      smallRow(4, 3, 2),
      smallRow(0, 2, 4),
    ],
    null,
  );
  take([], [smallRow(11, 5, 6)], "noMatch");
  take([8, 9], [smallRow(8, 5, 6), smallRow(9, 5, 6), smallRow(10, 0, 6)], null);
  take([], [smallRow(0, 5, 6)], "notWorthIt");
  return recorder.trace({ finish: "endOfText", tokens, prefillTokens: 1, prefillMs: 12.5 });
}

/** A distribution with these three on top: P about 0.6, 0.3 and 0.04; five others share the rest. */
export function smallRow(...top: readonly [number, number, number]): Distribution {
  const others = texts.map((_, id) => id).filter((id) => !top.includes(id));
  const ids = [...top, ...others.slice(0, 5)];
  const shares = [0.6, 0.3, 0.04, 0.02, 0.01, 0.01, 0.01, 0.01];
  const logits = shares.map((share) => Math.fround(Math.log(share)));
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  const targetToken = top[0];
  return {
    size: 8,
    ids,
    logits,
    logSumExp: Math.log(sum),
    logSumExpHigh: Math.log(sum + (texts.length - 8) * Math.exp(logits[7]!)),
    outsideLogit: logits.at(-1)!,
    targetToken,
    targetEndsText: targetToken === 0,
  };
}

function stepOf(
  index: number,
  sequence: readonly number[],
  drafted: readonly number[],
  rows: readonly Distribution[],
  noDraft: NoDraftReason | null,
): Step {
  const draft = emptyDraftArrays(drafted.length, {
    draftIndices: Int32Array.from(drafted.slice(0, 1), () => 0),
    tokens: Int32Array.from(drafted.slice(0, 1), () => 5),
    counts: Int32Array.from(drafted.slice(0, 1), () => 1),
    voteShares: Float64Array.from(drafted.slice(0, 1), () => 0.25),
  });
  drafted.forEach((token, place) => {
    draft.tokens[place] = token;
    draft.sources[place] = 2;
    draft.matchTokens[place] = 2 + place;
    draft.counts[place] = 3;
    draft.voteShares[place] = 0.75;
    draft.acceptanceProbabilities[place] = 2 / 3;
    draft.entries.set([0, 2], 3 * place);
  });
  const judged = drafted.map((token, place) =>
    judge(token, rows[place]!, PUBLISHED_RULE, DEFAULT_GUARDS, INITIAL_JUDGE_STATE),
  );
  const end = judged.findIndex(({ kind }) => kind === "rejected");
  const verdicts = judged.map((verdict, place) =>
    end >= 0 && place > end ? unreached(drafted[place]!, rows[place]!, PUBLISHED_RULE) : verdict,
  );
  const kind = drafted.length === 0 ? "plain" : end >= 0 ? "correction" : "bonus";
  return {
    index,
    position: sequence.length - 1,
    root: sequence.at(-1)!,
    draft,
    verdicts,
    path: Int32Array.from({ length: end >= 0 ? end : drafted.length }, (_, i) => i),
    repeatedTokens: 0,
    next: { kind, token: rows[end >= 0 ? end : drafted.length]!.targetToken },
    rows: rows.map(({ targetToken, ids, logits, logSumExp, logSumExpHigh }) => ({
      targetToken,
      ids: Int32Array.from(ids),
      logits: Float64Array.from(logits),
      logSumExp,
      logSumExpHigh,
    })),
    plan: {
      offeredTokens: drafted.length,
      sentTokens: drafted.length,
      expectedKept: drafted.length / 3,
      expectedMs: 21,
      expectedPlainMs: 20,
      tokensPerMs: 0.05,
      threads: 2,
      noDraft,
      declined: null,
    },
    evaluatedTokens: drafted.length + 1,
    draftMs: 0.5,
    verifyMs: 20,
    otherMs: 2,
  };
}
