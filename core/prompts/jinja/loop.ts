// The `loop` variable of a `for`.
import { t } from "../../base/index.ts";
import type { Context, Output, Scope } from "./context.ts";
import { RenderError } from "./faults.ts";
import { Callable, isEqual, orElse, Tuple, Undefined, type Value } from "./values.ts";

/** Where a loop runs. */
export interface LoopRun {
  readonly scope: Scope;
  readonly output: Output;
  readonly context: Context;
}

export class LoopContext extends Callable {
  /** The position of the current item, from 0. */
  at = 0;
  private lastChanged: Tuple | null = null;

  /** @param again runs the loop on the items of an item; null if it isn't marked as recursive */
  constructor(
    private readonly items: readonly Value[],
    private readonly depth: number,
    again: ((items: Value) => string) | null,
  ) {
    super("loop", ({ positional: [items = null] }) => {
      if (again === null)
        throw new RenderError(t('"loop" is called in a loop that isn\'t marked as recursive'));
      return again(items);
    });
  }

  override attribute(name: string): Value | undefined {
    const { at, items, depth } = this;
    const { length } = items;
    const outside = (what: string): Undefined => new Undefined(t("there is no {0} item", what));
    switch (name) {
      case "index":
        return at + 1;
      case "index0":
        return at;
      case "revindex":
        return length - at;
      case "revindex0":
        return length - at - 1;
      case "first":
        return at === 0;
      case "last":
        return at === length - 1;
      case "length":
        return length;
      case "depth":
        return depth + 1;
      case "depth0":
        return depth;
      case "previtem":
        return orElse(items[at - 1], () => outside("previous"));
      case "nextitem":
        return orElse(items[at + 1], () => outside("next"));
      case "cycle":
        return new Callable("cycle", ({ positional }) => {
          if (positional.length === 0) throw new RenderError(t("loop.cycle() needs values"));
          return positional[at % positional.length]!;
        });
      case "changed":
        return new Callable("changed", ({ positional }) => {
          const now = new Tuple(positional);
          const isSame = this.lastChanged !== null && isEqual(this.lastChanged, now);
          this.lastChanged = now;
          return !isSame;
        });
      default:
        return undefined;
    }
  }
}
