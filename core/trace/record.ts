// From the core's steps to a trace: plain lists instead of flat arrays, and names for the ids that steps
// mention.
import {
  DRAFT_SOURCES,
  ENTRIES_PER_TOKEN,
  type DecodeEvent,
  type Draft,
  type RowRecord,
  type Step,
} from "../laser/index.ts";
import { idsOfStep } from "./checks/ids.ts";
import { estimate, milliseconds, shortened, unit } from "./numbers.ts";
import { describeToken, type Vocabulary } from "./text.ts";
import {
  TraceAssembler,
  type NamedEntries,
  type NamedTokens,
  type TraceEnd,
  type TraceHeader,
} from "./assemble.ts";
import type {
  TokenText,
  Trace,
  TraceAlternative,
  TraceDraftToken,
  TracePlan,
  TraceRow,
  TraceStep,
} from "./types.ts";

/** The sources of names while a run is recorded. */
export interface TraceNames extends Vocabulary {
  /** The key, group and, if available, the text of a pool entry; null for an entry without a name. */
  entryOf(entry: number): NamedEntry | null;
}

export interface NamedEntry {
  readonly id: string;
  readonly group: string | null;
  /** The stored answer, of any length. */
  readonly text?: string;
}

/** How much of a stored answer a trace keeps, and of how many answers, to bound the size of a trace. */
const ENTRY_CHARACTERS = 2000;
const MAX_ENTRY_TEXTS = 64;

/** A recorded step, with the names of ids and pool entries that it is the first to mention. */
export interface RecordedStep {
  readonly step: TraceStep;
  readonly tokens: NamedTokens;
  readonly entries: NamedEntries;
  /** With the first step: how long reading the prompt took, in ms. */
  readonly prefillMs?: number;
  /** With the first step: how many tokens were evaluated for it. */
  readonly prefillTokens?: number;
}

/** Records the events of one run; the trace so far is available at any time. */
export class TraceRecorder {
  /** Names of the prompt's tokens. */
  readonly promptNames: NamedTokens;
  private readonly assembler: TraceAssembler;
  private readonly namedTokens = new Set<number>();
  private readonly namedEntries = new Set<number>();
  private entryTexts = 0;
  /** Null once a step has reported it. */
  private prefillMs: number | null = 0;
  private prefillTokens = 0;

  constructor(
    readonly header: TraceHeader,
    private readonly names: TraceNames,
  ) {
    const { promptTokens, parent } = header.request;
    this.promptNames = this.newNames([
      ...promptTokens,
      ...(typeof parent?.was === "number" ? [parent.was] : []),
    ]);
    this.assembler = new TraceAssembler(header, this.promptNames);
  }

  /** Handles one event of the run; returns the recorded step, null for any other event. */
  take(event: DecodeEvent): RecordedStep | null {
    if (event.kind === "prefill") {
      const { doneTokens, totalTokens, heldTokens, ms } = event;
      this.prefillMs = milliseconds(ms);
      this.prefillTokens = doneTokens - heldTokens;
      this.assembler.prefilled(this.prefillTokens, doneTokens === totalTokens ? ms : null);
      return null;
    }
    const step = recordStep(event.step);
    const tokens = this.newNames(idsOfStep(step));
    const entries = this.newEntries(step);
    this.assembler.add(step, tokens, entries);
    const { prefillMs, prefillTokens } = this;
    this.prefillMs = null;
    return { step, tokens, entries, ...(prefillMs !== null && { prefillMs, prefillTokens }) };
  }

  /** The trace so far; without `end`, as of a run that was stopped now. Later events do not change it. */
  trace(end?: TraceEnd): Trace {
    return this.assembler.trace(end);
  }

  private newNames(ids: Iterable<number>): NamedTokens {
    const names: Record<string, TokenText> = {};
    for (const id of ids) {
      if (this.namedTokens.has(id)) continue;
      this.namedTokens.add(id);
      names[String(id)] = describeToken(id, this.names);
    }
    return names;
  }

  private newEntries(step: TraceStep): NamedEntries {
    const names: Record<string, NamedEntries[string]> = {};
    for (const entry of step.draft.flatMap(({ entries }) => entries)) {
      if (this.namedEntries.has(entry)) continue;
      this.namedEntries.add(entry);
      const found = this.names.entryOf(entry);
      if (found !== null) names[String(entry)] = this.nameOf(found);
    }
    return names;
  }

  private nameOf({ id, group, text }: NamedEntry): NamedEntries[string] {
    if (text === undefined || this.entryTexts === MAX_ENTRY_TEXTS) return { id, group };
    this.entryTexts++;
    return { id, group, text: cut(text) };
  }
}

/** Avoids cutting a surrogate pair in half. */
function cut(text: string): string {
  if (text.length <= ENTRY_CHARACTERS) return text;
  return `${text.slice(0, ENTRY_CHARACTERS - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * A step of the core in the form of the trace. Logits, probabilities and verdicts stay exact, so that judging again
 * gives the same result; durations are rounded to µs, shares and estimates to 6 significant digits.
 */
function recordStep(step: Step): TraceStep {
  const { draft, next, plan } = step;
  return {
    index: step.index,
    position: step.position,
    root: step.root,
    draft: recordDraft(draft),
    alternatives: recordAlternatives(draft),
    verdicts: step.verdicts.map(({ kind, reason, rank, ...figures }) => ({
      kind,
      reason,
      rank,
      probability: unit(figures.probability),
      probabilityLow: unit(figures.probabilityLow),
      threshold: figures.threshold === null ? null : unit(figures.threshold),
      margin: figures.margin === null ? null : figures.margin + 0,
    })),
    path: [...step.path],
    next: { kind: next.kind, id: next.token },
    rows: step.rows.map(recordRow),
    plan: recordPlan(plan),
    evaluatedTokens: step.evaluatedTokens,
    repeatedTokens: step.repeatedTokens,
    draftMs: milliseconds(step.draftMs),
    verifyMs: milliseconds(step.verifyMs),
    otherMs: milliseconds(step.otherMs),
  };
}

function recordDraft(draft: Draft): TraceDraftToken[] {
  return Array.from({ length: draft.length }, (_, place) => ({
    id: draft.tokens[place]!,
    parent: draft.parents[place]!,
    source: DRAFT_SOURCES[draft.sources[place]!]!,
    matchTokens: draft.matchTokens[place]!,
    count: draft.counts[place]!,
    share: shortened(unit(draft.voteShares[place]!)),
    chance: shortened(unit(draft.acceptanceProbabilities[place]!)),
    entries: [...draft.entries.subarray(place * ENTRIES_PER_TOKEN, (place + 1) * ENTRIES_PER_TOKEN)].filter(
      (entry) => entry >= 0,
    ),
  }));
}

function recordAlternatives({ alternatives }: Draft): TraceAlternative[] {
  return Array.from(alternatives.tokens, (id, i) => ({
    place: alternatives.draftIndices[i]!,
    id,
    count: alternatives.counts[i]!,
    share: shortened(unit(alternatives.voteShares[i]!)),
  }));
}

/** A logit of −∞ (a masked token) can't be written in JSON and has probability 0: it is omitted. */
function recordRow(row: RowRecord): TraceRow {
  const held = Array.from(row.ids.keys()).filter((i) => Number.isFinite(row.logits[i]));
  return {
    own: row.targetToken,
    ids: held.map((i) => row.ids[i]!),
    logits: held.map((i) => row.logits[i]! + 0),
    logSumExp: row.logSumExp + 0,
    logSumExpHigh: row.logSumExpHigh + 0,
  };
}

function recordPlan(plan: Step["plan"]): TracePlan {
  return {
    offeredTokens: plan.offeredTokens,
    sentTokens: plan.sentTokens,
    expectedKept: estimate(plan.expectedKept),
    expectedMs: estimate(plan.expectedMs),
    expectedPlainMs: estimate(plan.expectedPlainMs),
    tokensPerMs: estimate(plan.tokensPerMs),
    threads: plan.threads,
    noDraft: plan.noDraft,
    declined: plan.declined && {
      draftedTokens: plan.declined.draftedTokens,
      expectedKept: estimate(plan.declined.expectedKept),
      expectedMs: estimate(plan.declined.expectedMs),
    },
  };
}
