// How the weights of a model file are stored, as people name it: by what the file says of itself, otherwise by the type that most
// bytes of its tensors have.
import { numberAt } from "./metadata.ts";
import type { GgufHead } from "./readHead.ts";

/** `general.file_type`: numbers and names are those of llama_ftype in llama.h. */
const FILE_TYPES: ReadonlyMap<number, string> = new Map([
  [0, "F32"],
  [1, "F16"],
  [2, "Q4_0"],
  [3, "Q4_1"],
  [7, "Q8_0"],
  [8, "Q5_0"],
  [9, "Q5_1"],
  [10, "Q2_K"],
  [11, "Q3_K_S"],
  [12, "Q3_K_M"],
  [13, "Q3_K_L"],
  [14, "Q4_K_S"],
  [15, "Q4_K_M"],
  [16, "Q5_K_S"],
  [17, "Q5_K_M"],
  [18, "Q6_K"],
  [19, "IQ2_XXS"],
  [20, "IQ2_XS"],
  [21, "Q2_K_S"],
  [22, "IQ3_XS"],
  [23, "IQ3_XXS"],
  [24, "IQ1_S"],
  [25, "IQ4_NL"],
  [26, "IQ3_S"],
  [27, "IQ3_M"],
  [28, "IQ2_S"],
  [29, "IQ2_M"],
  [30, "IQ4_XS"],
  [31, "IQ1_M"],
  [32, "BF16"],
  [36, "TQ1_0"],
  [37, "TQ2_0"],
  [38, "MXFP4"],
]);

/** The common ones of ggml's tensor types, for files that don't name theirs. */
const TENSOR_TYPES: ReadonlyMap<number, string> = new Map([
  [0, "F32"],
  [1, "F16"],
  [2, "Q4_0"],
  [3, "Q4_1"],
  [6, "Q5_0"],
  [7, "Q5_1"],
  [8, "Q8_0"],
  [10, "Q2_K"],
  [11, "Q3_K"],
  [12, "Q4_K"],
  [13, "Q5_K"],
  [14, "Q6_K"],
  [20, "IQ4_NL"],
  [23, "IQ4_XS"],
  [30, "BF16"],
  [39, "MXFP4"],
]);

/** E.g. "Q4_K_M"; null if neither the file nor its first part's tensors say. */
export function quantisationOf(head: Pick<GgufHead, "metadata" | "tensors">): string | null {
  const named = FILE_TYPES.get(numberAt(head, "general.file_type") ?? -1);
  if (named !== undefined) return named;
  const bytes = new Map<number, number>();
  for (const tensor of head.tensors) bytes.set(tensor.type, (bytes.get(tensor.type) ?? 0) + tensor.bytes);
  const [most] = [...bytes].sort(([, a], [, b]) => b - a);
  return TENSOR_TYPES.get(most?.[0] ?? -1) ?? null;
}
