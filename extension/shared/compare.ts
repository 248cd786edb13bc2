// The messages between the compare page and the extension. When the page is ready it gets the files unparsed:
// it parses the megabytes itself, so that the extension host doesn't.
import type { ErrorText } from "../../core/base/index.ts";

/** More columns can't be read side by side. */
export const MOST_COMPARED = 12;

/** A trace file as read, or why it could not be read. */
export interface ComparedFile {
  readonly uri: string;
  /** The file's name without folders. */
  readonly name: string;
  readonly content: { readonly text: string } | { readonly error: ErrorText };
}

/** Replaces everything shown. The first file is the baseline until another one is chosen. */
export interface ToCompare {
  readonly kind: "traces";
  readonly files: readonly ComparedFile[];
}

/** `place` is an index into the shown files. */
export type FromCompare =
  | { readonly kind: "ready" }
  /** Asks for another trace at this index, or for one more after the last. */
  | { readonly kind: "choose"; readonly place: number }
  | { readonly kind: "remove"; readonly place: number }
  | { readonly kind: "open"; readonly place: number };

/** The state of a page as plain data: saved across a window reload and validated by both sides. */
export interface KeptCompare {
  readonly uris: readonly string[];
  /** Indices of the two files whose texts are compared. */
  readonly left: number;
  readonly right: number;
  readonly hasGhosts: boolean;
  readonly hasAllFigures: boolean;
  /** A token of one side, by its index in that side's entries; null if no token is chosen. */
  readonly cursor: { readonly side: "left" | "right"; readonly entry: number } | null;
  readonly isCardOpen: boolean;
  /** The card shows only its sentence. */
  readonly isCardShort: boolean;
  /** Scroll position of the page in CSS pixels. */
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

/** Parses the saved state, possibly from another version; ignores whatever is invalid. */
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

/** Parses a message of the page; null if it is invalid. */
export function readFromCompare(given: unknown): FromCompare | null {
  if (typeof given !== "object" || given === null || !("kind" in given)) return null;
  const { kind } = given;
  if (kind === "ready") return { kind };
  if (kind !== "choose" && kind !== "remove" && kind !== "open") return null;
  const place: unknown = "place" in given ? given.place : null;
  if (!Number.isInteger(place) || (place as number) < 0) return null;
  return { kind, place: place as number };
}
