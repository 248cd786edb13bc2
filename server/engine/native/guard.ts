// Whether the library is the one whose structures layouts.ts describes. A wrong layout would not fail but corrupt
// memory, so any evidence of another version makes it refuse.
import type { Native } from "./functions.ts";
import { STRUCT_BYTES, type Fields, type Layouts } from "./layouts.ts";

const VERSION = "0.5.0-dev";

const MODEL_DEFAULTS: Fields = {
  devices: null,
  tensor_buft_overrides: null,
  n_gpu_layers: -1,
  split_mode: 1,
  load_mode: -1,
  lazy_mode: 1,
  main_gpu: 0,
  tensor_split: null,
  progress_callback: null,
  progress_callback_user_data: null,
  kv_overrides: null,
  vocab_only: false,
  check_tensors: false,
  use_extra_bufts: true,
  no_host: false,
  no_alloc: false,
  load_mtp: false,
};

const CONTEXT_DEFAULTS: Fields = {
  n_ctx: 512,
  n_batch: 2048,
  n_ubatch: 512,
  n_seq_max: 1,
  n_rs_seq: 0,
  n_outputs_max: 0,
  n_outputs_max_per_seq: 1,
  n_threads: 4,
  n_threads_batch: 4,
  ctx_type: 0,
  rope_scaling_type: -1,
  pooling_type: -1,
  attention_type: -1,
  flash_attn_type: -1,
  rope_freq_base: 0,
  rope_freq_scale: 0,
  yarn_ext_factor: -1,
  yarn_attn_factor: -1,
  yarn_beta_fast: -1,
  yarn_beta_slow: -1,
  yarn_orig_ctx: 0,
  defrag_thold: -1,
  cb_eval: null,
  cb_eval_user_data: null,
  type_k: 1,
  type_v: 1,
  abort_callback: null,
  abort_callback_data: null,
  embeddings: false,
  offload_kqv: true,
  no_perf: true,
  op_offload: true,
  swa_full: true,
  kv_unified: false,
  samplers: null,
  n_samplers: 0,
  ctx_other: null,
};

/** What the guard looks at. */
export interface Observed {
  readonly version: string;
  readonly bytes: Native["bytes"];
  readonly modelDefaults: Fields;
  readonly contextDefaults: Fields;
}

/** Asks the library. Its version comes first: with another one, no structure is read. */
export function observe({ functions, bytes }: Native): Observed {
  const version = functions.version();
  if (version !== VERSION) return { version, bytes, modelDefaults: {}, contextDefaults: {} };
  return {
    version,
    bytes,
    modelDefaults: functions.modelDefaultParams(),
    contextDefaults: functions.contextDefaultParams(),
  };
}

/** Why a library is refused; null if it is the one expected. */
export function refusal({ version, bytes, modelDefaults, contextDefaults }: Observed): string | null {
  if (version !== VERSION) return `llama.cpp reports version ${version}, expected ${VERSION}`;
  for (const name of Object.keys(STRUCT_BYTES) as (keyof Layouts)[])
    if (bytes[name] !== STRUCT_BYTES[name])
      return `${name} has ${bytes[name]} bytes, expected ${STRUCT_BYTES[name]}`;
  return (
    difference("the model", modelDefaults, MODEL_DEFAULTS) ??
    difference("the context", contextDefaults, CONTEXT_DEFAULTS)
  );
}

function difference(what: string, found: Fields, expected: Fields): string | null {
  for (const [field, value] of Object.entries(expected))
    if (found[field] !== value)
      return `llama.cpp's default ${field} for ${what} is ${String(found[field])}, expected ${String(value)}`;
  return null;
}
