// Whether a model fits this machine, in words: for the list of models and for the model page, before anything is loaded.
import { t } from "../../core/base/index.ts";
import { BACKEND_NAMES } from "../../core/settings/index.ts";
import type { ModelFit } from "../../server/protocol/worker.ts";

/** E.g. "fits, all 31 layers on Vulkan; needs about 0.4 GB (0.1 GB for 4,096 tokens of context)": the end of a long row is cut. */
export function fitText(fit: ModelFit): string {
  const { neededBytes, hereBytes, freeBytes, gpu } = fit;
  if (neededBytes === null || hereBytes === null) return t("needed memory not known");
  const layers = layersText(fit);
  const need = [needText(neededBytes), contextText(fit)].join(" ");
  if (hereBytes > freeBytes) return tooLargeText(need, fit);
  if (layers !== null) return t("fits, {0}; needs about {1}", layers, need);
  if (gpu === null) return t("fits, needs about {0}", need);
  const backend = BACKEND_NAMES[gpu.backend];
  if (neededBytes <= gpu.freeBytes) return t("fits {0}, needs about {1}", backend, need);
  return neededBytes <= freeBytes
    ? t("fits, needs about {0}", need)
    : t("fits {0} and memory together, needs about {1}", backend, need);
}

function tooLargeText(need: string, { freeBytes, gpu }: ModelFit): string {
  const free = freeText(freeBytes);
  return gpu === null
    ? t("too large: needs about {0}, {1} are free", need, free)
    : t(
        "too large: needs about {0}, {1} are free and {2} on {3}",
        ...[need, free, freeText(gpu.freeBytes), BACKEND_NAMES[gpu.backend]],
      );
}

function contextText({ contextBytes, contextTokens }: ModelFit): string {
  if (contextBytes === null) return t("without its context");
  return t("({0} for {1} tokens of context)", needText(contextBytes), contextTokens.toLocaleString("en"));
}

/** Where the layers would be; null if it is not known how many there are. */
export function layersText({
  layers,
  gpu,
  untried,
}: Pick<ModelFit, "layers" | "gpu" | "untried">): string | null {
  if (layers === null) return null;
  const { total, onGpu } = layers;
  if (gpu === null)
    return untried === null
      ? t("{0} layers on the CPU", total)
      : t("{0} layers, {1} not tried yet", total, BACKEND_NAMES[untried]);
  const backend = BACKEND_NAMES[gpu.backend];
  if (onGpu === 0) return t("{0} layers on the CPU: none fits {1}", total, backend);
  return onGpu === total
    ? t("all {0} layers on {1}", total, backend)
    : t("about {0} of {1} layers on {2}", onGpu, total, backend);
}

/** E.g. "0.2 GB"; below a tenth of one, in MB. */
export const needText = (bytes: number): string =>
  bytes <= 5e7 ? t("{0} MB", Math.ceil(bytes / 1e6)) : t("{0} GB", (Math.ceil(bytes / 1e8) / 10).toFixed(1));

export const freeText = (bytes: number): string => t("{0} GB", (Math.floor(bytes / 1e8) / 10).toFixed(1));
