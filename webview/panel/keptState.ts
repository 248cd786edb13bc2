// What the panel keeps over hiding and reload, and how it is read back. Pure.
import { readCursor, type Cursor } from "../run/cursor.ts";
import { SHOWN_CLASSES, type ShownClass } from "../run/items.ts";

/** Height of the card in percent of the panel's: the answer stays visible, and so does the card. */
export const LEAST_CARD_SHARE = 15;
export const MOST_CARD_SHARE = 45;
const PRESET_CARD_SHARE = 40;

export function limitShare(share: number): number {
  if (Number.isNaN(share)) return PRESET_CARD_SHARE;
  return Math.round(Math.min(MOST_CARD_SHARE, Math.max(LEAST_CARD_SHARE, share)));
}

/** The state kept over hiding and reload. */
export interface KeptState {
  readonly runId: string | null;
  readonly cursor: Cursor | null;
  readonly isCardOpen: boolean;
  /** The card shows only its sentence. */
  readonly isCardShort: boolean;
  /** Bounded by `limitShare`. */
  readonly cardShare: number;
  readonly areStepsOpen: boolean;
  readonly areMeaningsOpen: boolean;
  readonly hidden: readonly ShownClass[];
}

const NOTHING_KEPT: KeptState = {
  runId: null,
  cursor: null,
  isCardOpen: false,
  isCardShort: false,
  cardShare: PRESET_CARD_SHARE,
  areStepsOpen: false,
  areMeaningsOpen: false,
  hidden: [],
};

/** Validates kept state, perhaps of another version: invalid parts are dropped. */
export function readKept(state: unknown): KeptState {
  if (typeof state !== "object" || state === null) return NOTHING_KEPT;
  const { runId, cursor, cardShare, hidden, ...kept } = state as Record<string, unknown>;
  return {
    runId: typeof runId === "string" ? runId : null,
    cursor: readCursor(cursor),
    isCardOpen: kept.isCardOpen === true,
    isCardShort: kept.isCardShort === true,
    cardShare: typeof cardShare === "number" ? limitShare(cardShare) : PRESET_CARD_SHARE,
    areStepsOpen: kept.areStepsOpen === true,
    areMeaningsOpen: kept.areMeaningsOpen === true,
    hidden: Array.isArray(hidden) ? SHOWN_CLASSES.filter((name) => hidden.includes(name)) : [],
  };
}
