// What the speed was bought with: how much of an answer is copied, how many of its words a plain run wrote
// too, whether it is JSON, and every place where relaxed verification kept a token other than the target's
// choice.
import { alignAnswers } from "./compare/align.ts";
import { answerPieces, wordsOf, type Answered } from "./compare/answerText.ts";
import {
  natsGivenUpBy,
  pieces,
  rowIndexOf,
  standingIn,
  tokenText,
  wholeAnswer,
  type Trace,
  type TraceStep,
} from "../trace/index.ts";

/** A count and what it is counted in. */
export interface Share {
  readonly part: number;
  readonly whole: number;
}

/**
 * The words that an answer shares with another one, in the same order.
 * @returns of the words of `answer`; a word is one with the space before it, or a punctuation mark
 */
export function wordsInCommon(answer: Answered, other: Answered): Share {
  const texts = answerPieces(answer).map(({ text }) => text);
  const words = (from: number, to: number): number => wordsOf(texts.slice(from, to).join("")).length;
  const same = alignAnswers(answer, other).filter(({ kind }) => kind === "same");
  return {
    part: same.reduce((sum, { left: [from, to] }) => sum + words(from, to), 0),
    whole: words(0, texts.length),
  };
}

/** Tokens of the answer that were copied, by where their draft was read from. */
export interface Copied {
  readonly prompt: number;
  /** From the answer itself. */
  readonly output: number;
  readonly pool: number;
  /** All tokens that the run wrote. */
  readonly committed: number;
}

export function copiedTokens(steps: readonly TraceStep[]): Copied {
  const copied = { prompt: 0, output: 0, pool: 0, committed: 0 };
  for (const { path, draft } of steps) {
    for (const place of path) copied[draft[place]!.source]++;
    copied.committed += path.length + 1;
  }
  return copied;
}

/** valid and invalid of an answer that begins as JSON does; null for any other. */
export function jsonStanding(
  trace: Pick<Trace, "request" | "result" | "tokens">,
): "valid" | "invalid" | null {
  const text = wholeAnswer(trace).trim();
  if (!/^[[{]/.test(text)) return null;
  try {
    JSON.parse(text);
    return "valid";
  } catch {
    return "invalid";
  }
}

/** A token that relaxed verification kept, instead of the target's choice. */
export interface RelaxedChange {
  readonly step: number;
  readonly place: number;
  /** Texts of tokens and of the answer: untrusted, as in the trace. */
  readonly own: string;
  readonly kept: string;
  /** The end of the answer before it, and the beginning of what follows it. */
  readonly before: string;
  readonly after: string;
  /** ln P(own) − ln P(kept), of the most probable token and the kept one. */
  readonly nats: number;
  /** Of the target's choice; null if it is not among the recorded candidates. */
  readonly ownProbability: number | null;
  readonly keptProbability: number;
}

/** Characters of the answer shown before a change and after it. */
const BEFORE = 32;
const AFTER = 24;

/** In the order of the answer. */
export function relaxedChanges(
  trace: Pick<Trace, "request" | "result" | "tokens" | "steps">,
): RelaxedChange[] {
  const texts = pieces(trace).map(({ text }) => text);
  const changes: RelaxedChange[] = [];
  let token = 0;
  for (const step of trace.steps) {
    step.path.forEach((place, at) => {
      const verdict = step.verdicts[place]!;
      const row = step.rows[rowIndexOf(step, place)];
      const drafted = step.draft[place]!;
      if (verdict.kind !== "relaxed" || row === undefined) return;
      const here = token + at;
      changes.push({
        step: step.index,
        place,
        own: tokenText(trace, row.own),
        kept: tokenText(trace, drafted.id),
        before: lastOf(texts, here, BEFORE),
        after: firstOf(texts, here + 1, AFTER),
        nats: natsGivenUpBy(drafted.id, verdict, row),
        ownProbability: standingIn(row, row.own)?.probability ?? null,
        keptProbability: verdict.probability,
      });
    });
    token += step.path.length + 1;
  }
  return changes;
}

/** The last characters of the texts before an index. */
function lastOf(texts: readonly string[], end: number, characters: number): string {
  let text = "";
  for (let at = end - 1; at >= 0 && text.length < characters; at--) text = texts[at]! + text;
  return Array.from(text).slice(-characters).join("");
}

function firstOf(texts: readonly string[], from: number, characters: number): string {
  let text = "";
  for (let at = from; at < texts.length && text.length < characters; at++) text += texts[at]!;
  return Array.from(text).slice(0, characters).join("");
}
