// The GPUs that ggml has found in this process, in its own order, and their memory.
import type { TypeObject } from "koffi";
import type { GpuDevice } from "../devices/report.ts";
import { placeOf } from "../devices/wanted.ts";
import type { Koffi, Library } from "../foreignFunctions.ts";
import type { Pointer } from "./layouts.ts";

/** ggml_backend_dev_type. */
const GPU = 1;
const INTEGRATED_GPU = 2;

/** ggml's functions by the names of ggml-backend.h, without their prefix ggml_backend_dev_. */
export interface DeviceFunctions {
  count(): number;
  get(place: number): Pointer;
  type(device: Pointer): number;
  name(device: Pointer): string;
  description(device: Pointer): string;
  /** Bytes; 0 of 0 if the driver doesn't report them. */
  memory(device: Pointer): { readonly freeBytes: number; readonly totalBytes: number };
}

/** A GPU with ggml's pointer to it. */
export interface NativeDevice extends GpuDevice {
  readonly pointer: Pointer;
  /** Its memory is the machine's. */
  readonly isIntegrated: boolean;
}

/** All GPUs, integrated ones too. Memory is read at each call. */
export function listGpus(functions: DeviceFunctions): readonly NativeDevice[] {
  return Array.from({ length: functions.count() }, (_, place) => functions.get(place))
    .filter((device) => [GPU, INTEGRATED_GPU].includes(functions.type(device)))
    .map((pointer) => ({
      pointer,
      name: functions.name(pointer),
      description: functions.description(pointer),
      ...functions.memory(pointer),
      isIntegrated: functions.type(pointer) === INTEGRATED_GPU,
    }));
}

/** The GPU of a name or number; null if there is none. */
export function gpuNamed(wanted: string, functions: DeviceFunctions): NativeDevice | null {
  const gpus = listGpus(functions);
  const place = placeOf(wanted, gpus);
  return place === null ? null : gpus[place]!;
}

/** @param libraries those of ggml: a system may look a function up only in the very file that has it @throws Error */
export function deviceFunctions(libraries: readonly Library[], koffi: Koffi): DeviceFunctions {
  const pointer = "void *";
  const find = (name: string, result: string, args: (string | TypeObject | ReturnType<Koffi["out"]>)[]) => {
    let failure: unknown;
    for (const library of libraries) {
      try {
        return library.func(`ggml_backend_dev_${name}`, result, args);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };
  const bytes = koffi.out(koffi.pointer("size_t"));
  const memory = find("memory", "void", [pointer, bytes, bytes]);
  return {
    count: find("count", "size_t", []),
    get: find("get", pointer, ["size_t"]),
    type: find("type", "int32_t", [pointer]),
    name: find("name", "const char *", [pointer]),
    description: find("description", "const char *", [pointer]),
    memory: (device) => {
      const free = [0];
      const total = [0];
      memory(device, free, total);
      return { freeBytes: Number(free[0]), totalBytes: Number(total[0]) };
    },
  };
}
