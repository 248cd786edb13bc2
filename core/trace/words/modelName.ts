// What a model is called where a reader sees it.
import type { TraceModel } from "../types.ts";

/**
 * Its file's name without the ending, which says the quantisation and is what the user chose. The name that a head states,
 * such as "Smollm2 135M 8k Lc100K Mix1 Ep2", is that of its training.
 */
export function modelName({ file, name }: Pick<TraceModel, "file" | "name">): string {
  const stem = file.replace(/\.gguf$/i, "");
  return stem === "" ? name : stem;
}
