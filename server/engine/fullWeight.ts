// The weight of the whole vocabulary at a position that was just evaluated. The library's public interface gives the
// K best logits or the sum over all, not both from one evaluation; so this file, and it alone, reaches behind it. The
// library's version is pinned; where its inside looks otherwise, there is no weight. It must not know rows or rules.
import type { LlamaContextSequence, LlamaModel } from "node-llama-cpp";

/** Σ exp(logit − highest logit) over the vocabulary, behind the token at `index` of the last evaluation. */
export interface FullWeight {
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

/** Where the total weight stands in what the native function gives. */
const TOTAL_WEIGHT = 4;

/** null where this build of the library has not got the parts. */
export function fullWeightOf(model: LlamaModel, sequence: LlamaContextSequence): FullWeight | null {
  const context = inside(sequence, "_context", "_ctx");
  const Sampler = inside(model, "_llama", "_bindings", "AddonSampler");
  const nativeModel = inside(model, "_model");
  if (!isObject(context) || typeof Sampler !== "function" || !isObject(nativeModel)) return null;
  const sampleToken = inside(context, "sampleToken");
  if (typeof sampleToken !== "function") return null;
  // One sampler without any cut: every token counts. Greedy choice is the cheapest there is.
  const sampler: unknown = Reflect.construct(Sampler, [nativeModel]);
  const applyConfig = inside(sampler, "applyConfig");
  const dispose = inside(sampler, "dispose");
  if (!isObject(sampler) || typeof applyConfig !== "function" || typeof dispose !== "function") return null;
  Reflect.apply(applyConfig, sampler, [{ temperature: 0, minP: 0, topK: 0, topP: 1, seed: 0 }]);
  let before: Promise<unknown> = Promise.resolve();
  const weightAt = async (index: number): Promise<number> => {
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
      // The sampler's buffers are its own: two at once would write over each other.
      const weight = before.then(() => weightAt(index));
      before = weight.catch(() => undefined);
      return weight;
    },
    dispose() {
      Reflect.apply(dispose, sampler, []);
    },
  };
}

function inside(object: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), object);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
