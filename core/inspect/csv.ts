// The steps of a trace as CSV (RFC 4180, UTF-8): a header row, then one row per step.
import {
  keptOf,
  natsGivenUpBy,
  piecesOf,
  rowIndexOf,
  tokenText,
  type Trace,
  type TraceStep,
} from "../trace/index.ts";

interface StepRow {
  readonly trace: Trace;
  readonly step: TraceStep;
  /** What the step added to the answer. */
  readonly text: string;
}

export interface CsvColumn {
  readonly name: string;
  /** "" for a count or a text. */
  readonly unit: string;
  readonly meaning: string;
  /** null if unknown: an empty cell. */
  readonly valueOf: (row: StepRow) => string | number | null;
}

const column = (
  name: string,
  meaning: string,
  valueOf: CsvColumn["valueOf"],
  unit: CsvColumn["unit"] = "",
): CsvColumn => ({ name, unit, meaning, valueOf });

const counted = (step: TraceStep, wanted: string): number =>
  step.verdicts.filter(({ kind }) => kind === wanted).length;

/** The columns in order, which also document the table. */
export const CSV_COLUMNS: readonly CsvColumn[] = [
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
  column("draftText", "texts of the drafted tokens", ({ trace, step }) =>
    step.draft.map(({ id }) => tokenText(trace, id)).join(""),
  ),
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
  column("evaluatedTokens", "root + draft, + 1 where a filler was added", ({ step }) => step.evaluatedTokens),
  column("threads", "CPU threads used", ({ step }) => step.plan.threads),
  column("offered", "tokens that the drafter offered", ({ step }) => step.plan.offeredTokens),
  column("expectedKept", "drafted tokens expected to be kept", ({ step }) => step.plan.expectedKept),
  column("expectedMs", "expected duration of the evaluation", ({ step }) => step.plan.expectedMs, "ms"),
  column("expectedPlainMs", "the same without a draft", ({ step }) => step.plan.expectedPlainMs, "ms"),
  column("noDraft", "why no draft was sent; empty where one was", ({ step }) => step.plan.noDraft),
];

/** One row per step. Text that a spreadsheet would take for a formula gets a leading '. */
export function stepsCsv(trace: Trace): string {
  const pieces = piecesOf(trace.result.tokens, trace.tokens);
  let at = 0;
  const rows = trace.steps.map((step) => {
    const committed = keptOf(step) + 1;
    const text = pieces
      .slice(at, at + committed)
      .map((piece) => piece.text)
      .join("");
    at += committed;
    return CSV_COLUMNS.map(({ valueOf }) => cell(valueOf({ trace, step, text })));
  });
  return [CSV_COLUMNS.map(({ name }) => name), ...rows].map((cells) => `${cells.join(",")}\r\n`).join("");
}

function natsOf({ step }: StepRow): number {
  return step.draft.reduce((sum, { id }, place) => {
    const verdict = step.verdicts[place]!;
    return verdict.kind === "relaxed"
      ? sum + natsGivenUpBy(id, verdict, step.rows[rowIndexOf(step, place)]!)
      : sum;
  }, 0);
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const defused = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
}
