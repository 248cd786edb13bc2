// What if the rule had been another? Judges the recorded rows again. Exact up to the step in which the text would first
// differ, with all of that step's drafted rows; behind it an estimate, since each later step is judged on the text that
// was really written. Pure; it must not know where the rule comes from.
import {
  afterVerdict,
  FRESH_JUDGE_STATE,
  judge,
  type Distribution,
  type Guards,
  type JudgeState,
  type Rule,
  type VerdictKind,
} from "../laser/index.ts";
import {
  endsText,
  keptOf,
  type Trace,
  type TraceRow,
  type TraceStep,
  type TraceVerdict,
} from "../trace/index.ts";

/** A drafted token whose verdict would be another. */
export interface Flip {
  readonly step: number;
  readonly place: number;
  readonly from: VerdictKind;
  readonly to: VerdictKind;
}

/** The first token of the answer that would be another. */
export interface Divergence {
  readonly step: number;
  /** Its place in the step: as many committed tokens of the step stand before it. */
  readonly place: number;
  /** How many tokens of the answer stand before it. */
  readonly tokensBefore: number;
  /** The token that was written, and the one that would be. */
  readonly was: number;
  readonly becomes: number;
}

export interface WhatIf {
  readonly drafted: number;
  readonly flips: readonly Flip[];
  /** null: the text would be the same. */
  readonly divergence: Divergence | null;
  /** Steps judged exactly: up to the divergence, its own step included. The others are estimates. */
  readonly exactSteps: number;
  readonly steps: number;
  /** Tokens that the steps would commit; EDL is this ÷ steps. */
  readonly committed: number;
  readonly relaxed: number;
}

/** Judges a trace under another rule and other guards; O(drafted tokens). */
export function whatIf(trace: Trace, rule: Rule, guards: Guards): WhatIf {
  const flips: Flip[] = [];
  let divergence: Divergence | null = null;
  let state = FRESH_JUDGE_STATE;
  let [drafted, committed, relaxed, tokensBefore] = [0, 0, 0, 0];
  for (const step of trace.steps) {
    const judged = judgeStep(trace, step, rule, guards, state);
    state = judged.state;
    drafted += step.draft.length;
    committed += judged.tokens.length;
    judged.kinds.forEach((to, place) => {
      const from = step.verdicts[place]!.kind;
      if (to === "relaxed") relaxed++;
      if (from !== to) flips.push({ step: step.index, place, from, to });
    });
    const written = trace.result.tokens.slice(tokensBefore, tokensBefore + keptOf(step) + 1);
    divergence ??= divergenceOf(step.index, tokensBefore, written, judged.tokens);
    tokensBefore += written.length;
  }
  const exactSteps = divergence === null ? trace.steps.length : divergence.step + 1;
  return { drafted, flips, divergence, exactSteps, steps: trace.steps.length, committed, relaxed };
}

interface JudgedStep {
  readonly kinds: readonly VerdictKind[];
  /** What the step would commit. */
  readonly tokens: readonly number[];
  readonly state: JudgeState;
}

function judgeStep(
  trace: Trace,
  step: TraceStep,
  rule: Rule,
  guards: Guards,
  before: JudgeState,
): JudgedStep {
  let state = before;
  const tokens: number[] = [];
  const kinds: VerdictKind[] = [];
  let isRejected = false;
  for (const [place, { id }] of step.draft.entries()) {
    if (isRejected) {
      kinds.push("unreached");
      continue;
    }
    const row = distributionOf(trace, step.rows[place]!, id, step.verdicts[place]!);
    const verdict = judge(id, row, rule, guards, state);
    state = afterVerdict(state, verdict, row);
    kinds.push(verdict.kind);
    isRejected = verdict.kind === "rejected";
    tokens.push(isRejected ? row.own : id);
  }
  if (!isRejected) {
    const last = step.rows.at(-1)!;
    tokens.push(last.own);
    state = afterVerdict(state, null, plainDistribution(trace, last));
  }
  return { kinds, tokens, state };
}

function plainDistribution(trace: Trace, row: TraceRow): Distribution {
  return {
    ...row,
    size: row.ids.length,
    // Ranks were settled when the row was judged: what is held here counts as it stands.
    outsideLogit: -Infinity,
    ownEndsText: endsText(trace, row.own),
  };
}

/**
 * The recorded row as `judge` reads it, giving the drafted token its recorded rank and probability. Outside the
 * recorded candidates it is put at its rank, behind candidates that nobody asks for.
 */
function distributionOf(trace: Trace, row: TraceRow, id: number, verdict: TraceVerdict): Distribution {
  const plain = plainDistribution(trace, row);
  const { rank, probability } = verdict;
  const isHeld = row.ids.includes(id);
  const logit = row.logSumExp + Math.log(probability);
  // Without a rank it stands under what is not held, whatever that is.
  if (rank === null) return { ...plain, outsideLogit: isHeld ? Infinity : logit };
  if (isHeld) return plain;
  const between = Math.max(0, rank - 1 - row.ids.length);
  const ids = [...row.ids, ...Array.from({ length: between }, () => -1), id];
  const logits = [...row.logits, ...Array.from({ length: between + 1 }, () => logit)];
  return { ...plain, size: ids.length, ids, logits };
}

function divergenceOf(
  step: number,
  tokensBefore: number,
  written: readonly number[],
  judged: readonly number[],
): Divergence | null {
  const place = written.findIndex((token, i) => judged[i] !== token);
  if (place < 0) return null;
  const becomes = judged[place];
  if (becomes === undefined) return null;
  return { step, place, tokensBefore: tokensBefore + place, was: written[place]!, becomes };
}
