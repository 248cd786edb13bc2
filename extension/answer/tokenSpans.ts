// Maps the committed tokens of a run to spans of the answer's text, extended step by step.
import type { KeptKind, NextKind } from "../../core/laser/index.ts";
import type { CommittedPiece } from "../../server/protocol/worker.ts";
import {
  committedClassOf,
  committedPlaces,
  inheritedText,
  type NamedTokens,
  type TraceStep,
} from "../../core/trace/index.ts";
import type { RunSnapshot } from "../shared/panel.ts";

export type CommittedClass = KeptKind | NextKind;

/**
 * A token of the answer: `place` 0 … n − 1 is a kept drafted token, n the target's own token after a draft
 * of n.
 */
export interface TokenPlace {
  readonly step: number;
  readonly place: number;
  readonly id: number;
  readonly tokenClass: CommittedClass;
}

/** A range of the answer in UTF-16 units; `end` is exclusive. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
  /** The tokens of this span: usually one; several, in order, if a character is split over them. */
  readonly tokens: readonly TokenPlace[];
  /**
   * The class of its token; of several, the first in BY_WEIGHT: a character with a relaxed part is relaxed.
   */
  readonly tokenClass: CommittedClass;
}

/** Most notable class first. */
const BY_WEIGHT: readonly CommittedClass[] = ["relaxed", "correction", "bonus", "accepted", "plain"];

export class TokenSpans {
  private readonly found: TokenSpan[] = [];
  /** Tokens of a character that is not complete yet. */
  private open: TokenPlace[] = [];
  private written: string;
  private stepCount = 0;

  /** @param inherited text taken from an earlier run, which has no spans here */
  constructor(inherited = "") {
    this.written = inherited;
  }

  /** In order; never empty, overlapping, or part of the inherited text. */
  get spans(): readonly TokenSpan[] {
    return this.found;
  }

  /** The answer so far, including inherited text. */
  get text(): string {
    return this.written;
  }

  /** Number of steps added. */
  get steps(): number {
    return this.stepCount;
  }

  /**
   * Adds the next step. `pieces` are the texts of its committed tokens, `tokens` the run's token dictionary.
   */
  add(step: TraceStep, pieces: readonly CommittedPiece[], tokens: NamedTokens): void {
    const places = committedPlaces(step);
    pieces.forEach(({ id, text }, at) => {
      const token: TokenPlace = {
        step: step.index,
        place: places[at] ?? step.draft.length,
        id,
        tokenClass: committedClassOf(step, at),
      };
      if (text !== "") this.close(token, text);
      else if (isPartOfCharacter(tokens, id)) this.open.push(token);
    });
    this.stepCount++;
  }

  /** The span at an offset of the text; null after the last one and in inherited text. */
  at(offset: number): TokenSpan | null {
    let [low, high] = [0, this.found.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.found[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    const span = this.found[low];
    return span === undefined || span.start > offset ? null : span;
  }

  private close(token: TokenPlace, text: string): void {
    const tokens = [...this.open, token];
    this.open = [];
    const start = this.written.length;
    this.written += text;
    const weightiest = BY_WEIGHT.find((name) => tokens.some(({ tokenClass }) => tokenClass === name));
    const tokenClass = weightiest ?? token.tokenClass;
    this.found.push({ start, end: this.written.length, tokens, tokenClass });
  }
}

/** The spans of a run so far. `known` are its earlier spans, which the new steps extend. */
export function spansOfRun(
  { header, tokens, steps, pieces }: Pick<RunSnapshot, "header" | "tokens" | "steps" | "pieces">,
  known: TokenSpans | null = null,
): TokenSpans {
  // Before its first step a run's inherited text may be unknown.
  const isBegun = known !== null && known.steps > 0;
  const spans = isBegun
    ? known
    : new TokenSpans(header === null ? "" : inheritedText(header.request, tokens));
  for (let at = spans.steps; at < steps.length; at++) spans.add(steps[at]!, pieces[at]!, tokens);
  return spans;
}

/** Control tokens add no text either, but are not part of a character. */
function isPartOfCharacter(tokens: NamedTokens, id: number): boolean {
  const entry = Object.hasOwn(tokens, String(id)) ? tokens[String(id)] : undefined;
  return typeof entry === "object" && "bytes" in entry;
}
