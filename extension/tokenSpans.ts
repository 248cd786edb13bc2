// The committed tokens of a run as spans of its answer's text, grown step by step. Pure; it must not know how a span is
// marked, nor how an editor splits the text into lines.
import type { KeptKind, NextKind } from "../server/laser/index.ts";
import type { CommittedPiece } from "../server/protocol/worker.ts";
import {
  committedClassOf,
  inheritedText,
  keptOf,
  type NamedTokens,
  type TraceStep,
} from "../server/trace/index.ts";
import type { RunSnapshot } from "./protocol/panel.ts";

export type CommittedClass = KeptKind | NextKind;

/** A token of the answer: `place` 0 … n − 1 is a kept draft, n the target's own behind a draft of n. */
export interface TokenPlace {
  readonly step: number;
  readonly place: number;
  readonly id: number;
  readonly tokenClass: CommittedClass;
}

/** A stretch of the answer, in UTF-16 units, from `start` to before `end`. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
  /** The token that completed it; several, in order, where a character is split over them. */
  readonly tokens: readonly TokenPlace[];
  /** That of its token; of several the one that says most: a character with a relaxed part is relaxed. */
  readonly tokenClass: CommittedClass;
}

/** Says most first. */
const BY_WEIGHT: readonly CommittedClass[] = ["relaxed", "correction", "bonus", "accepted", "plain"];

export class TokenSpans {
  private readonly found: TokenSpan[] = [];
  /** Tokens that began a character which none has completed. */
  private open: TokenPlace[] = [];
  private written: string;
  private stepCount = 0;

  /** @param inherited what the answer begins with of an earlier run: no span of this one */
  constructor(inherited = "") {
    this.written = inherited;
  }

  /** In order; none is empty, none overlaps another, none is of the inherited text. */
  get spans(): readonly TokenSpan[] {
    return this.found;
  }

  /** The answer so far, what it inherits before it. */
  get text(): string {
    return this.written;
  }

  /** How many steps were added. */
  get steps(): number {
    return this.stepCount;
  }

  /** Adds the next step. `pieces` are the texts of its committed tokens, `tokens` names them. */
  add(step: TraceStep, pieces: readonly CommittedPiece[], tokens: NamedTokens): void {
    const kept = keptOf(step);
    pieces.forEach(({ id, text }, at) => {
      const token: TokenPlace = {
        step: step.index,
        place: at < kept ? at : step.draft.length,
        id,
        tokenClass: committedClassOf(step, at),
      };
      if (text !== "") this.close(token, text);
      else if (isPartOfCharacter(tokens, id)) this.open.push(token);
    });
    this.stepCount++;
  }

  /** The span that holds a place of the text; null behind the last and in what was inherited. */
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

/** The spans of a run as far as it came. `known` are its spans of before, which grow by the steps made since. */
export function spansOfRun(
  { header, tokens, steps, pieces }: Pick<RunSnapshot, "header" | "tokens" | "steps" | "pieces">,
  known: TokenSpans | null = null,
): TokenSpans {
  // Before its first step a run may not have told yet what it inherits.
  const isBegun = known !== null && known.steps > 0;
  const spans = isBegun
    ? known
    : new TokenSpans(header === null ? "" : inheritedText(header.request, tokens));
  for (let at = spans.steps; at < steps.length; at++) spans.add(steps[at]!, pieces[at]!, tokens);
  return spans;
}

/** Control tokens add nothing either, but belong to no character. */
function isPartOfCharacter(tokens: NamedTokens, id: number): boolean {
  const entry = Object.hasOwn(tokens, String(id)) ? tokens[String(id)] : undefined;
  return typeof entry === "object" && "bytes" in entry;
}
