// Threads that stay between evaluations: without them ggml starts and joins its threads at every one, since the packaged
// libraries have no OpenMP.
import type { TypeObject } from "koffi";
import type { Koffi, Library } from "../foreignFunctions.ts";
import type { Fields, Pointer } from "./layouts.ts";

/**
 * Where a pool is used by default: with 8 threads on 16 cores it takes 6 % of the time of one token and 15 % of that of
 * 16 (our measurement, SmolLM2-135M Q4_0, Xeon). On two cores no difference was found.
 */
export const MIN_POOL_THREADS = 4;

/** Bytes of ggml_threadpool_params, as a C compiler lays it out; the mask of processors is the first 512. */
const PARAMS_BYTES = 528;
const DEFAULTS: Fields = { prio: 0, poll: 50, strict_cpu: false, paused: false };
/** How long threads spin for the next evaluation, on ggml's scale of 0 … 100: as long as the pause between two steps. */
const POLL = 2;
const CPU = 0;

/** Native threads until `free`, which must follow that of the context that uses them. */
export interface ThreadPool {
  readonly pointer: Pointer;
  free(): void;
}

/** @throws Error if ggml fails, or is not the one that this file describes */
export type MakeThreadPool = (threads: number) => ThreadPool;

/** Finds ggml's functions through libllama, which is linked to it. @throws Error if the platform doesn't */
export function threadPoolMaker(library: Library, koffi: Koffi): MakeThreadPool {
  const params = koffi.struct({
    cpumask: koffi.array("uint8_t", 512),
    n_threads: "int32_t",
    prio: "int32_t",
    poll: "uint32_t",
    strict_cpu: "bool",
    paused: "bool",
  });
  const pointer = "void *";
  const defaultParams = library.func("ggml_threadpool_params_default", params, ["int32_t"]);
  const deviceByType = library.func("ggml_backend_dev_by_type", pointer, ["int32_t"]);
  const registryOf = library.func("ggml_backend_dev_backend_reg", pointer, [pointer]);
  const addressOf = library.func("ggml_backend_reg_get_proc_address", pointer, [pointer, "const char *"]);
  const find = (name: string, type: TypeObject): unknown => {
    const address = addressOf(registryOf(deviceByType(CPU) as Pointer) as Pointer, name) as Pointer;
    if (address === null) throw new Error(`ggml has no ${name}`);
    return koffi.decode(address, type);
  };
  const makeType = koffi.proto(null, pointer, [koffi.pointer(params)]);
  const freeType = koffi.proto(null, "void", [pointer]);
  return (threads) => {
    const chosen = defaultParams(threads) as Fields;
    const expected: Fields = { ...DEFAULTS, n_threads: threads };
    const other = Object.keys(expected).find((field) => chosen[field] !== expected[field]);
    if (koffi.sizeof(params) !== PARAMS_BYTES || other !== undefined)
      throw new Error(`its thread pools differ: ${other ?? `${koffi.sizeof(params)} bytes`}`);
    const make = find("ggml_threadpool_new", makeType) as (params: Fields) => Pointer;
    const free = find("ggml_threadpool_free", freeType) as (pool: Pointer) => void;
    const pool = make({ ...chosen, poll: POLL });
    if (pool === null) throw new Error(`ggml made no pool of ${threads} threads`);
    return {
      pointer: pool,
      free: () => {
        free(pool);
      },
    };
  };
}
