// How much text a pool may hold: a pool file keeps the texts of its entries as one JSON text, which the JavaScript engine
// limits. What does not fit is refused while it is read, before any of it is tokenized.
import { constants } from "node:buffer";
import { PoolError } from "./errors.ts";

/** In UTF-16 units of the JSON text: just under 512 Mi. */
const MAX_UNITS = constants.MAX_STRING_LENGTH;
/** What an entry adds besides its texts in quotation marks: names of keys, punctuation, a time and the comma. */
const ENTRY_UNITS = JSON.stringify({ key: "", group: "", text: "", timeMs: 1e15 }).length - 6 + 1;

/** The parts of an answer that a pool file keeps as text. */
interface EntryText {
  readonly id: string;
  readonly group: string | null;
  readonly text: string;
}

/** Counts down the room that is left. */
export class PoolRoom {
  private units = 2;
  /** Texts of the entries that the pool has, by id. */
  private readonly known = new Map<string, Set<string>>();

  constructor(private readonly mostUnits = MAX_UNITS) {}

  /** The room beside the entries of a pool file; answers that are among them take none. @throws PoolError poolTooLarge */
  static beside(
    path: string,
    entries: readonly { readonly key: string; readonly group: string | null; readonly text: string }[],
    mostUnits = MAX_UNITS,
  ): PoolRoom {
    const room = new PoolRoom(mostUnits);
    for (const { key, group, text } of entries) room.take(path, { id: key, group, text });
    for (const { key, text } of entries) {
      const texts = room.known.get(key);
      if (texts === undefined) room.known.set(key, new Set([text]));
      else texts.add(text);
    }
    return room;
  }

  /** @throws PoolError poolTooLarge, naming the file that does not fit */
  take(path: string, { id, group, text }: EntryText): void {
    if (this.known.get(id)?.has(text) === true) return;
    this.units +=
      ENTRY_UNITS + quotedUnits(id) + (group === null ? 4 : quotedUnits(group)) + quotedUnits(text);
    if (this.units > this.mostUnits)
      throw new PoolError({ tag: "poolTooLarge", path, mostUnits: this.mostUnits });
  }
}

const quotedUnits = (text: string): number => JSON.stringify(text).length;
