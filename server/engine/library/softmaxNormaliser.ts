// The softmax denominator over the whole vocabulary at a position that was just evaluated. The library's public
// interface gives the K largest logits or the sum over all, not both from one evaluation; so this file, and only this file,
// uses the library's internals. Its version is pinned; if the internals look different, no normaliser is returned.
import type { LlamaContextSequence, LlamaModel } from "node-llama-cpp";

/** Reads the softmax denominator; owns native memory until `dispose`. */
export interface SoftmaxNormaliser {
  /** Σ exp(logit − highest logit) over the vocabulary, after the token at `index` of the last evaluation. */
  at(index: number): Promise<number>;
  dispose(): void;
}

type SampleToken = (
  index: number,
  sampler: object,
  probabilities: boolean,
  confidence: boolean,
  logits: boolean,
  totalLogitWeight: boolean,
) => Promise<readonly unknown[]>;

/** Index of the total weight in the native function's result. */
const TOTAL_WEIGHT = 4;

/** null if this build of the library doesn't have the parts. */
export function softmaxNormaliserOf(
  model: LlamaModel,
  sequence: LlamaContextSequence,
): SoftmaxNormaliser | null {
  const context = internal(sequence, "_context", "_ctx");
  const Sampler = internal(model, "_llama", "_bindings", "AddonSampler");
  const nativeModel = internal(model, "_model");
  if (!isObject(context) || typeof Sampler !== "function" || !isObject(nativeModel)) return null;
  const sampleToken = internal(context, "sampleToken");
  if (typeof sampleToken !== "function") return null;
  // A sampler without truncation: every token counts. Greedy choice is the cheapest.
  const sampler: unknown = Reflect.construct(Sampler, [nativeModel]);
  const applyConfig = internal(sampler, "applyConfig");
  const dispose = internal(sampler, "dispose");
  if (!isObject(sampler) || typeof applyConfig !== "function" || typeof dispose !== "function") return null;
  Reflect.apply(applyConfig, sampler, [{ temperature: 0, minP: 0, topK: 0, topP: 1, seed: 0 }]);
  let previous: Promise<unknown> = Promise.resolve();
  const sumAt = async (index: number): Promise<number> => {
    const args: Parameters<SampleToken> = [index, sampler, false, false, false, true];
    const result: readonly unknown[] = await (Reflect.apply(
      sampleToken,
      context,
      args,
    ) as ReturnType<SampleToken>);
    return Number(result[TOTAL_WEIGHT]);
  };
  return {
    at(index) {
      // The sampler has one set of buffers: concurrent calls would overwrite each other.
      const sum = previous.then(() => sumAt(index));
      previous = sum.catch(() => undefined);
      return sum;
    },
    dispose() {
      Reflect.apply(dispose, sampler, []);
    },
  };
}

function internal(object: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), object);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
