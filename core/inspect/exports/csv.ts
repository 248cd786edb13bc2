// The steps of a trace as CSV: one row per step.
import {
  depthFirst,
  depthsOf,
  keptOf,
  natsGivenUpBy,
  piecesOf,
  rowIndexOf,
  tokenText,
  type Trace,
  type TraceStep,
} from "../../trace/index.ts";
import { loopOf } from "../answerLoop.ts";
import { csvOf, type CsvColumn } from "./csvCell.ts";

interface StepRow {
  readonly trace: Trace;
  readonly step: TraceStep;
  /** What the step added to the answer. */
  readonly text: string;
  readonly isInLoop: boolean;
}

const column = (
  name: string,
  meaning: string,
  valueOf: CsvColumn<StepRow>["valueOf"],
  unit = "",
): CsvColumn<StepRow> => ({ name, unit, meaning, valueOf });

const counted = (step: TraceStep, wanted: string): number =>
  step.verdicts.filter(({ kind }) => kind === wanted).length;

/** The columns in order, which also document the table. */
export const CSV_COLUMNS: readonly CsvColumn<StepRow>[] = [
  column("step", "number of the step, from 1", ({ step }) => step.index + 1),
  column(
    "position",
    "position of the root in the sequence, 0 = first prompt token",
    ({ step }) => step.position,
  ),
  column("root", "id of the last committed token, evaluated with the draft", ({ step }) => step.root),
  column("rootText", "text of the root", ({ trace, step }) => tokenText(trace, step.root)),
  column("drafted", "drafted tokens sent", ({ step }) => step.draft.length),
  column("kept", "drafted tokens kept: accepted + relaxed", ({ step }) => keptOf(step)),
  column("accepted", "drafted tokens that were the target's choice", ({ step }) => counted(step, "accepted")),
  column("relaxed", "drafted tokens kept only because verification is relaxed", ({ step }) =>
    counted(step, "relaxed"),
  ),
  column("rejected", "drafted tokens that were judged and not kept", ({ step }) => counted(step, "rejected")),
  column("unreached", "drafted tokens after a rejected one, never judged", ({ step }) =>
    counted(step, "unreached"),
  ),
  column("committed", "tokens added to the answer: kept + 1", ({ step }) => keptOf(step) + 1),
  column("draftText", 'texts of the drafted tokens; " | " where another branch of a tree begins', draftText),
  column("nextKind", "kind of the target's token that ends the step", ({ step }) => step.next.kind),
  column("nextText", "text of that token", ({ trace, step }) => tokenText(trace, step.next.id)),
  column("committedText", "text that the step added to the answer", ({ text }) => text),
  column(
    "natsGivenUp",
    "log-probability given up: ln P(best) − ln P(kept), summed over relaxed accepts",
    natsOf,
    "nats",
  ),
  column("draftMs", "finding the draft", ({ step }) => step.draftMs, "ms"),
  column("verifyMs", "evaluating root and draft", ({ step }) => step.verifyMs, "ms"),
  column("otherMs", "judging, rollback and bookkeeping", ({ step }) => step.otherMs, "ms"),
  column("evaluatedTokens", "root + draft, + fillers", ({ step }) => step.evaluatedTokens),
  column("threads", "CPU threads used", ({ step }) => step.plan.threads),
  column("offered", "tokens that the drafter offered", ({ step }) => step.plan.offeredTokens),
  column("expectedKept", "drafted tokens expected to be kept", ({ step }) => step.plan.expectedKept),
  column("expectedMs", "expected duration of the evaluation", ({ step }) => step.plan.expectedMs, "ms"),
  column("expectedPlainMs", "the same without a draft", ({ step }) => step.plan.expectedPlainMs, "ms"),
  column("noDraft", "why no draft was sent; empty if one was", ({ step }) => step.plan.noDraft),
  column(
    "branches",
    "drafted tokens that none follows; at most 1 in a chain",
    ({ step }) => leavesOf(step).size,
  ),
  column("longestBranch", "drafted tokens of the longest branch", ({ step }) =>
    depthsOf(step.draft).reduce((most, depth) => Math.max(most, depth + 1), 0),
  ),
  column("repeatedTokens", "kept tokens that were evaluated again", ({ step }) => step.repeatedTokens),
  column(
    "declinedTokens",
    "tokens of the best draft that was not worth sending",
    ({ step }) => step.plan.declined?.draftedTokens ?? null,
  ),
  column(
    "declinedKept",
    "how many of them were expected to be kept",
    ({ step }) => step.plan.declined?.expectedKept ?? null,
  ),
  column(
    "declinedMs",
    "expected duration of its evaluation",
    ({ step }) => step.plan.declined?.expectedMs ?? null,
    "ms",
  ),
  column(
    "inLoop",
    "1 from the step in which the answer begins to repeat itself until its end, else 0",
    ({ isInLoop }) => (isInLoop ? 1 : 0),
  ),
];

/** One row per step. */
export function stepsCsv(trace: Trace): string {
  const pieces = piecesOf(trace.result.tokens, trace.tokens);
  const loop = loopOf(trace);
  let at = 0;
  const rows = trace.steps.map((step) => {
    const committed = keptOf(step) + 1;
    const text = pieces
      .slice(at, at + committed)
      .map((piece) => piece.text)
      .join("");
    at += committed;
    return { trace, step, text, isInLoop: loop !== null && step.index >= loop.stepsBefore };
  });
  return csvOf(CSV_COLUMNS, rows);
}

function draftText({ trace, step }: StepRow): string {
  const order = depthFirst(step);
  const texts = order.map((place, i) => {
    const { id, parent } = step.draft[place]!;
    return (i > 0 && parent !== order[i - 1] ? " | " : "") + tokenText(trace, id);
  });
  return texts.join("");
}

function leavesOf({ draft }: TraceStep): Set<number> {
  const leaves = new Set(draft.keys());
  for (const { parent } of draft) leaves.delete(parent);
  return leaves;
}

function natsOf({ step }: StepRow): number {
  return step.draft.reduce((sum, { id }, place) => {
    const verdict = step.verdicts[place]!;
    return verdict.kind === "relaxed"
      ? sum + natsGivenUpBy(id, verdict, step.rows[rowIndexOf(step, place)]!)
      : sum;
  }, 0);
}
