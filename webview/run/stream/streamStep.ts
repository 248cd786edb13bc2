// One step of the answer: its tokens in the line, the mark of the branches folded after them, and the
// branches themselves once they are unfolded. Values in, templates out.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { oneLineText, spokenText } from "../../../core/trace/index.ts";
import { foldedWords, type Branch } from "../model/draftShape.ts";
import { several } from "../../page/amounts.ts";
import { markKey, type Marks } from "./marks.ts";
import type { StepView } from "../model/model.ts";
import { tokenView, type TokenRole } from "./token.ts";

export interface StepState {
  /** The place that is in the tab order; −1 for none. */
  readonly focusable: number;
  /** Whether the cursor is there. */
  readonly isChosen: boolean;
  readonly isUnfolded: boolean;
  /** Whether the step is part of the loop in which the answer ends: the first one, or a later one. */
  readonly inLoop: "first" | "later" | null;
  readonly role: TokenRole;
}

export function stepView(view: StepView, state: StepState, marks: Marks): TemplateResult {
  const { step, shape } = view;
  const { line, folded } = shape;
  const name = t("Step {0}", step.index + 1);
  if (folded === 0)
    return html`<span class="step" role="group" aria-label=${name}
      >${tokensView(view, line, state, marks)}</span
    >`;
  const [kept, own] = [line.slice(0, -1), line.slice(-1)];
  // No whitespace between the tags: it would become a space in the answer.
  return html`<span class="step" role="group" aria-label="${name}, ${foldedWords(shape)}"
    >${tokensView(view, kept, state, marks)}${foldView(view, state, marks)}${tokensView(view, own, state, marks)}${
      state.isUnfolded
        ? html`<span class="branches" role="group" aria-label="Branches of step ${step.index + 1}"
            >${shape.branches.map((branch, index) => branchView(view, branch, index, state, marks))}</span
          >`
        : nothing
    }</span
  >`;
}

function tokensView(
  { items }: StepView,
  places: readonly number[],
  { focusable, isChosen, role, inLoop }: StepState,
  marks: Marks,
): TemplateResult[] {
  return places.map((place) => {
    const isFocusable = place === focusable;
    const state = {
      ...{ isFocusable, isChosen: isFocusable && isChosen, role },
      inLoop: inLoop === "first" && place !== 0 ? "later" : inLoop,
    } as const;
    return tokenView(items[place]!, state, marks);
  });
}

/** The mark in the line. It counts the matches of a filter in the branches, so that none is out of sight. */
function foldView(
  view: StepView,
  { isUnfolded, role }: StepState,
  { matches, flips }: Marks,
): TemplateResult {
  const { step, shape } = view;
  const { branches, folded } = shape;
  const keys = branches.flatMap(({ places }) => places.map((place) => markKey({ step: step.index, place })));
  const found = matches === null ? 0 : keys.filter((key) => matches.has(key)).length;
  const isFlipped = keys.some((key) => flips?.has(key) === true);
  // The visible text comes first, so that a name that is spoken finds it.
  const matching = found === 0 ? "" : `, ${several(found, "match", "matches")}`;
  const within = `${found === 0 ? "" : ","} in ${several(branches.length, "branch", "branches")}`;
  const flipped = isFlipped ? t("; the what-if changes a verdict there") : "";
  const words = t("+{0}{1}{2} off the kept path{3}", folded, matching, within, flipped);
  const classes = ["folded", ...(found > 0 ? ["found"] : []), ...(isFlipped ? ["flip"] : [])];
  return html`<span
    class=${classes.join(" ")}
    role=${role}
    aria-label=${words}
    aria-expanded=${String(isUnfolded)}
    tabindex="-1"
    data-branches=${step.index}
    title="${words}: press to ${isUnfolded ? "fold" : "unfold"} (B)"
    >+${folded}${matching === "" ? nothing : html`<b>${matching}</b>`}<span class="in">${within}</span></span
  >`;
}

function branchView(
  view: StepView,
  { parent, level, places }: Branch,
  index: number,
  state: StepState,
  marks: Marks,
): TemplateResult {
  const { shape, items } = view;
  // Said once where several branches leave the same token.
  const isSame = shape.branches[index - 1]?.parent === parent;
  const before = items[parent]?.text ?? null;
  const where = before === null ? t("at the start") : `after ${spokenText(before)}`;
  const name = t("Branch {0} of {1}, {2}", index + 1, shape.branches.length, where);
  return html`<span
    class="branch level-${Math.min(level, MAX_INDENTED)} ${isSame ? "same" : ""}"
    role="group"
    aria-label=${name}
    ><span class="after" aria-hidden="true"
      >↳ ${before === null ? where : html`after <bdi>${oneLineText(before.slice(0, MAX_SHOWN))}</bdi>`}</span
    ><span class="nodes">${tokensView(view, places, state, marks)}</span></span
  >`;
}

/** Deeper levels are indented like this one, so that they keep room. */
const MAX_INDENTED = 4;
/** Of the token that a branch leaves. */
const MAX_SHOWN = 24;
