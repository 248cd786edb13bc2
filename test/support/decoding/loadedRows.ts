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
 * token before. All logits of a row can be read as well.
 */
export function loadedLater<T extends TargetModel>(
  target: T,
  saysBest: boolean,
  onLoad: (row: number) => void = () => undefined,
): T {
  const evaluate: TargetModel["evaluate"] = async (tokens, options) => {
    if (options.rows === "none") return target.evaluate(tokens, options);
    const { vocabularySize } = target;
    const whole = await target.evaluate(tokens, { ...options, topK: vocabularySize });
    const { rows: count } = whole;
    const width = Math.min(options.topK, vocabularySize);
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
      const from = row * vocabularySize;
      read.ids.set(whole.ids.subarray(from, from + width), row * width);
      read.logits.set(whole.logits.subarray(from, from + width), row * width);
      read.logSumExp![row] = sums[row]!;
      onLoad(row);
    };
    const all = (row: number): Float32Array => {
      const logits = new Float32Array(vocabularySize);
      for (let i = row * vocabularySize; i < (row + 1) * vocabularySize; i++)
        logits[whole.ids[i]!] = whole.logits[i]!;
      return logits;
    };
    const best = (row: number) => whole.ids[row * vocabularySize]!;
    return { ...read, load, whole: all, ...(saysBest && { best }) };
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
