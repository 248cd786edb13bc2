// Targets whose rows are read in another way than their own.
import type { TargetModel, TopRows } from "../../../core/laser/index.ts";

/** The same target, except that `evaluate` also reads every row. */
export function loadingRows(target: TargetModel): TargetModel {
  const evaluate: TargetModel["evaluate"] = async (tokens, options) => {
    const rows = await target.evaluate(tokens, options);
    for (let row = 0; row < rows.rows; row++) rows.load?.(row);
    return rows;
  };
  return withEvaluate(target, evaluate);
}

/**
 * The same target, except that rows are empty until they are loaded, then hold the exact sum, and may say their best
 * token before.
 */
export function loadedLater<T extends TargetModel>(
  target: T,
  saysBest: boolean,
  onLoad: (row: number) => void = () => undefined,
): T {
  const evaluate: TargetModel["evaluate"] = async (tokens, options) => {
    const whole = await target.evaluate(tokens, options);
    if (options.rows === "none") return whole;
    const { rows: count, width } = whole;
    const sums = await Promise.all(Array.from({ length: count }, (_, row) => target.fullLogSumExp(row)));
    const read: TopRows = {
      rows: count,
      width,
      ids: new Int32Array(count * width).fill(-1),
      logits: new Float32Array(count * width).fill(NaN),
      logSumExp: new Float64Array(count).fill(NaN),
      alsoLogits: new Float32Array(count * (options.alsoTokens?.length ?? 0)),
    };
    const load = (row: number): void => {
      const [from, to] = [row * width, (row + 1) * width];
      read.ids.set(whole.ids.subarray(from, to), from);
      read.logits.set(whole.logits.subarray(from, to), from);
      read.logSumExp![row] = sums[row]!;
      onLoad(row);
    };
    return { ...read, load, ...(saysBest && { best: (row: number) => whole.ids[row * width]! }) };
  };
  return withEvaluate(target, evaluate);
}

function withEvaluate<T extends TargetModel>(target: T, evaluate: TargetModel["evaluate"]): T {
  return new Proxy(target, {
    get(inner, key) {
      if (key === "evaluate") return evaluate;
      const value: unknown = Reflect.get(inner, key, inner);
      return typeof value === "function" ? (value.bind(inner) as unknown) : value;
    },
  });
}
