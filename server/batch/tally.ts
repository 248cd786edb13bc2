// The figures of a run, added up row by row: from the rows that were written before, and from those being written.
import { isPlainSample } from "./draws.ts";
import type { RunSession } from "./output/journal.ts";
import type { OutputRow } from "../protocol/outputRow.ts";
import type { DrawnRows } from "./plainRatio.ts";
import { Series } from "./series.ts";

/** Counts over rows; rates are derived where they are shown. */
export interface RowCounts {
  /** Rows with an answer. */
  readonly answers: number;
  readonly failures: number;
  readonly promptTokens: number;
  /** Of answers. */
  readonly tokens: number;
  readonly steps: number;
  readonly drafted: number;
  readonly accepted: number;
  readonly relaxed: number;
  /** All steps, in ms: several rows at once count each. */
  readonly ms: number;
}

const NO_ROWS_YET: RowCounts = {
  answers: 0,
  failures: 0,
  promptTokens: 0,
  tokens: 0,
  steps: 0,
  drafted: 0,
  accepted: 0,
  relaxed: 0,
  ms: 0,
};

export interface FailedRow {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** Failures beyond these are counted, not listed: they are in the output. */
const MAX_LISTED_FAILURES = 200;
/** Groups beyond these are counted together, so that an attribute with a new value in every row can't fill the memory. */
const MAX_GROUPS = 500;
const OTHER_GROUPS = "(all other groups)";

export class RunTally {
  total = NO_ROWS_YET;
  readonly byGroup = new Map<string | null, RowCounts>();
  readonly failures: FailedRow[] = [];
  /** By row in the order written: tokens over steps. */
  readonly warmUp = new Series();
  /** By active time in ms: tokens, and rows. */
  readonly rate = new Series();
  /** Of these rows, those to be written plainly as well. */
  private drawnAnswers = 0;
  private drawnFailures = 0;
  private session: { readonly readyMs: number; readonly offsetMs: number } | null = null;
  private lastMs = 0;

  /** @param plainEvery about one row in this many is to be written plainly as well; 0: none */
  constructor(private readonly plainEvery = 0) {}

  get drawn(): DrawnRows {
    return { plainEvery: this.plainEvery, answers: this.drawnAnswers, failures: this.drawnFailures };
  }

  /** Rows that follow were written in this session. The pauses between sessions are not part of the time of the run. */
  begin({ readyAt }: RunSession): void {
    this.session = { readyMs: Date.parse(readyAt), offsetMs: this.lastMs };
  }

  /** Active time until then, in ms. */
  activeMs(at: Date): number {
    if (this.session === null) return this.lastMs;
    const ms = this.session.offsetMs + Math.max(0, at.getTime() - this.session.readyMs);
    return Math.max(this.lastMs, ms);
  }

  /** Active time until the last row, or the end of its session, in ms. */
  get writtenMs(): number {
    return this.lastMs;
  }

  /** The session ended then. */
  end(at: string): void {
    this.lastMs = this.activeMs(new Date(at));
  }

  take(row: OutputRow): void {
    this.total = added(this.total, row);
    const isKnown = this.byGroup.has(row.group) || this.byGroup.size < MAX_GROUPS;
    const group = isKnown ? row.group : OTHER_GROUPS;
    this.byGroup.set(group, added(this.byGroup.get(group) ?? NO_ROWS_YET, row));
    const { figures, error } = row;
    if (isPlainSample(row.id, this.plainEvery)) {
      if (error === null) this.drawnAnswers++;
      else this.drawnFailures++;
    }
    if (error !== null && this.failures.length < MAX_LISTED_FAILURES)
      this.failures.push({ id: row.id, code: error.code, message: error.message });
    this.lastMs = this.activeMs(new Date(row.finishedAt));
    if (figures === null) return;
    this.warmUp.add(this.warmUp.next, figures.tokens, figures.steps);
    this.rate.add(this.lastMs, figures.tokens, 1);
  }
}

function added(counts: RowCounts, { figures, error }: OutputRow): RowCounts {
  return {
    answers: counts.answers + (error === null ? 1 : 0),
    failures: counts.failures + (error === null ? 0 : 1),
    promptTokens: counts.promptTokens + (figures?.promptTokens ?? 0),
    tokens: counts.tokens + (figures?.tokens ?? 0),
    steps: counts.steps + (figures?.steps ?? 0),
    drafted: counts.drafted + (figures?.drafted ?? 0),
    accepted: counts.accepted + (figures?.accepted ?? 0),
    relaxed: counts.relaxed + (figures?.relaxed ?? 0),
    ms: counts.ms + (figures?.ms ?? 0),
  };
}
