// How reproducible runs of a loaded model evaluate: from the cache, or tried now, with progress.
import type { Engine } from "../../engine/index.ts";
import { reproducibleWords } from "../../../core/trace/index.ts";
import { cacheFolder } from "../../files/index.ts";
import { reproducibility, type Reproducibility } from "../../worker/index.ts";
import type { Progress } from "../terminal/progress.ts";

/**
 * As a strict run has it by default: null on a GPU. Says so if no batches agree.
 * @throws the signal's reason when stopped; whatever the target throws
 */
export async function modelBatches(
  engine: Engine,
  progress: Progress,
  signal: AbortSignal,
): Promise<Extract<Reproducibility, { readonly batches: unknown }> | null> {
  if (engine.device.backend !== "cpu") return null;
  const found = await reproducibility(engine, {
    cacheDir: cacheFolder(),
    now: () => performance.now(),
    signal,
    onProgress: (share) => {
      progress.update("trying the model's batch sizes (once)", share);
    },
  });
  signal.throwIfAborted();
  if ("batches" in found) return found;
  const words = reproducibleWords({ reproducible: false, notReproducible: found.reason });
  progress.done(`reproducible: ${words}`);
  return null;
}
