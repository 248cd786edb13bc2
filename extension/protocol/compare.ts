// What the compare page and its extension say to each other. The page says ready, gets the files as they lie on the disk,
// and reads them itself: megabytes are parsed once, and not on the editor's own thread. It must not know vscode.
import type { ErrorText } from "../../server/protocol/errors/text.ts";

/** More columns than these can't be read side by side. */
export const MOST_COMPARED = 12;

/** A trace file as it was read, or why it could not be. */
export interface ComparedFile {
  readonly uri: string;
  /** The file's name without folders. */
  readonly name: string;
  readonly content: { readonly text: string } | { readonly error: ErrorText };
}

/** Replaces all that is on show. The first is the baseline until another is chosen. */
export interface ToCompare {
  readonly kind: "traces";
  readonly files: readonly ComparedFile[];
}

/** `place` is an index into the files on show. */
export type FromCompare =
  | { readonly kind: "ready" }
  /** Asks for another trace in this place, or for one more behind the last. */
  | { readonly kind: "choose"; readonly place: number }
  | { readonly kind: "remove"; readonly place: number }
  | { readonly kind: "open"; readonly place: number };

/** What a page was, as text: kept by it over a reload of the window, read again by both sides. */
export interface KeptCompare {
  readonly uris: readonly string[];
  /** Places of the two whose texts are shown. */
  readonly left: number;
  readonly right: number;
  readonly hasGhosts: boolean;
  readonly hasAllFigures: boolean;
  /** A token of one side, by its place among the entries there; null: no token was chosen. */
  readonly cursor: { readonly side: "left" | "right"; readonly entry: number } | null;
  readonly isCardOpen: boolean;
  /** The card shows its sentence alone. */
  readonly isCardShort: boolean;
  /** How far the page was scrolled, in CSS pixels. */
  readonly scrolledPx: number;
}

const NOTHING_KEPT: KeptCompare = {
  uris: [],
  left: 0,
  right: 1,
  hasGhosts: false,
  hasAllFigures: false,
  cursor: null,
  isCardOpen: false,
  isCardShort: true,
  scrolledPx: 0,
};

/** Reads what a page kept, perhaps one of another version: whatever does not fit is left out. */
export function readKeptCompare(state: unknown): KeptCompare {
  if (typeof state !== "object" || state === null) return NOTHING_KEPT;
  const { uris, left, right, cursor, scrolledPx, ...kept } = state as Record<string, unknown>;
  if (!Array.isArray(uris) || uris.length > MOST_COMPARED || !uris.every((uri) => typeof uri === "string"))
    return NOTHING_KEPT;
  const isPlace = (place: unknown): place is number =>
    Number.isInteger(place) && (place as number) >= 0 && (place as number) < uris.length;
  const pair = isPlace(left) && isPlace(right) && left !== right ? { left, right } : { left: 0, right: 1 };
  return {
    uris,
    ...pair,
    hasGhosts: kept.hasGhosts === true,
    hasAllFigures: kept.hasAllFigures === true,
    cursor: readCursor(cursor),
    isCardOpen: kept.isCardOpen === true,
    isCardShort: kept.isCardShort !== false,
    scrolledPx: typeof scrolledPx === "number" && scrolledPx > 0 ? scrolledPx : 0,
  };
}

function readCursor(cursor: unknown): KeptCompare["cursor"] {
  if (typeof cursor !== "object" || cursor === null) return null;
  const { side, entry } = cursor as Record<string, unknown>;
  if ((side !== "left" && side !== "right") || !Number.isInteger(entry) || (entry as number) < 0) return null;
  return { side, entry: entry as number };
}

/** Reads a message of the page; null for what is none. */
export function readFromCompare(given: unknown): FromCompare | null {
  if (typeof given !== "object" || given === null || !("kind" in given)) return null;
  const { kind } = given;
  if (kind === "ready") return { kind };
  if (kind !== "choose" && kind !== "remove" && kind !== "open") return null;
  const place: unknown = "place" in given ? given.place : null;
  if (!Number.isInteger(place) || (place as number) < 0) return null;
  return { kind, place: place as number };
}
