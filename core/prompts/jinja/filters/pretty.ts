// Writes a value over several lines for the filter pprint, as Python's pprint does: keys sorted, 80 characters wide.
import { compared, Dict, isList, type Value } from "../values.ts";
import { Walk } from "../walk.ts";
import { textOf } from "../writing.ts";

const WIDTH = 80;

/** A text that is too long stays on one line, which Python's would break. */
export function pretty(value: Value): string {
  return lines(sorted(value, new Walk(), 0), 0, 0);
}

function sorted(value: Value, walk: Walk, depth: number): Value {
  walk.visit(depth);
  if (isList(value)) return value.map((item) => sorted(item, walk, depth + 1));
  if (!(value instanceof Dict)) return value;
  const pairs = value.pairs().map(([key, item]) => [key, sorted(item, walk, depth + 1)] as const);
  const isText = pairs.every(([key]) => typeof key === "string");
  return Dict.of(isText ? pairs.sort(([a], [b]) => compared(a, b)) : pairs);
}

/** @param indent columns before the value · after: characters that follow it on its last line */
function lines(value: Value, indent: number, after: number): string {
  const short = textOf([value]).slice(1, -1);
  const isSplit = isList(value) || value instanceof Dict;
  if (!isSplit || short.length <= WIDTH - indent - after) return short;
  const [open, close] = isList(value) ? ["[", "]"] : ["{", "}"];
  const items = isList(value)
    ? value.map((item, at) => lines(item, indent + 1, at + 1 < value.length ? 1 : after + 1))
    : value.pairs().map(([key, item], at, all) => {
        const name = textOf([key]).slice(1, -1);
        return `${name}: ${lines(item, indent + name.length + 3, at + 1 < all.length ? 1 : after + 1)}`;
      });
  return open + items.join(`,\n${" ".repeat(indent + 1)}`) + close;
}
