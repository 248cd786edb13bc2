// The back ends of GPUs, as users know them.
import { t } from "../base/index.ts";

/** By their names in laser.gpu. */
export const BACKEND_NAMES = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

/** The choices of laser.gpu as users read them, wherever they are not the text of a setting. */
export const GPU_CHOICE_NAMES = { auto: t("Best available"), off: t("CPU only"), ...BACKEND_NAMES } as const;
