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

  constructor(private readonly mostUnits = MAX_UNITS) {}

  /** @throws PoolError poolTooLarge, naming the file that does not fit */
  take(path: string, { id, group, text }: EntryText): void {
    this.units +=
      ENTRY_UNITS + quotedUnits(id) + (group === null ? 4 : quotedUnits(group)) + quotedUnits(text);
    if (this.units > this.mostUnits)
      throw new PoolError({ tag: "poolTooLarge", path, mostUnits: this.mostUnits });
  }
}

const quotedUnits = (text: string): number => JSON.stringify(text).length;
