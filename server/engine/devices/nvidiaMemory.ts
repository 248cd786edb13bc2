// How much memory NVIDIA's GPUs have free, by the driver's management library (NVML), which takes none itself. CUDA's
// back end allocates its own context as soon as a device is asked for anything, and ends the process if it can't.
import { foreignFunctions, type Koffi } from "../foreignFunctions.ts";

/** A GPU as the driver lists it. */
export interface NvidiaGpu {
  /** E.g. "NVIDIA H200". */
  readonly name: string;
  /** E.g. "GPU-5d3b…", as CUDA_VISIBLE_DEVICES may name it. */
  readonly uuid: string;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const LIBRARIES: Partial<Record<NodeJS.Platform, string>> = {
  linux: "libnvidia-ml.so.1",
  win32: "nvml.dll",
};

/** nvmlReturn_t. */
const SUCCESS = 0;
/** Longer than any name or UUID of NVML 12, which are at most 96 bytes with the zero at their end. */
const TEXT_BYTES = 128;

/** All GPUs of NVIDIA's driver; null if they can't be listed: no driver, another system, an old library. */
export async function nvidiaGpus(platform: NodeJS.Platform = process.platform): Promise<NvidiaGpu[] | null> {
  const file = LIBRARIES[platform];
  if (file === undefined) return null;
  try {
    return list(await foreignFunctions(), file);
  } catch {
    return null;
  }
}

/** @throws Error for a missing library or function, and for a call that fails */
function list(koffi: Koffi, file: string): NvidiaGpu[] {
  const library = koffi.load(file);
  const pointer = "void *";
  const call = (name: string, types: (string | ReturnType<Koffi["out"]>)[]) => {
    const found = library.func(`nvml${name}`, "int32_t", types);
    return (...args: unknown[]): void => {
      const result: unknown = found(...args);
      if (result !== SUCCESS) throw new Error(`nvml${name} returned ${String(result)}`);
    };
  };
  const init = call("Init_v2", []);
  const shutdown = call("Shutdown", []);
  const count = call("DeviceGetCount_v2", [koffi.out(koffi.pointer("uint32_t"))]);
  const handle = call("DeviceGetHandleByIndex_v2", ["uint32_t", koffi.out(koffi.pointer(pointer))]);
  // nvmlMemory_t: total, free and used, each in 64 bits.
  const memory = call("DeviceGetMemoryInfo", [pointer, pointer]);
  const nameOf = call("DeviceGetName", [pointer, pointer, "uint32_t"]);
  const uuidOf = call("DeviceGetUUID", [pointer, pointer, "uint32_t"]);
  init();
  try {
    const counted = [0];
    count(counted);
    return Array.from({ length: counted[0]! }, (_, place) => {
      const found: unknown[] = [null];
      handle(place, found);
      const [device] = found;
      const sizes = new BigUint64Array(3);
      memory(device, sizes);
      const text = (read: typeof nameOf): string => {
        const bytes = new Uint8Array(TEXT_BYTES);
        read(device, bytes, TEXT_BYTES);
        return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
      };
      const [total = 0n, free = 0n] = sizes;
      return { name: text(nameOf), uuid: text(uuidOf), freeBytes: Number(free), totalBytes: Number(total) };
    });
  } finally {
    shutdown();
  }
}

/**
 * Those GPUs that CUDA sees, after CUDA_VISIBLE_DEVICES; null if that can't be determined: CUDA may number
 * GPUs of different kinds in a different order from the driver.
 */
export function visibleToCuda(
  gpus: readonly NvidiaGpu[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): readonly NvidiaGpu[] | null {
  const wanted = env.CUDA_VISIBLE_DEVICES;
  if (wanted === undefined) return gpus;
  const areOrdered =
    env.CUDA_DEVICE_ORDER === "PCI_BUS_ID" || gpus.every(({ name }) => name === gpus[0]?.name);
  const visible: NvidiaGpu[] = [];
  for (const entry of wanted.split(",").map((text) => text.trim())) {
    const isNumber = /^\d+$/.test(entry);
    if (isNumber && !areOrdered) return null;
    // A UUID may be shortened. CUDA ignores everything after an entry that it does not know.
    const found = isNumber
      ? gpus[Number(entry)]
      : gpus.find(({ uuid }) => entry.startsWith("GPU-") && uuid.startsWith(entry));
    if (found === undefined) return entry.startsWith("MIG-") ? null : visible;
    visible.push(found);
  }
  return visible;
}

/** What CUDA's context takes on an H200, with room to spare: 0.5 GB. */
export const CUDA_CONTEXT_BYTES = 600 * 1024 ** 2;

/** The GPU with the least free memory if that is too little for CUDA's context; null if there is none, or if unknown. */
export function fullGpu(gpus: readonly NvidiaGpu[] | null): NvidiaGpu | null {
  const visible = gpus === null ? null : visibleToCuda(gpus);
  const full = (visible ?? []).filter(({ freeBytes }) => freeBytes < CUDA_CONTEXT_BYTES);
  return full.sort((a, b) => a.freeBytes - b.freeBytes)[0] ?? null;
}
