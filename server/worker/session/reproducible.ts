// How a run that is asked to be reproducible evaluates, or why it can't be.
import { ANY_BATCH, batchesOf, leastSize, type BatchClass, type Batches } from "../../../core/laser/index.ts";
import type { Engine } from "../../engine/index.ts";
import { findBatches, type FindBatches } from "../cache/batchCache.ts";

/** The answer for one run. */
export type Reproducibility =
  | {
      readonly batches: Batches;
      /** null: any will do. */
      readonly chosen: BatchClass | null;
      /** Whether drafts may be trees. */
      readonly trees: boolean;
      /** The context that answers may fill: fillers need room after the last token. */
      readonly contextTokens: number;
    }
  | { readonly reason: string };

/** Seen on an H200: in 3 of 156 comparisons answers diverged, in batches that the probe had found to agree. */
const GPU_REASON = "on a GPU, results were seen to depend on more than how many tokens are evaluated at once";

/** Probes the model unless that was done before. @throws whatever the target throws */
export async function reproducibility(engine: Engine, options: FindBatches): Promise<Reproducibility> {
  const { target, device } = engine;
  const { contextTokens, fillerTokens = 0 } = target;
  if (device.engine === "scripted") return { batches: ANY_BATCH, chosen: null, trees: true, contextTokens };
  if (device.backend !== "cpu") return { reason: GPU_REASON };
  const found = await findBatches(engine, options);
  if (found === null) return { reason: "not measured: the run was stopped before" };
  if (found.chosen === null)
    return {
      reason:
        "on this device, the bits of this model's results depend on how many tokens are evaluated at once",
    };
  // The last token of an answer is never evaluated, which leaves room for one filler.
  const missing = Math.max(0, leastSize(found.chosen) - 2 - fillerTokens);
  return {
    batches: batchesOf(found.chosen, contextTokens + fillerTokens),
    chosen: found.chosen,
    trees: found.chosen.trees,
    contextTokens: contextTokens - missing,
  };
}
