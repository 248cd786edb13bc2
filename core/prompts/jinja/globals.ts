// The names that every template can read besides its variables.
import { t } from "../../base/index.ts";
import { bind } from "./arguments.ts";
import type { Context } from "./context.ts";
import { RaisedByTemplate, RenderError } from "./faults.ts";
import {
  Callable,
  Dict,
  itemsOf,
  Namespace,
  Sequence,
  Thing,
  type CallArguments,
  type Value,
} from "./values.ts";
import { visits } from "./walk.ts";
import { textOf } from "./writing.ts";

/** As Jinja2's sandbox bounds it. */
const MAX_RANGE_ITEMS = 100_000;

export const GLOBAL_NAMES = ["range", "dict", "namespace", "cycler", "joiner", "raise_exception"] as const;

export function globalsFor(context: Context): ReadonlyMap<string, Value> {
  const functions: Record<(typeof GLOBAL_NAMES)[number], (args: CallArguments) => Value> = {
    range: (args) => range(args, context),
    dict: (args) => dict("dict()", args),
    namespace: (args) => new Namespace(dict("namespace()", args)),
    cycler: ({ positional }) => new Cycler(positional),
    joiner: (args) => joiner(bind("joiner()", args, "sep").text("sep", ", ")),
    raise_exception: (args) => {
      const message = bind("raise_exception()", args, "message").get("message");
      throw new RaisedByTemplate(typeof message === "string" ? message : t("no reason given"));
    },
  };
  return new Map(Object.entries(functions).map(([name, call]) => [name, new Callable(name, call)]));
}

function range({ positional, named }: CallArguments, context: Context): Value {
  const numbers = positional.map((value) => {
    if (typeof value !== "number") throw new RenderError(t("range() takes whole numbers"));
    return value;
  });
  const [first = 0, second, step = 1] = numbers;
  if (numbers.length < 1 || numbers.length > 3 || named.size > 0)
    throw new RenderError(t("range() takes one to three numbers"));
  if (step === 0) throw new RenderError(t("range() takes a step that is not 0"));
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_RANGE_ITEMS)
    throw new RenderError(t("range() gives more than {0} items", MAX_RANGE_ITEMS));
  context.spend(length);
  return new Sequence(
    Array.from({ length }, (_, at) => start + at * step),
    "range",
  );
}

function dict(what: string, { positional, named }: CallArguments): Dict {
  if (positional.length > 1)
    throw new RenderError(t("{0} takes one map or list of pairs, and named values", what));
  const [given] = positional;
  const pairs = given === undefined ? [] : given instanceof Dict ? given.pairs() : itemsOf(given).map(pairOf);
  visits(pairs.length);
  return Dict.of([...pairs, ...named]);
}

function pairOf(value: Value): readonly [Value, Value] {
  const [key, item, ...rest] = itemsOf(value);
  if (key === undefined || item === undefined || rest.length > 0)
    throw new RenderError(t("a map is made of pairs"));
  return [key, item];
}

class Cycler extends Thing {
  readonly type = "cycler";
  private at = 0;

  constructor(private readonly items: readonly Value[]) {
    super();
    if (items.length === 0) throw new RenderError(t("cycler() needs values"));
  }

  override attribute(name: string): Value | undefined {
    if (name === "current") return this.items[this.at];
    if (name === "next")
      return new Callable("next", () => {
        const item = this.items[this.at]!;
        this.at = (this.at + 1) % this.items.length;
        return item;
      });
    if (name !== "reset") return undefined;
    return new Callable("reset", () => {
      this.at = 0;
      return null;
    });
  }
}

function joiner(separator: string): Value {
  let isFirst = true;
  return new Callable("joiner", () => {
    const text = isFirst ? "" : separator;
    isFirst = false;
    return text;
  });
}

/** A function of the caller, which takes and gives texts. */
export function textFunction(name: string, action: (...args: string[]) => string): Callable {
  return new Callable(name, ({ positional }) => action(...positional.map(textOf)));
}
