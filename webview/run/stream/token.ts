// One token, word or line in the answer: text, class by shape, accessible name, and the marks of a filter or
// a what-if. Values in, templates out.
import { t } from "../../../core/base/index.ts";
import type { TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import type { VerdictKind } from "../../../core/laser/index.ts";
import type { Cursor } from "../model/cursor.ts";
import type { Unit, UnitPart } from "./granularity.ts";
import { isGhost, type Item } from "../model/items.ts";
import { markKey, type Marks } from "./marks.ts";
import { visibleText } from "../../../core/trace/index.ts";

/** Maximum number of line breaks shown for a token. */
const MAX_BREAKS = 2;
/** Longer tokens are cut off: megabytes of text would freeze the page. */
const MAX_SHOWN = 2000;

/** The token at an event's target, or null. */
export function cursorAt(target: EventTarget | null): Cursor | null {
  const token = target instanceof Element ? target.closest<HTMLElement>("[data-place]") : null;
  if (token === null) return null;
  return { step: Number(token.dataset.step), place: Number(token.dataset.place) };
}

/** The steps that the selected text touches; null without a selection. */
export function selectedSteps(): ReadonlySet<number> | null {
  const { anchorNode, focusNode, isCollapsed } = getSelection() ?? { isCollapsed: true };
  if (isCollapsed) return null;
  const ends = [anchorNode, focusNode].map((node) =>
    cursorAt(node instanceof Element ? node : (node?.parentElement ?? null)),
  );
  const [from, to] = ends.flatMap((cursor) => cursor?.step ?? []).sort((a, b) => a - b);
  if (from === undefined || to === undefined) return null;
  return new Set(Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

/** Tokens are options of a list box, or items of a tree if some are in branches. */
export type TokenRole = "option" | "treeitem";

export interface TokenState {
  /** In the tab order. */
  readonly isFocusable: boolean;
  /** At the cursor. */
  readonly isChosen: boolean;
  /** In the loop in which the answer ends: its first token, or a later one. */
  readonly inLoop?: "first" | "later" | null;
  /** "option" if omitted. */
  readonly role?: TokenRole;
}

export function tokenView(item: Item, state: TokenState, marks: Marks): TemplateResult {
  const key = markKey(item);
  const isMatch = marks.matches?.has(key) ?? true;
  return spanView({ ...item, parts: [item] }, state, isMatch, marks.flips?.get(key), item.isControl);
}

export function unitView(unit: Unit, state: TokenState, marks: Marks): TemplateResult {
  const { matches, flips } = marks;
  const isMatch = matches === null || unit.items.some((item) => matches.has(markKey(item)));
  const flip = unit.items.flatMap((item) => flips?.get(markKey(item)) ?? [])[0];
  const item = { ...unit.at, ...unit };
  return spanView(item, state, isMatch, flip, unit.items[0]?.isControl === true);
}

interface Shown {
  readonly step: number;
  readonly place: number;
  readonly text: string;
  /** The text by class: a single one, or several of a word or line. */
  readonly parts: readonly UnitPart[];
  readonly label: string;
}

function spanView(
  { step, place, text, parts, label }: Shown,
  { isFocusable, isChosen, role = "option", inLoop = null }: TokenState,
  isMatch: boolean,
  flip: VerdictKind | undefined,
  isControl: boolean,
): TemplateResult {
  // Each part of several has its own look.
  const [only, ...others] = parts;
  const shownClass = only !== undefined && others.length === 0 ? only.shownClass : null;
  const classes = [
    "token",
    ...(shownClass === null ? [] : [shownClass]),
    ...(isControl ? ["control"] : []),
    ...(inLoop === null ? [] : ["in-loop", `loop-${inLoop}`]),
    ...(isMatch ? [] : ["faint"]),
    ...(flip === undefined ? [] : ["flip"]),
  ];
  const shown = shownClass === null ? partsView(parts) : visibleOf(text);
  const repeated = inLoop === "first" ? t("{0}; the answer repeats itself from here", label) : label;
  const spoken = flip === undefined ? repeated : t("{0}; what-if: {1}", repeated, flip);
  // A line of the answer breaks after the token with the line break; ghosts don't break lines.
  const lines =
    (shownClass !== null && isGhost(shownClass)) || isControl
      ? 0
      : text.split("\n", MAX_BREAKS + 1).length - 1;
  const breaks = Array.from({ length: Math.min(lines, MAX_BREAKS) }, () => html`<br />`);
  // No whitespace between the tags: it would become a space in the answer.
  return html`<span
      class=${classes.join(" ")}
      role=${role}
      aria-label=${shortened(spoken)}
      aria-selected=${String(isChosen)}
      tabindex=${isFocusable ? 0 : -1}
      data-step=${step}
      data-place=${place}
      >${shown}</span
    >${breaks}`;
}

const visibleOf = (text: string): string => (text === "" ? "◌" : visibleText(shortened(text)));

function partsView(parts: readonly UnitPart[]): TemplateResult[] {
  let left = MAX_SHOWN;
  return parts.flatMap(({ text, shownClass }) => {
    const shown = text.slice(0, left);
    left -= shown.length;
    return shown === "" ? [] : [html`<span class="part ${shownClass}">${visibleText(shown)}</span>`];
  });
}

function shortened(text: string): string {
  return text.length <= MAX_SHOWN ? text : t("{0}… ({1} characters)", text.slice(0, MAX_SHOWN), text.length);
}
