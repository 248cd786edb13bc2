// Traces of answers that a test writes token by token: plain runs, one step per token, every token the only candidate.
// Stands in for a model where only the text of an answer matters.
import { emptyDraftArrays } from "../../../core/laser/index.ts";
import { TraceRecorder, type Trace, type TraceHeader } from "../../../core/trace/index.ts";
import { randomRun } from "./randomTraces.ts";

const END = "<end>";

/** The trace of an answer of these tokens; an end token ends it, else its limit did. */
export function plainTrace(texts: readonly string[], header: Partial<TraceHeader> = {}): Trace {
  const vocabulary = [END, "prompt", ...new Set(texts)];
  const ids = texts.map((text) => vocabulary.indexOf(text));
  const bytes = new TextEncoder();
  const { header: seeded } = randomRun(1);
  const request: TraceHeader["request"] = {
    ...seeded.request,
    promptTokens: [1],
    strategy: "plain",
    rule: { kind: "strict" },
    sampling: { ...seeded.request.sampling, temperature: 0 },
    maxTokens: Math.max(1, texts.length),
    reproducible: false,
    rowWidth: 1,
  };
  const model = { ...seeded.model, vocabularySize: vocabulary.length };
  const recorder = new TraceRecorder(
    { ...seeded, request, model, pool: null, ...header },
    {
      bytesOf: (id) => bytes.encode(vocabulary[id]),
      isEndOfText: (id) => id === 0,
      isControl: (id) => id === 0,
      entryOf: () => null,
    },
  );
  const nothing = { draftIndices: new Int32Array(), tokens: new Int32Array(), counts: new Int32Array() };
  ids.forEach((token, index) => {
    recorder.take({
      kind: "step",
      committed: [token],
      step: {
        index,
        position: index,
        root: ids[index - 1] ?? 1,
        draft: emptyDraftArrays(0, { ...nothing, voteShares: new Float64Array() }),
        verdicts: [],
        path: new Int32Array(0),
        repeatedTokens: 0,
        next: { kind: "plain", token },
        rows: [
          {
            targetToken: token,
            ids: Int32Array.of(token),
            logits: Float64Array.of(1),
            logSumExp: 1,
            logSumExpHigh: 1,
          },
        ],
        plan: {
          offeredTokens: 0,
          sentTokens: 0,
          expectedKept: 0,
          expectedMs: 20,
          expectedPlainMs: 20,
          tokensPerMs: 0.05,
          threads: 1,
          noDraft: "strategy",
          declined: null,
        },
        evaluatedTokens: 1,
        draftMs: 0,
        verifyMs: 20,
        otherMs: 0.5,
      },
    });
  });
  const finish = ids.at(-1) === 0 ? "endOfText" : "maxTokens";
  return recorder.trace({ finish, tokens: ids, prefillTokens: 0, prefillMs: 0 });
}

/** Words as tokens, each with the space before it; lines end in their own token. */
export function wordTokens(text: string): string[] {
  return text.match(/\n| ?[^\s]+/g) ?? [];
}
