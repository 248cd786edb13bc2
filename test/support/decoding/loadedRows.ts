// A target whose rows are all read at once, for tests that look at them.
import type { TargetModel } from "../../../core/laser/index.ts";

/** The same target, except that `evaluate` also reads every row. */
export function loadingRows(target: TargetModel): TargetModel {
  const evaluate: TargetModel["evaluate"] = async (tokens, options) => {
    const rows = await target.evaluate(tokens, options);
    for (let row = 0; row < rows.rows; row++) rows.load?.(row);
    return rows;
  };
  return new Proxy(target, {
    get(inner, key) {
      if (key === "evaluate") return evaluate;
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
}
