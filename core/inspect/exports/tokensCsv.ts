// The tokens of a trace as CSV: one row per drafted token, in its step's order, then the step's own token of the target.
import {
  depthOf,
  parentOf,
  rowIndexOf,
  standingIn,
  tokenText,
  type Trace,
  type TraceDraftToken,
  type TraceStep,
  type TraceVerdict,
} from "../../trace/index.ts";
import { csvOf, type CsvColumn } from "./csvCell.ts";

interface TokenRow {
  readonly trace: Trace;
  readonly step: TraceStep;
  /** 0 … n − 1 the drafted tokens, n the target's own. */
  readonly place: number;
  readonly id: number;
  /** null for the target's own token. */
  readonly drafted: TraceDraftToken | null;
  readonly verdict: TraceVerdict | null;
}

const column = (
  name: string,
  meaning: string,
  valueOf: CsvColumn<TokenRow>["valueOf"],
): CsvColumn<TokenRow> => ({ name, unit: "", meaning, valueOf });

const ofVerdict = (name: "reason" | "threshold" | "margin", meaning: string): CsvColumn<TokenRow> =>
  column(name, meaning, ({ verdict }) => verdict?.[name] ?? null);

const own = ({ step, place }: TokenRow) => step.rows[rowIndexOf(step, place)]!.own;
const standing = ({ step, place, id }: TokenRow) => standingIn(step.rows[rowIndexOf(step, place)], id);

/** The columns in order, which also document the table. */
export const TOKEN_CSV_COLUMNS: readonly CsvColumn<TokenRow>[] = [
  column("step", "number of the step, from 1", ({ step }) => step.index + 1),
  column(
    "place",
    "number in the step, 0 = first drafted token; the target's own comes last",
    ({ place }) => place,
  ),
  column("parent", "place of the token that it follows, -1 = the root", ({ step, place }) =>
    parentOf(step, place),
  ),
  column("depth", "tokens of its branch before it, 0 = first after the root", ({ step, place }) =>
    depthOf(step, place),
  ),
  column("onPath", "1 if it is in the answer, else 0", ({ step, place, drafted }) =>
    drafted === null || step.path.includes(place) ? 1 : 0,
  ),
  column("id", "the token's id", ({ id }) => id),
  column("text", "its text on its own", ({ trace, id }) => tokenText(trace, id)),
  column(
    "kind",
    "its verdict, or the kind of the target's own token",
    ({ step, verdict }) => verdict?.kind ?? step.next.kind,
  ),
  ofVerdict("reason", "why the verdict is what it is"),
  column("rank", "1 = the most probable; empty outside the recorded logits", (row) =>
    row.verdict === null ? (standing(row)?.rank ?? null) : row.verdict.rank,
  ),
  column(
    "probability",
    "at temperature 1, or its upper bound",
    (row) => (row.verdict ?? standing(row))?.probability ?? null,
  ),
  column(
    "probabilityLow",
    "its lower bound; the same where it is exact",
    (row) => (row.verdict ?? standing(row))?.probabilityLow ?? null,
  ),
  ofVerdict("threshold", "what the probability was compared with"),
  ofVerdict("margin", "probability minus threshold"),
  column("own", "id of the target's choice at its position", own),
  column("ownText", "text of that token", (row) => tokenText(row.trace, own(row))),
  column("source", "where the draft was read from", ({ drafted }) => drafted?.source ?? null),
  column("matchTokens", "context tokens that matched there", ({ drafted }) => drafted?.matchTokens ?? null),
  column("count", "positions and pool entries that voted for it", ({ drafted }) => drafted?.count ?? null),
  column("share", "its share of the votes", ({ drafted }) => drafted?.share ?? null),
  column("chance", "its predicted acceptance probability", ({ drafted }) => drafted?.chance ?? null),
  column(
    "entries",
    "numbers of pool entries, separated by spaces",
    ({ drafted }) => drafted?.entries.join(" ") ?? null,
  ),
];

/** One row per drafted token and per token of the target's own. */
export function tokensCsv(trace: Trace): string {
  const rows = trace.steps.flatMap((step): TokenRow[] => [
    ...step.draft.map((drafted, place) => ({
      ...{ trace, step, place, id: drafted.id, drafted, verdict: step.verdicts[place]! },
    })),
    { trace, step, place: step.draft.length, id: step.next.id, drafted: null, verdict: null },
  ]);
  return csvOf(TOKEN_CSV_COLUMNS, rows);
}
