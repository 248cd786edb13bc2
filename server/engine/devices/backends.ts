// The files of back ends on this machine: those of installed packages, and those fetched into the cache folder.
// Looking costs a few system calls; nothing native is loaded.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pluginFolder } from "./install/packages.ts";

export const GPU_BACKENDS = ["cuda", "vulkan", "metal"] as const;
export type GpuBackend = (typeof GPU_BACKENDS)[number];

/**
 * One way to open a back end.
 * - package: an installed package of the library, opened as the library does
 * - plugin: the back end's own file, loaded by the package for CPUs
 */
export interface BackendFile {
  readonly backend: GpuBackend;
  readonly way: "package" | "plugin";
  /** Path of libggml-….so, or of what holds the back end. */
  readonly file: string;
}

/** What decides which back ends can exist here. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly cacheDir: string;
}

/** The packages that hold each back end of a platform, in the order in which they are tried. */
const PACKAGES: Readonly<Record<string, readonly (readonly [GpuBackend, string])[]>> = {
  "linux-x64": [
    ["cuda", "@node-llama-cpp/linux-x64-cuda"],
    ["vulkan", "@node-llama-cpp/linux-x64-vulkan"],
  ],
  "win32-x64": [
    ["cuda", "@node-llama-cpp/win-x64-cuda"],
    ["vulkan", "@node-llama-cpp/win-x64-vulkan"],
  ],
  "darwin-arm64": [["metal", "@node-llama-cpp/mac-arm64-metal"]],
};

/** The back ends that exist for a platform, best first. */
export const backendsOf = ({ platform, arch }: Machine): readonly GpuBackend[] =>
  (PACKAGES[`${platform}-${arch}`] ?? []).map(([backend]) => backend);

/** The ways to open a back end that are installed, in the order in which they are tried. */
export function installedFiles(backend: GpuBackend, machine: Machine): readonly BackendFile[] {
  const version = libraryVersion();
  const packages = PACKAGES[`${machine.platform}-${machine.arch}`] ?? [];
  const found: BackendFile[] = [];
  for (const [holds, name] of packages) {
    const file = holds === backend ? packageFile(name, backend, version) : null;
    if (file === null) continue;
    found.push({ backend, way: "package", file });
    // The library's own probe may refuse a device that works: the same file is then loaded without that probe.
    if (backend !== "metal") found.push({ backend, way: "plugin", file });
  }
  if (backend === "cuda") found.push(...fetchedFiles(machine.cacheDir, version));
  return found;
}

/** CUDA's files in the cache folder. */
function fetchedFiles(cacheDir: string, version: string): BackendFile[] {
  const folder = pluginFolder(cacheDir, version);
  return names(folder).flatMap((name) => {
    const file = backendFileIn(join(folder, name), "cuda");
    return file === null ? [] : [{ backend: "cuda", way: "plugin", file } as const];
  });
}

/** The entry of node-llama-cpp. */
const libraryEntry = (): string => createRequire(import.meta.url).resolve("node-llama-cpp");

/** The version of node-llama-cpp; packages of binaries must have the same. */
export function libraryVersion(): string {
  return versionIn(dirname(dirname(libraryEntry()))) ?? "unknown";
}

/** The back end's file in an installed package of the right version; null if there is none. */
function packageFile(name: string, backend: GpuBackend, version: string): string | null {
  try {
    const folder = dirname(dirname(createRequire(libraryEntry()).resolve(name)));
    if (versionIn(folder) !== version) return null;
    for (const bins of names(join(folder, "bins"))) {
      const file = backendFileIn(join(folder, "bins", bins), backend);
      if (file !== null) return file;
    }
  } catch {
    // Not installed.
  }
  return null;
}

/** E.g. libggml-cuda.so or ggml-vulkan.dll. Metal's code may be in the addon itself. */
function backendFileIn(folder: string, backend: GpuBackend): string | null {
  const own = new RegExp(`^(lib)?ggml-${backend}\\.(so|dll|dylib)$`);
  const found = names(folder);
  const name = found.find((file) => own.test(file));
  const addon = backend === "metal" ? found.find((file) => file === "llama-addon.node") : undefined;
  const chosen = name ?? addon;
  return chosen === undefined ? null : join(folder, chosen);
}

function versionIn(folder: string): string | null {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const isObject = typeof manifest === "object" && manifest !== null;
  return isObject && "version" in manifest && typeof manifest.version === "string" ? manifest.version : null;
}

/** Names in a folder, sorted; none if it can't be read. */
function names(folder: string): readonly string[] {
  try {
    return statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
  } catch {
    return [];
  }
}
