// @ts-check
// The Vulkan device of the model lane: Mesa's software device, which needs no GPU. Found, or installed where that is
// possible without asking anyone (root on Debian or Ubuntu).
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { withProgress } from "./progress.mjs";

const APT_INSTALL = "apt-get install -y --no-install-recommends mesa-vulkan-drivers libvulkan1";
const APT_TIMEOUT_SECONDS = 300;

/** Where Vulkan's loader looks for drivers, and where distributions put the loader itself. */
const DRIVER_FOLDERS = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];
const LIBRARY_FOLDERS = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib"];

/** @typedef {{kind: "ready"} | {kind: "missing", reason: string}} SoftwareGpu */

/** @returns {Promise<SoftwareGpu>} */
export async function findSoftwareGpu() {
  if (process.platform !== "linux") {
    return { kind: "missing", reason: "Mesa's software Vulkan device is looked for on Linux only" };
  }
  if (missingParts().length === 0) {
    console.log("software GPU: up to date");
    return { kind: "ready" };
  }
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    return missing(`install it with "sudo ${APT_INSTALL}" or your distribution's Mesa Vulkan drivers`);
  }
  const output = await withProgress(process.stdout, "software GPU", APT_INSTALL, aptInstall);
  if (missingParts().length === 0) return { kind: "ready" };
  const lastLine = output.trim().split("\n").at(-1) ?? "";
  return missing(`"apt-get update && ${APT_INSTALL}" did not install it (${lastLine})`);
}

/**
 * @param {string} nextStep
 * @returns {SoftwareGpu}
 */
function missing(nextStep) {
  const reason = `no software Vulkan device, ${missingParts().join(" and ")}: ${nextStep}`;
  console.log(`software GPU: ${reason}`);
  return { kind: "missing", reason };
}

/** What of the device is not there, in words; empty if it can be used. */
function missingParts() {
  const parts = [];
  if (!hasDriver()) parts.push("no lavapipe driver");
  if (!hasLoader()) parts.push("no libvulkan.so.1");
  return parts;
}

function hasDriver() {
  const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  const files =
    named === undefined
      ? DRIVER_FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder))
      : named.split(path.delimiter).filter((file) => existsSync(file));
  return files.some((file) => /^lvp_icd.*\.json$/.test(path.basename(file)));
}

/** Debian keeps libraries in a folder a processor architecture, such as lib/x86_64-linux-gnu. */
function hasLoader() {
  return LIBRARY_FOLDERS.filter((folder) => existsSync(folder)).some((folder) =>
    ["", ...readdirSync(folder).filter((name) => name.endsWith("-linux-gnu"))].some((name) =>
      existsSync(path.join(folder, name, "libvulkan.so.1")),
    ),
  );
}

/** @returns {Promise<string>} what apt-get wrote */
async function aptInstall() {
  const { output } = await runProgram("sh", ["-c", `apt-get update && ${APT_INSTALL}`], {
    cwd: "/",
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    output: "keep",
    timeoutSeconds: APT_TIMEOUT_SECONDS,
  });
  return output;
}
