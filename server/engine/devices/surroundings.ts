// What a trial's result depends on besides the back end's file: driver, devices, and what the loader finds. All of it
// is cheap to read; what can't be read is left out.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";

/** Variables that hide devices, or choose other libraries or another engine. */
const VARIABLES = [
  "LASER_ENGINE",
  "CUDA_VISIBLE_DEVICES",
  "GGML_VK_VISIBLE_DEVICES",
  "VK_DRIVER_FILES",
  "VK_ICD_FILENAMES",
  "LD_LIBRARY_PATH",
  "CUDA_PATH",
] as const;

/** Where Vulkan's drivers are registered. */
const VULKAN_DRIVERS = ["/etc/vulkan/icd.d", "/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];

/** Lines that change when a driver, a device or a library changes. */
export function surroundings(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  const variables = VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${env[name]}`]));
  const system = [`${platform} ${release()}`, ...variables];
  if (platform === "linux")
    return [
      ...system,
      textOf("/proc/driver/nvidia/version"),
      ...namesIn("/dev").filter((name) => name.startsWith("nvidia") || name === "dxg"),
      ...namesIn("/dev/dri"),
      // The loader's cache changes with every library that is installed.
      stampOf("/etc/ld.so.cache"),
      ...VULKAN_DRIVERS.flatMap((folder) => namesIn(folder).map((name) => stampOf(join(folder, name)))),
    ];
  if (platform === "win32") {
    const folder = join(env.SystemRoot ?? "C:\\Windows", "System32");
    return [...system, ...["nvcuda.dll", "vulkan-1.dll"].map((name) => stampOf(join(folder, name)))];
  }
  return system; // Elsewhere drivers come with the system.
}

/** Path, size and time of a file; only the path if it is missing. */
export function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? path : `${path} ${found.size} ${found.mtimeNs}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
