// What the panel keeps over hiding and reload, and how it is read back. Pure.
import * as Type from "typebox";
import { parseParts, type Parsed } from "../../core/base/index.ts";
import { CursorSchema } from "../run/model/cursor.ts";
import { SHOWN_CLASSES, type ShownClass } from "../run/model/items.ts";

/** The answer as running text, or step by step. */
export const PANEL_VIEWS = ["text", "steps"] as const;
export type PanelView = (typeof PANEL_VIEWS)[number];

/** Height of the card in percent of the panel's: the answer stays visible, and so does the card. */
export const MIN_CARD_SHARE = 15;
export const MAX_CARD_SHARE = 50;
const PRESET_CARD_SHARE = 40;

export function limitShare(share: number): number {
  if (Number.isNaN(share)) return PRESET_CARD_SHARE;
  return Math.round(Math.min(MAX_CARD_SHARE, Math.max(MIN_CARD_SHARE, share)));
}

/** The state kept over hiding and reload. */
const KeptStateSchema = Type.Object({
  runId: Type.Union([Type.String(), Type.Null()]),
  cursor: Type.Union([CursorSchema, Type.Null()]),
  isCardOpen: Type.Boolean(),
  /** The card shows only its sentence. */
  isCardShort: Type.Boolean(),
  /** Bounded by `limitShare`. */
  cardShare: Type.Number(),
  view: Type.Enum(PANEL_VIEWS),
  areMeaningsOpen: Type.Boolean(),
  /** Unknown classes, of another version, are dropped. */
  hidden: Type.Unsafe<readonly ShownClass[]>({ type: "array" }),
});
export type KeptState = Parsed<typeof KeptStateSchema>;

const NOTHING_KEPT: KeptState = {
  runId: null,
  cursor: null,
  isCardOpen: false,
  isCardShort: false,
  cardShare: PRESET_CARD_SHARE,
  view: "text",
  areMeaningsOpen: false,
  hidden: [],
};

/** Validates kept state, perhaps of another version: invalid parts are dropped. */
export function readKept(state: unknown): KeptState {
  const kept = parseParts(KeptStateSchema, state, NOTHING_KEPT);
  const hidden = SHOWN_CLASSES.filter((name) => kept.hidden.includes(name));
  return { ...kept, cardShare: limitShare(kept.cardShare), hidden };
}
