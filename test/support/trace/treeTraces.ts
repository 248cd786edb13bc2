// Traces with draft trees, made by the real decode loop: a scripted target that continues film talk by its last two words,
// and a drafter that guesses only by the last word, so that it is often right and often wrong.
import { ScriptedTarget, type Script } from "../../../server/engine/scripted/scriptedTarget.ts";
import {
  decode,
  DEFAULT_GUARDS,
  DEFAULT_SAMPLING,
  EMPTY_DRAFT,
  emptyDraftArrays,
  type Draft,
  type Drafter,
  type EvaluateOptions,
  type Plan,
  type Planner,
  type Rule,
  type TokenId,
  type TopRows,
} from "../../../core/laser/index.ts";
import { hash3 } from "../../../core/laser/hash.ts";
import { TraceRecorder, type RecordedStep, type TraceHeader } from "../../../core/trace/index.ts";
import type { RecordedRun } from "../webview/panelRuns.ts";
import { randomRun } from "./randomTraces.ts";

const TALK = [
  "The film follows a young woman who returns to the small town of her childhood and finds that nothing is as she remembers it.",
  "The film follows a tired detective who returns to the case of his life and finds that the town has long since moved on.",
  "The story is simple, but the acting is strong and the music stays with you long after the lights go on.",
  "The story is slow, but the pictures are beautiful and the acting stays honest from the first scene to the last.",
  "A young man finds a letter in the house of his father and follows it to a small island in the north.",
  "A tired woman finds a friend in the house next door and learns that it is never too late to begin again.",
  "It is a quiet film about a father and a daughter who learn to talk to each other in the last summer of his life.",
  "It is a strong film about a small group of friends who learn that the past is never as simple as they remember.",
];
const WORDS = TALK.flatMap((sentence) => sentence.match(/ ?[\w']+|[.,]/g)!.map(atStart));
const NAMES = ["<|end|>", "<|start|>", "\n", ...new Set(WORDS)];
const [END, START] = [0, 1];
const TEXT = WORDS.map((word) => NAMES.indexOf(word));

/** Sentences follow each other after a space. */
function atStart(word: string): string {
  return /^[A-Z]/.test(word) ? ` ${word}` : word;
}

/** How often each token follows a context of this many tokens. */
function countsAfter(contextTokens: number): (sequence: readonly TokenId[]) => ReadonlyMap<TokenId, number> {
  const counts = new Map<string, Map<TokenId, number>>();
  for (let at = contextTokens; at < TEXT.length; at++) {
    const key = TEXT.slice(at - contextTokens, at).join();
    const known = counts.get(key) ?? new Map<TokenId, number>();
    counts.set(key, known.set(TEXT[at]!, (known.get(TEXT[at]!) ?? 0) + 1));
  }
  return (sequence) => counts.get(sequence.slice(-contextTokens).join()) ?? new Map<TokenId, number>();
}

const AFTER_TWO = countsAfter(2);
const AFTER_ONE = countsAfter(1);

/** Mostly what follows the last two words, now and then another of what follows the last one. */
function talk(seed: number): Script {
  return (sequence) => {
    const candidates = new Map<TokenId, number>();
    for (const [token, count] of AFTER_ONE(sequence)) candidates.set(token, 2 + Math.log(count));
    for (const [token, count] of AFTER_TWO(sequence)) candidates.set(token, 4.5 + Math.log(count));
    if (candidates.size === 0) candidates.set(NAMES.indexOf(" The"), 4);
    return Array.from(candidates, ([token, logit]) => ({
      token,
      logit: logit + (hash3(seed, token, sequence.length) % 1000) / 500,
    }));
  };
}

/** Whole rows make probabilities exact, as with an engine that sums over the whole vocabulary. */
class ExactTarget extends ScriptedTarget {
  constructor(
    script: Script,
    leaves: number,
    private readonly onEvaluated: (tokens: number) => void,
  ) {
    super(NAMES.length, CONTEXT_TOKENS, END, script, {}, leaves);
  }

  override async evaluate(tokens: Int32Array, options: EvaluateOptions): Promise<TopRows> {
    const { topK, alsoTokens = new Int32Array(0) } = options;
    const whole = await super.evaluate(tokens, { ...options, topK: NAMES.length });
    this.onEvaluated(tokens.length);
    const { rows, width: size, ids, logits } = whole;
    const width = Math.min(topK, size);
    const rowsOf = <T>(take: (from: number) => Iterable<T>): T[] =>
      Array.from({ length: rows }, (_, row) => [...take(row * size)]).flat();
    const logitOf = (from: number, id: number): number =>
      logits[from + ids.subarray(from, from + size).indexOf(id)]!;
    return {
      ...{ rows, width },
      ids: Int32Array.from(rowsOf((from) => ids.subarray(from, from + width))),
      logits: Float32Array.from(rowsOf((from) => logits.subarray(from, from + width))),
      logSumExp: Float64Array.from(
        rowsOf((from) => [
          Math.log(logits.subarray(from, from + size).reduce((sum, x) => sum + Math.exp(x), 0)),
        ]),
      ),
      alsoLogits: Float32Array.from(rowsOf((from) => Array.from(alsoTokens, (id) => logitOf(from, id)))),
    };
  }

  override fullLogSumExp(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** The most promising nodes first, each after its parent. */
class TalkDrafter implements Drafter {
  private sequence: TokenId[] = [];

  begin(prompt: Int32Array): void {
    this.sequence = [...prompt];
  }

  draft(limit: number): Draft {
    const open: { parent: number; token: TokenId; count: number; chance: number; joint: number }[] = [];
    const chosen: typeof open = [];
    const pathOf = (node: number): TokenId[] =>
      node < 0 ? [] : [...pathOf(chosen[node]!.parent), chosen[node]!.token];
    const extend = (parent: number, joint: number): void => {
      const next = AFTER_ONE([...this.sequence, ...pathOf(parent)]);
      const total = [...next.values()].reduce((sum, count) => sum + count, 0);
      for (const [token, count] of next)
        open.push({
          parent,
          token,
          count,
          chance: (0.9 * count) / total,
          joint: (0.9 * joint * count) / total,
        });
    };
    extend(-1, 1);
    while (chosen.length < limit && open.length > 0) {
      open.sort((a, b) => b.joint - a.joint);
      chosen.push(open.shift()!);
      extend(chosen.length - 1, chosen.at(-1)!.joint);
    }
    if (chosen.length === 0) return EMPTY_DRAFT;
    const draft = emptyDraftArrays(chosen.length);
    chosen.forEach(({ parent, token, count, chance }, i) => {
      draft.tokens[i] = token;
      draft.parents[i] = parent;
      draft.counts[i] = count;
      draft.matchTokens[i] = 1;
      draft.sources[i] = 2;
      draft.voteShares[i] = chance / 0.9;
      draft.acceptanceProbabilities[i] = chance;
      draft.entries[i * 3] = hash3(token, count, 0) % 40;
    });
    return draft;
  }

  commit(tokens: readonly TokenId[]): void {
    this.sequence.push(...tokens);
  }
}

/** Evaluations come in this size and its multiples. */
const SHAPE = 16;
/** One step in this many declines its draft. */
const DECLINES = 7;

/** Sends what it is offered, filled up to a shape, and now and then nothing. */
class EagerPlanner implements Planner {
  private steps = 0;

  sendable(): number {
    return Infinity;
  }

  plan(draft: Draft): Plan {
    const isSent = draft.length > 0 && this.steps++ % DECLINES !== DECLINES - 1;
    const sent = isSent ? draft.length : 0;
    const expected = draft.acceptanceProbabilities.reduce((sum, chance) => sum + chance ** 2, 0) / 2;
    const costMs = 30 + draft.length / 10;
    return {
      evaluatedTokens: isSent ? SHAPE * Math.ceil((sent + 1) / SHAPE) : 1,
      record: {
        offeredTokens: draft.length,
        sentTokens: sent,
        expectedKept: isSent ? expected : 0,
        expectedMs: isSent ? costMs : 28,
        expectedPlainMs: 28,
        tokensPerMs: 0.1,
        threads: 2,
        noDraft: isSent ? null : draft.length === 0 ? "noMatch" : "notWorthIt",
        declined:
          isSent || draft.length === 0
            ? null
            : { draftedTokens: draft.length, expectedKept: expected, expectedMs: costMs },
      },
    };
  }

  observe(): void {
    // Nothing to learn.
  }
}

export interface TreeRunOptions {
  /** Drafted tokens of each step. */
  readonly nodes: number;
  readonly steps: number;
  readonly rule?: Rule;
}

const CONTEXT_TOKENS = 32_768;
const MAX_TOKENS = 30_000;
const ROW_WIDTH = 24;
const RELAXED: Rule = { kind: "relaxed", topK: 2, minProbability: 0.1 };

/** A run of this many steps with a tree in nearly each. Probabilities are exact. */
export async function treeRun(
  seed: number,
  { nodes, steps, rule = RELAXED }: TreeRunOptions,
): Promise<RecordedRun> {
  const prompt = [START, ...[" The", " story"].map((word) => NAMES.indexOf(word))];
  const seeded = randomRun(4 * seed + 1).header;
  const header: TraceHeader = {
    ...seeded,
    request: {
      ...seeded.request,
      ...{ promptTokens: prompt, rule, guards: DEFAULT_GUARDS, sampling: DEFAULT_SAMPLING },
      ...{ strategy: rule.kind === "strict" ? "laser-strict" : "laser", reproducible: false },
      ...{ maxTokens: MAX_TOKENS, maxDraftTokens: nodes, rowWidth: ROW_WIDTH },
    },
    model: { ...seeded.model, name: "Scripted", file: "scripted", vocabularySize: NAMES.length },
  };
  const encoder = new TextEncoder();
  const recorder = new TraceRecorder(header, {
    bytesOf: (id) => encoder.encode(NAMES[id]),
    isEndOfText: (id) => id === END,
    isControl: (id) => id <= START,
    entryOf: (entry) => ({ id: `film-${entry}`, group: null }),
  });
  let clock = 0;
  const run = decode({
    target: new ExactTarget(talk(seed), nodes, (tokens) => {
      clock += 25 + tokens / 5;
    }),
    ...{ prompt: Int32Array.from(prompt), maxTokens: MAX_TOKENS, sampling: DEFAULT_SAMPLING, rule },
    ...{ guards: DEFAULT_GUARDS, drafter: new TalkDrafter(), planner: new EagerPlanner() },
    ...{ maxDraftTokens: nodes, rowWidth: ROW_WIDTH, signal: { aborted: false } },
    now: () => (clock += 0.1),
  });
  const recorded: RecordedStep[] = [];
  const tokens: TokenId[] = [];
  while (recorded.length < steps) {
    const { done, value } = await run.next();
    if (done === true) break;
    const step = recorder.take(value);
    if (value.kind === "step") tokens.push(...value.committed);
    if (step !== null) recorded.push(step);
  }
  const trace = recorder.trace({
    finish: "stopped",
    tokens,
    prefillTokens: prompt.length - 1,
    prefillMs: 12,
  });
  return { header, promptNames: recorder.promptNames, recorded, trace };
}
