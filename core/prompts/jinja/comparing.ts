// Comparisons, and whether something is in something else.
import { t } from "../../base/index.ts";
import { MissingVariable, RenderError } from "./faults.ts";
import type { CompareSign } from "./nodes.ts";
import { compared, Dict, isEqual, itemsOf, typeOf, Undefined, type Value } from "./values.ts";

/** @throws MissingVariable or RenderError for a value that is undefined */
export function defined(value: Value): Value {
  if (!(value instanceof Undefined)) return value;
  throw value.variable === null ? new RenderError(value.what) : new MissingVariable(value.variable);
}

/** Whether a comparison holds. @throws RenderError for values that have no order, or nothing in them */
export function holds(sign: CompareSign, left: Value, right: Value): boolean {
  switch (sign) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "in":
      return contains(right, left);
    case "not in":
      return !contains(right, left);
    case "<":
      return compared(defined(left), defined(right)) < 0;
    case "<=":
      return compared(defined(left), defined(right)) <= 0;
    case ">":
      return compared(defined(left), defined(right)) > 0;
    case ">=":
      return compared(defined(left), defined(right)) >= 0;
  }
}

function contains(container: Value, item: Value): boolean {
  if (typeof container === "string") {
    if (typeof item !== "string") throw new RenderError(t("a text can't contain {0}", typeOf(defined(item))));
    return container.includes(item);
  }
  if (container instanceof Dict) return container.has(item);
  return itemsOf(container).some((other) => isEqual(other, item));
}
