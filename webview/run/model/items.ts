// The tokens of a step by place, with the words of each: the drafted ones, kept, rejected or unreached, then the token
// that the target put there. Pure.
import { unreachable, t } from "../../../core/base/index.ts";
import type { CommittedPiece } from "../../../server/protocol/worker.ts";
import {
  probabilityFigure,
  ownStanding,
  parentOf,
  spokenText,
  tokenText,
  type NamedTokens,
  type ProbabilityInterval,
  type TraceStep,
} from "../../../core/trace/index.ts";
import { several } from "../../page/amounts.ts";
import type { DraftShape } from "./draftShape.ts";

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
  /** Text, class, rank and probability in words; in a tree also depth and branch. */
  readonly label: string;
}

export function isGhost(shownClass: ShownClass): boolean {
  return shownClass === "rejected" || shownClass === "unreached";
}

/**
 * The hidden classes after a press on one. Unreached tokens are unreached because of a rejected one: without it their boxes
 * would appear in the answer without a reason, so they are hidden with it, and it is shown with them.
 */
export function withToggled(hidden: ReadonlySet<ShownClass>, pressed: ShownClass): ReadonlySet<ShownClass> {
  const after = new Set(hidden);
  const isShown = !after.delete(pressed);
  if (isShown) after.add(pressed);
  if (pressed === "rejected" && isShown) after.add("unreached");
  if (pressed === "rejected" && !isShown) after.delete("unreached");
  if (pressed === "unreached" && !isShown) after.delete("rejected");
  return after;
}

/** The inputs for the words of an item. */
export interface ItemWords {
  /** Names of all ids that the step mentions. */
  readonly tokens: NamedTokens;
  /** How many logits were judged at each position; null if unknown. */
  readonly rowWidth: number | null;
}

/**
 * The items of a step, by place.
 * @param pieces the texts of its committed tokens, in order
 */
export function stepItems(
  step: TraceStep,
  shape: DraftShape,
  pieces: readonly CommittedPiece[],
  words: ItemWords,
): Item[] {
  const { path, draft, verdicts, next } = step;
  const pieceOf = new Map(path.map((place, i) => [place, pieces[i]]));
  const items = draft.map(({ id }, place): Item => {
    const verdict = verdicts[place]!;
    return item({ step, shape, place, shownClass: verdict.kind, id }, pieceOf.get(place), words, verdict);
  });
  const own = { step, shape, place: draft.length, shownClass: next.kind, id: next.id };
  items.push(item(own, pieces[path.length], words, ownStanding(step)));
  return items;
}

interface Placed {
  readonly step: TraceStep;
  readonly shape: DraftShape;
  readonly place: number;
  readonly shownClass: ShownClass;
  readonly id: number;
}

function item(
  { step, shape, place, shownClass, id }: Placed,
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
      : t(
          ", {0}, probability {1}",
          rankWords(known.rank, rowWidth),
          probabilityFigure(known).replace("≤ ", t("at most ")).replace("–", t(" to ")),
        );
  const label = `${spokenText(alone)}, ${className(shownClass)}${figures}${treeWords(step, shape, place)}`;
  return { step: step.index, place, shownClass, id, text, isControl, label };
}

/** E.g. ", depth 2, branch 3 of 4", or for a token of the line ", depth 2, 3 branches beside it"; empty in a chain. */
function treeWords(step: TraceStep, shape: DraftShape, place: number): string {
  const { branches, branchOf, depths } = shape;
  if (branches.length === 0) return "";
  const branch = branchOf[place]!;
  if (branch >= 0) return t(", depth {0}, branch {1} of {2}", depths[place]!, branch + 1, branches.length);
  const parent = parentOf(step, place);
  const beside = branches.filter((other) => other.level === 0 && other.parent === parent).length;
  return t(
    ", depth {0}{1}",
    depths[place]!,
    beside === 0 ? "" : t(", {0} beside it", several(beside, "branch", "branches")),
  );
}

function rankWords(rank: number | null, rowWidth: number | null): string {
  if (rank !== null) return `rank ${rank}`;
  return rowWidth === null
    ? t("not among the most probable")
    : t("not among the {0} most probable", rowWidth);
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
      return t("rejected draft");
    case "unreached":
      return t("unreached draft");
    default:
      return unreachable(shownClass);
  }
}

/** What the mark of folded branches means, in a few words. */
export const FOLDED_MEANING = t("drafted in branches off the kept path: press it, or B, to see them");

/** The meaning of a class in a few words. */
export function classMeaning(shownClass: ShownClass): string {
  switch (shownClass) {
    case "accepted":
      return t("drafted, and the target's choice");
    case "relaxed":
      return t("drafted and kept only because verification is relaxed");
    case "correction":
      return t("the target's token instead of a rejected draft");
    case "bonus":
      return t("the target's extra token after a fully kept draft");
    case "plain":
      return t("the target's token in a step without a draft");
    case "rejected":
      return t("drafted, judged and not kept");
    case "unreached":
      return t("drafted after a rejected token, never judged");
    default:
      return unreachable(shownClass);
  }
}
