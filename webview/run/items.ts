// The tokens of a step in the order shown: kept drafts, the rejected and unreached ones in place, then the
// token that the target put there. Pure.
import { unreachable } from "../../core/base/index.ts";
import type { CommittedPiece } from "../../server/protocol/worker.ts";
import {
  formatProbability,
  isUpperEnd,
  keptOf,
  ownStanding,
  spokenText,
  tokenText,
  type NamedTokens,
  type ProbabilityInterval,
  type TraceStep,
} from "../../core/trace/index.ts";

/** The class of a shown token, in the order of the legend. */
export const SHOWN_CLASSES = [
  "accepted",
  "relaxed",
  "correction",
  "bonus",
  "plain",
  "rejected",
  "unreached",
] as const;
export type ShownClass = (typeof SHOWN_CLASSES)[number];

/** One token of the stream. `place` 0 … n − 1 are the drafted ones, n is the target's token at the end of the step. */
export interface Item {
  readonly step: number;
  readonly place: number;
  readonly shownClass: ShownClass;
  readonly id: number;
  /** The text it adds to the answer, or the text of a ghost. Empty for part of a character. */
  readonly text: string;
  /** Adds nothing to the answer, like "<|im_end|>"; `text` is then its name. */
  readonly isControl: boolean;
  /** Text, class, rank and probability in words. */
  readonly label: string;
}

export function isGhost(shownClass: ShownClass): boolean {
  return shownClass === "rejected" || shownClass === "unreached";
}

/** The inputs for the words of an item. */
export interface ItemWords {
  /** Names of all ids that the step mentions. */
  readonly tokens: NamedTokens;
  /** How many logits were judged at each position; null if unknown. */
  readonly rowWidth: number | null;
}

/**
 * The items of a step.
 * @param pieces the texts of its committed tokens, in order
 */
export function stepItems(step: TraceStep, pieces: readonly CommittedPiece[], words: ItemWords): Item[] {
  const kept = keptOf(step);
  const items = step.draft.map((drafted, place): Item => {
    const verdict = step.verdicts[place]!;
    const committed = place < kept ? pieces[place] : undefined;
    return item(step, place, verdict.kind, drafted.id, committed, words, verdict);
  });
  items.push(
    item(step, step.draft.length, step.next.kind, step.next.id, pieces[kept], words, ownStanding(step)),
  );
  return items;
}

function item(
  step: TraceStep,
  place: number,
  shownClass: ShownClass,
  id: number,
  piece: CommittedPiece | undefined,
  { tokens, rowWidth }: ItemWords,
  known: (ProbabilityInterval & { readonly rank: number | null }) | null,
): Item {
  const entry = Object.hasOwn(tokens, String(id)) ? tokens[String(id)] : undefined;
  const isControl = typeof entry === "object" && "control" in entry;
  const alone = tokenText({ tokens }, id);
  const text = isControl || piece === undefined ? alone : piece.text;
  const figures =
    known === null
      ? ""
      : `, ${rankWords(known.rank, rowWidth)}, probability ${isUpperEnd(known) ? "at most " : ""}${formatProbability(known.probability)}`;
  const label = `${spokenText(alone)}, ${className(shownClass)}${figures}`;
  return { step: step.index, place, shownClass, id, text, isControl, label };
}

function rankWords(rank: number | null, rowWidth: number | null): string {
  if (rank !== null) return `rank ${rank}`;
  return rowWidth === null ? "not among the most probable" : `not among the ${rowWidth} most probable`;
}

/** The name of the class in sentences. */
export function className(shownClass: ShownClass): string {
  switch (shownClass) {
    case "accepted":
    case "relaxed":
    case "correction":
    case "bonus":
    case "plain":
      return shownClass;
    case "rejected":
      return "rejected draft";
    case "unreached":
      return "unreached draft";
    default:
      return unreachable(shownClass);
  }
}

/** The meaning of a class in a few words. */
export function classMeaning(shownClass: ShownClass): string {
  switch (shownClass) {
    case "accepted":
      return "drafted, and the target's choice";
    case "relaxed":
      return "drafted and kept only because verification is relaxed";
    case "correction":
      return "the target's token instead of a rejected draft";
    case "bonus":
      return "the target's extra token after a fully kept draft";
    case "plain":
      return "the target's token in a step without a draft";
    case "rejected":
      return "drafted, judged and not kept";
    case "unreached":
      return "drafted after a rejected token, never judged";
    default:
      return unreachable(shownClass);
  }
}
