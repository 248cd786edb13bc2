// The functions of libllama that are called, with their types. They block: what may take long is called on a worker
// thread through `inBackground`. No callback is ever passed, since a callback from a foreign thread is not safe.
import type { KoffiFunc } from "koffi";
import type { Koffi } from "../foreignFunctions.ts";
import { deviceFunctions, type DeviceFunctions } from "./deviceList.ts";
import { ggmlBeside } from "./library.ts";
import { threadPoolMaker, type MakeThreadPool } from "./threadPool.ts";
import { defineLayouts, type BatchStruct, type Fields, type Layouts, type Pointer } from "./layouts.ts";

/** Memory of this process: native, or of an array. */
export type Memory = Pointer | Int32Array | Uint8Array | Float32Array | BigUint64Array;

/** Functions by the names of llama.h, without their prefix. */
export interface Functions {
  version: KoffiFunc<() => string>;
  modelDefaultParams: KoffiFunc<() => Fields>;
  contextDefaultParams: KoffiFunc<() => Fields>;
  /** null if it fails; the library's log then says why. */
  modelLoadFromFile: KoffiFunc<(path: string, params: Fields) => Pointer>;
  modelFree: KoffiFunc<(model: Pointer) => void>;
  /** null if it fails, mostly because memory runs out. */
  initFromModel: KoffiFunc<(model: Pointer, params: Fields) => Pointer>;
  free: KoffiFunc<(context: Pointer) => void>;
  getMemory: KoffiFunc<(context: Pointer) => Pointer>;
  /** Sequence −1 means all; `to` −1 the end. */
  memorySeqRm: KoffiFunc<(memory: Pointer, sequence: number, from: number, to: number) => boolean>;
  batchInit: KoffiFunc<(tokens: number, embedding: number, sequences: number) => BatchStruct>;
  batchFree: KoffiFunc<(batch: BatchStruct) => void>;
  /** 0: done · 1: no free cells · others: failed. */
  decode: KoffiFunc<(context: Pointer, batch: BatchStruct) => number>;
  synchronize: KoffiFunc<(context: Pointer) => void>;
  /** Row after token i of the last batch; null if it has none. Waits for the decode. */
  getLogitsIth: KoffiFunc<(context: Pointer, token: number) => Pointer>;
  setNThreads: KoffiFunc<(context: Pointer, forOneToken: number, forSeveral: number) => void>;
  /** For single tokens, and for several; null: threads are started at each decode. */
  attachThreadpool: KoffiFunc<(context: Pointer, forOneToken: Pointer, forSeveral: Pointer) => void>;
  copy: KoffiFunc<(to: Memory, from: Memory, bytes: number) => void>;
}

/** An open libllama. */
export interface Native {
  readonly functions: Functions;
  readonly makeThreadPool: MakeThreadPool;
  /** ggml's list of devices. @throws Error if the platform doesn't find its functions */
  readonly devices: () => DeviceFunctions;
  /** Native memory with the pointers and a null after them, until `free`. */
  readonly pointerList: (pointers: readonly Pointer[]) => { readonly pointer: Pointer; free(): void };
  readonly layouts: Layouts;
  /** Bytes of each structure as this process lays it out. */
  readonly bytes: Readonly<Record<keyof Layouts, number>>;
}

/** @throws Error if the file can't be opened or a function is missing */
export function openNative(koffi: Koffi, file: string): Native {
  const layouts = defineLayouts(koffi);
  const { batch, modelParams, contextParams } = layouts;
  const library = koffi.load(file);
  const runtime = koffi.load(process.platform === "win32" ? "ucrtbase.dll" : null);
  const int = "int32_t";
  const pointer = "void *";
  const functions = {
    version: library.func("llama_version", "const char *", []),
    modelDefaultParams: library.func("llama_model_default_params", modelParams, []),
    contextDefaultParams: library.func("llama_context_default_params", contextParams, []),
    modelLoadFromFile: library.func("llama_model_load_from_file", pointer, ["const char *", modelParams]),
    modelFree: library.func("llama_model_free", "void", [pointer]),
    initFromModel: library.func("llama_init_from_model", pointer, [pointer, contextParams]),
    free: library.func("llama_free", "void", [pointer]),
    getMemory: library.func("llama_get_memory", pointer, [pointer]),
    memorySeqRm: library.func("llama_memory_seq_rm", "bool", [pointer, int, int, int]),
    batchInit: library.func("llama_batch_init", batch, [int, int, int]),
    batchFree: library.func("llama_batch_free", "void", [batch]),
    decode: library.func("llama_decode", int, [pointer, batch]),
    synchronize: library.func("llama_synchronize", "void", [pointer]),
    getLogitsIth: library.func("llama_get_logits_ith", pointer, [pointer, int]),
    setNThreads: library.func("llama_set_n_threads", "void", [pointer, int, int]),
    attachThreadpool: library.func("llama_attach_threadpool", "void", [pointer, pointer, pointer]),
    copy: runtime.func("memcpy", pointer, [koffi.out(pointer), pointer, "size_t"]),
  };
  return {
    functions,
    // Symbols are looked up when a pool is wanted: not every platform finds them through libllama.
    makeThreadPool: (threads) => threadPoolMaker(library, koffi)(threads),
    devices: () => {
      const libraries = ggmlBeside(file).map((path) => koffi.load(path));
      return deviceFunctions(libraries, koffi);
    },
    pointerList: (pointers) => {
      const memory = koffi.alloc(pointer, pointers.length + 1) as Pointer;
      koffi.encode(memory, koffi.array(pointer, pointers.length + 1), [...pointers, null]);
      return {
        pointer: memory,
        free: () => {
          koffi.free(memory);
        },
      };
    },
    layouts,
    bytes: {
      batch: koffi.sizeof(batch),
      modelParams: koffi.sizeof(modelParams),
      contextParams: koffi.sizeof(contextParams),
    },
  };
}

/** Calls a function on a worker thread. */
export function inBackground<A extends unknown[], R>(
  call: { async: (...args: [...A, (error: unknown, result: R) => void]) => void },
  ...args: A
): Promise<R> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error, result) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error instanceof Error ? error : new Error("the call failed", { cause: error }));
    });
  });
}
