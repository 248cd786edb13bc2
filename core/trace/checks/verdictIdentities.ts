// Identities between a step's verdicts and the rows they were read from: a verdict follows from the figures
// recorded with it, and rows are distributions.
import {
  kindFor,
  reasonFor,
  threshold,
  topProbability,
  type Guards,
  type JudgeState,
  type VerdictReason,
} from "../../laser/index.ts";
import { endsText } from "../text.ts";
import { rowIndexOf } from "../tree.ts";
import type { Trace, TraceRow, TraceStep, TraceVerdict } from "../types.ts";

export type Must = (holds: boolean, identity: () => string) => void;

/** Figures are written exactly, but the last digits of exp and ln differ between machines. */
const SLACK = 1e-9;
const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= SLACK;

/** Rows are sorted distributions: each candidate once, no probability above 1, no lower bound above the upper. */
export function checkRows({ rows, index }: TraceStep, must: Must): void {
  rows.forEach(({ ids, logits, logSumExp, logSumExpHigh }, i) => {
    const at = `step ${index + 1} has row ${i}`;
    must(
      ids.length === logits.length,
      () => `step ${index + 1} has ${ids.length} candidates and ${logits.length} logits in row ${i}`,
    );
    must(ids.length > 0, () => `${at} without candidates`);
    const sorted = logits.every((logit, k) => {
      const before = logits[k - 1];
      return before === undefined || before > logit || (before === logit && ids[k - 1]! < ids[k]!);
    });
    must(sorted, () => `${at} out of order`);
    must(areDistinct(ids), () => `${at} with a candidate twice`);
    const top = logits[0] ?? -Infinity;
    must(top - logSumExp <= SLACK, () => `${at} with a probability above 1`);
    must(logSumExp - logSumExpHigh <= SLACK, () => `${at} with an empty interval of probabilities`);
  });
}

/** Each verdict follows from the rule and the recorded figures, to the extent that a single verdict can be checked. */
export function checkVerdicts({ request, tokens }: Trace, step: TraceStep, must: Must): void {
  const { draft, rows, verdicts, index } = step;
  const { rule } = request;
  verdicts.forEach((verdict, i) => {
    const [drafted, row] = [draft[i], rows[rowIndexOf(step, i)]];
    if (drafted === undefined || row === undefined) return;
    const at = `step ${index + 1} has draft ${i + 1}`;
    const isTargetChoice = drafted.id === row.own;
    const { kind, reason, probability, probabilityLow } = verdict;
    const isWeighed = reason === "shorterBranch";
    must(
      kind === "unreached" || isWeighed || isTargetChoice === (kind === "accepted"),
      () => `${at} ${kind}, but it is ${isTargetChoice ? "" : "not "}the target's choice`,
    );
    must(
      probabilityLow <= probability,
      () => `step ${index + 1} has an empty probability interval at draft ${i + 1}`,
    );
    must(
      kind === (reason === "behindRejection" ? "unreached" : kindFor(reason)),
      () => `${at} ${kind} for the reason ${reason}`,
    );
    checkStanding(drafted.id, verdict, row, at, must);
    const top = topProbability(row);
    checkThreshold(verdict, threshold(rule, top), at, must);
    if (kind === "unreached") return;
    const targetEndsText = endsText({ tokens }, row.own);
    const judged = { isTargetChoice, ...verdict, topProbability: top, targetEndsText };
    const expected = reasonFor(judged, rule, { ...NO_LIMITS, endOfText: request.guards.endOfText }, FRESH);
    must(
      expected === reason ||
        (isWeighed && rule.kind !== "strict" && (expected === "withinRule" || expected === "ownChoice")) ||
        (expected === "withinRule" && isByLimit(reason, request.guards)) ||
        isOnEdge(verdict),
      () => `${at} ${kind} for the reason ${reason}, but its figures say ${expected}`,
    );
  });
}

const NO_LIMITS = { maxConsecutiveRelaxed: null, maxNatsGivenUp: null };
const FRESH: JudgeState = { consecutiveRelaxed: 0, natsGivenUp: 0 };

/** Limits over several verdicts may reject what the rule would keep. */
function isByLimit(reason: VerdictReason, { maxConsecutiveRelaxed, maxNatsGivenUp }: Guards): boolean {
  return (
    (reason === "consecutiveRelaxed" && maxConsecutiveRelaxed !== null) ||
    (reason === "natsGivenUp" && maxNatsGivenUp !== null)
  );
}

/** So close to the threshold that the last digit, which differs between machines, may decide. */
function isOnEdge({ margin }: TraceVerdict): boolean {
  return margin !== null && Math.abs(margin) <= SLACK;
}

/** Rank and probability are those of the row if the token is among its candidates. */
function checkStanding(id: number, verdict: TraceVerdict, row: TraceRow, at: string, must: Must): void {
  const { rank, probability, probabilityLow } = verdict;
  const place = row.ids.indexOf(id);
  const logit = row.logits[place];
  if (logit === undefined) {
    must(
      rank === null || rank > row.ids.length,
      () => `${at} at rank ${String(rank)}, where its row has another token`,
    );
    return;
  }
  must(
    rank === null || rank === place + 1,
    () => `${at} at rank ${String(rank)}, but its row has it at ${place + 1}`,
  );
  const [high, low] = [row.logSumExp, row.logSumExpHigh].map((sum) => Math.min(1, Math.exp(logit - sum)));
  must(
    isClose(probability, high!) && isClose(probabilityLow, low!),
    () => `${at} with p = ${probabilityLow} to ${probability}, but its row says ${low!} to ${high!}`,
  );
}

function checkThreshold(
  { threshold: recorded, margin, probability }: TraceVerdict,
  expected: number | null,
  at: string,
  must: Must,
): void {
  must(
    recorded === null || expected === null ? recorded === expected : isClose(recorded, expected),
    () => `${at} compared with ${String(recorded)}, but the rule's threshold is ${String(expected)}`,
  );
  must(
    recorded === null || margin === null ? recorded === margin : isClose(margin, probability - recorded),
    () => `${at} with margin ${String(margin)}, but p = ${probability} was compared with ${String(recorded)}`,
  );
}

/** A loop for short lists; a set only for long ones. */
function areDistinct(ids: readonly number[]): boolean {
  if (ids.length > 32) return new Set(ids).size === ids.length;
  for (let i = 1; i < ids.length; i++) if (ids.indexOf(ids[i]!) < i) return false;
  return true;
}
