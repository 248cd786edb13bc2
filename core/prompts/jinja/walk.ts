// What a rendering may cost, counted where the work is done: most of a template's operations are one step, but one step may
// search a text of a megabyte, or write a list that holds another one many times over. Forty lists, each twice in the next,
// are 2⁴⁰ values when they are written or compared.
import { t } from "../../base/index.ts";
import { RenderError } from "./faults.ts";

/** What counts the steps and characters of a rendering. */
export interface Meter {
  /** @throws RenderError beyond the bound */
  spend(steps: number): void;
  /** @throws RenderError if a text of this length is too long */
  allowOutput(characters: number): void;
}

/** This many characters read or moved count as one step, which takes about as long. */
const CHARACTERS_PER_STEP = 64;
const MAX_DEPTH = 100;
const MAX_VALUES = 100_000;

/** Of the rendering that runs: rendering is synchronous, so there is one at a time. Here no operation can forget it. */
let present: Meter | null = null;

/** Does something whose work the meter counts. */
export function metered<T>(meter: Meter, action: () => T): T {
  const outer = present;
  present = meter;
  try {
    return action();
  } finally {
    present = outer;
  }
}

/** To be called for what looks at a text. @throws RenderError beyond the bound of steps */
export function reads(characters: number): void {
  present?.spend(Math.floor(characters / CHARACTERS_PER_STEP));
}

/** To be called for what iterates over items. @throws RenderError beyond the bound of steps */
export function visits(items: number): void {
  present?.spend(items);
}

/** One writing or comparison of a value with all that is in it. */
export class Walk {
  private values = 0;
  private characters = 0;

  /** To be called for each value, with the number of values around it. @throws RenderError beyond a bound */
  visit(depth: number): void {
    if (depth > MAX_DEPTH) throw new RenderError(t("a value is nested too deeply"));
    if (++this.values > MAX_VALUES) throw new RenderError(t("a value has more than {0} parts", MAX_VALUES));
    visits(1);
  }

  /** To be called before the text of a part is made. @throws RenderError if they are too long together */
  write(characters: number): void {
    this.characters += characters;
    present?.allowOutput(this.characters);
    reads(characters);
  }
}
