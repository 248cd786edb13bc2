// The structures of llama.h that are passed by value, as of llama.cpp 0.5.0. Their sizes are those of a C compiler on
// every 64-bit platform; guard.ts compares them, and the defaults that the library returns, before anything is called.
import type { TypeObject } from "koffi";
import type { Koffi } from "../foreignFunctions.ts";

/** An address in native memory; null for none. */
export type Pointer = bigint | null;

/** llama_batch. */
export interface BatchStruct {
  n_tokens: number;
  readonly token: Pointer;
  readonly embd: Pointer;
  readonly pos: Pointer;
  readonly n_seq_id: Pointer;
  readonly seq_id: Pointer;
  readonly logits: Pointer;
}

/** A structure of parameters, by field. */
export type Fields = Record<string, number | boolean | Pointer>;

/** The structures, as koffi's types. */
export interface Layouts {
  readonly batch: TypeObject;
  readonly modelParams: TypeObject;
  readonly contextParams: TypeObject;
}

/** Bytes of each structure. */
export const STRUCT_BYTES: Readonly<Record<keyof Layouts, number>> = {
  batch: 56,
  modelParams: 80,
  contextParams: 160,
};

const fields = (type: string, ...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, type]));

const BATCH = {
  ...fields("int32_t", "n_tokens"),
  ...fields("void *", "token", "embd", "pos", "n_seq_id", "seq_id", "logits"),
};

const MODEL_PARAMS = {
  ...fields("void *", "devices", "tensor_buft_overrides"),
  ...fields("int32_t", "n_gpu_layers", "split_mode", "load_mode", "lazy_mode", "main_gpu"),
  ...fields("void *", "tensor_split", "progress_callback", "progress_callback_user_data", "kv_overrides"),
  ...fields("bool", "vocab_only", "check_tensors", "use_extra_bufts", "no_host", "no_alloc", "load_mtp"),
};

const CONTEXT_PARAMS = {
  ...fields("uint32_t", "n_ctx", "n_batch", "n_ubatch", "n_seq_max", "n_rs_seq"),
  ...fields("uint32_t", "n_outputs_max", "n_outputs_max_per_seq"),
  ...fields("int32_t", "n_threads", "n_threads_batch", "ctx_type", "rope_scaling_type"),
  ...fields("int32_t", "pooling_type", "attention_type", "flash_attn_type"),
  ...fields("float", "rope_freq_base", "rope_freq_scale", "yarn_ext_factor", "yarn_attn_factor"),
  ...fields("float", "yarn_beta_fast", "yarn_beta_slow"),
  ...fields("uint32_t", "yarn_orig_ctx"),
  ...fields("float", "defrag_thold"),
  ...fields("void *", "cb_eval", "cb_eval_user_data"),
  ...fields("int32_t", "type_k", "type_v"),
  ...fields("void *", "abort_callback", "abort_callback_data"),
  ...fields("bool", "embeddings", "offload_kqv", "no_perf", "op_offload", "swa_full", "kv_unified"),
  ...fields("void *", "samplers"),
  ...fields("size_t", "n_samplers"),
  ...fields("void *", "ctx_other"),
};

/** Defines the structures, without names, so that they may be defined again. */
export function defineLayouts({ struct }: Pick<Koffi, "struct">): Layouts {
  return {
    batch: struct(BATCH),
    modelParams: struct(MODEL_PARAMS),
    contextParams: struct(CONTEXT_PARAMS),
  };
}
