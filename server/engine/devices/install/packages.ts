// The packages with CUDA's back end that can be fetched, and what is known of each: size, licence and hash.
import { join } from "node:path";

/** One package of the registry. */
export interface BackendPackage {
  /** The name by which it is asked for. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The folder in the cache; the order of names is the order in which they are tried. */
  readonly folder: string;
  /** What CUDA it needs on the machine. */
  readonly needs: string;
  readonly licence: string;
  /** As in the registry's metadata, "sha512-…"; null if it could not be checked when this table was written. */
  readonly integrity: string | null;
  readonly packedBytes: number | null;
  readonly unpackedBytes: number;
  /** The only file of it that is used. */
  readonly member: RegExp;
}

export const LIBRARY_VERSION = "3.22.1";
const NEEDS_13 = "CUDA 13.1 or later";
const NEEDS_12 = "CUDA 12.4 or later";

const cuda13 = {
  id: "cuda-13",
  version: LIBRARY_VERSION,
  folder: "1-cuda-13",
  needs: NEEDS_13,
  licence: "MIT",
  unpackedBytes: 200_000_000,
  member: /^package\/bins\/[^/]+\/(?:lib)?ggml-cuda\.(?:so|dll)$/,
} as const;

const cuda12 = {
  id: "cuda-12",
  version: LIBRARY_VERSION,
  folder: "2-cuda-12",
  needs: NEEDS_12,
  licence: "MIT",
  unpackedBytes: 400_000_000,
  member: /^package\/bins\/[^/]+\/fallback\/(?:lib)?ggml-cuda\.(?:so|dll)$/,
} as const;

/** By platform: the newer CUDA first. */
const PACKAGES: Readonly<Record<string, readonly BackendPackage[]>> = {
  "linux-x64": [
    {
      ...cuda13,
      name: "@node-llama-cpp/linux-x64-cuda",
      integrity:
        "sha512-8rQCjyNNLZJUFit+YpjwlC4hwkKgOMIkB2wuycKBf8NU2O3ySKbiWZQ8aw9ku2nUTXjSnUIrE6KB88itduTBuA==",
      packedBytes: 142_898_030,
    },
    {
      ...cuda12,
      name: "@node-llama-cpp/linux-x64-cuda-ext",
      integrity:
        "sha512-4e5ajkiM2aR2WAdB/N/ACk4weEhHvOAIrzxZPsIX0xDFW5+6hhShuy1/vs88SK9NGdgAco9IyE28eYS0H1efpA==",
      packedBytes: 176_664_119,
    },
  ],
  "win32-x64": [
    { ...cuda13, name: "@node-llama-cpp/win-x64-cuda", integrity: null, packedBytes: null },
    { ...cuda12, name: "@node-llama-cpp/win-x64-cuda-ext", integrity: null, packedBytes: null },
  ],
};

/** What can be fetched for a platform; nothing if CUDA doesn't exist. */
export const packagesFor = (platform: NodeJS.Platform, arch: string): readonly BackendPackage[] =>
  PACKAGES[`${platform}-${arch}`] ?? [];

/** The folder of fetched back ends of one version of the library. */
export const pluginFolder = (cacheDir: string, version: string): string =>
  join(cacheDir, "devices", "plugins", version);
