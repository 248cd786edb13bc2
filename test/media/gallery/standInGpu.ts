// A GPU that this machine need not have, for the screens that say what fits on one: the kept result of a trial of Vulkan, in a
// cache folder of its own. Models are listed and pages filled by it as by a real one; none is loaded onto it.
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installedFiles } from "../../../server/engine/devices/backends.ts";
import { keepResult } from "../../../server/engine/devices/trialCache.ts";
import { cacheFolder } from "../../../server/files/index.ts";

const GPU = { name: "Vulkan0", description: "Stand-in GPU", totalBytes: 12e9, freeBytes: 11e9 };

/** A cache folder that holds the models of this machine's and the stand-in. */
export async function cacheWithGpu(): Promise<string> {
  const cacheDir = mkdtempSync(path.join(tmpdir(), "laser-gallery-"));
  mkdirSync(cacheDir, { recursive: true });
  symlinkSync(path.join(cacheFolder(), "models"), path.join(cacheDir, "models"));
  const machine = { platform: process.platform, arch: process.arch, cacheDir };
  const { totalBytes, freeBytes } = GPU;
  for (const file of installedFiles("vulkan", machine))
    await keepResult(file, machine, {
      triedAt: new Date().toISOString(),
      trialMs: 900,
      outcome: { kind: "usable", devices: [GPU], totalBytes, freeBytes },
    });
  return cacheDir;
}
