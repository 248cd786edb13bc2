// The back ends of GPUs, as users know them.

/** By their names in laser.gpu. */
export const BACKEND_NAMES = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;
