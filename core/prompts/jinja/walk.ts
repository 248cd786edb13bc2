// The bound of a walk through a value. Lists may hold one list many times over: forty lists, each twice in the next, are
// 2⁴⁰ values to whoever writes or compares them.
import { RenderError } from "./faults.ts";

const MAX_DEPTH = 100;
const MAX_VALUES = 100_000;

/** One writing or comparison. */
export class Walk {
  private values = 0;

  /** To be called for each value, with the number of values around it. @throws RenderError past a bound */
  visit(depth: number): void {
    if (depth > MAX_DEPTH) throw new RenderError("a value is nested too deeply");
    if (++this.values > MAX_VALUES) throw new RenderError(`a value has more than ${MAX_VALUES} parts`);
  }
}
