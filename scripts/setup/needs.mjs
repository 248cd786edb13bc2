// @ts-check
// What lanes need before they run, each made ready once and only when a lane asks for it. A need that cannot be met
// throws a Problem.
import { existsSync } from "node:fs";
import path from "node:path";
import { installHost } from "../host/install.mjs";
import { runProgram } from "../programs/run.mjs";
import { LASER_COMMAND, buildProduct } from "./build.mjs";
import { installPackages } from "./install.mjs";
import { Problem } from "./problem.mjs";
import { findSoftwareGpu } from "./softwareGpu.mjs";

const FETCH_TIMEOUT_SECONDS = 600;

/** @typedef {"packages" | "build" | "demoModel" | "softwareGpu" | "chromium" | "vscodeHost"} Need */

/**
 * Gives a function that makes a need ready and returns what it adds to the environment of the lane's tests.
 * @param {string} root
 * @returns {(need: Need) => Promise<NodeJS.ProcessEnv>}
 */
export function needProvider(root) {
  const ready = new Map(/** @type {[Need, Promise<NodeJS.ProcessEnv>][]} */ ([]));
  /** @param {Need} need */
  const provide = (need) => {
    const known = ready.get(need);
    if (known !== undefined) return known;
    const made = makeReady(root, need, provide);
    ready.set(need, made);
    return made;
  };
  return provide;
}

/**
 * @param {string} root
 * @param {Need} need
 * @param {(need: Need) => Promise<unknown>} provide for what a need is made with
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function makeReady(root, need, provide) {
  switch (need) {
    case "packages":
      await installPackages(root, process.stdout);
      return {};
    case "build":
      await buildProduct(root, process.stdout);
      return {};
    case "demoModel":
      await provide("build");
      return { LASER_TEST_MODEL: await fetchDemoModel(root) };
    case "chromium": {
      // Read only now: it imports a package that an earlier need installs.
      const { provideChromium } = await import("../host/chromium.mjs");
      return { LASER_CHROMIUM: await provideChromium(root, process.stdout) };
    }
    case "vscodeHost":
      await installHost(process.stdout);
      return {};
    case "softwareGpu":
      return softwareGpuEnvironment(await findSoftwareGpu());
  }
}

/**
 * Without a device, the GPU test itself fails, with the reason it finds here; the other tests still run.
 * @param {import("./softwareGpu.mjs").SoftwareGpu} device
 * @returns {NodeJS.ProcessEnv}
 */
function softwareGpuEnvironment(device) {
  if (device.kind === "ready") return { LASER_TEST_VULKAN: "1" };
  return { LASER_TEST_VULKAN: "0", LASER_TEST_VULKAN_MISSING: device.reason };
}

/**
 * @param {string} root
 * @returns {Promise<string>} the model file, absolute
 */
async function fetchDemoModel(root) {
  const command = ["node", LASER_COMMAND, "models", "fetch"].join(" ");
  const ended = await runProgram(process.execPath, [LASER_COMMAND, "models", "fetch"], {
    cwd: root,
    output: "both",
    timeoutSeconds: FETCH_TIMEOUT_SECONDS,
  });
  const why = ended.timedOut ? `it took longer than ${FETCH_TIMEOUT_SECONDS} s` : `code ${ended.code}`;
  if (ended.code !== 0) {
    throw new Problem(
      `the demo model could not be fetched (${why}; its own message is above)`,
      `run ${command} and follow its message, then run the tests again`,
    );
  }
  const file = modelFileIn(ended.stdout);
  if (file === null || !existsSync(file)) {
    throw new Problem(
      `${command} named no model file that exists`,
      "its last line that ends in .gguf must be the file's absolute path",
    );
  }
  return file;
}

/**
 * The model file that `laser models fetch` names: the last absolute path to a .gguf file on its stdout.
 * @param {string} stdout
 * @returns {string | null}
 */
export function modelFileIn(stdout) {
  const found = stdout
    .split(/\r?\n/)
    .map((line) => /(?:^|[\s:'"])((?:\/|[A-Za-z]:[\\/]).*\.gguf)\b/.exec(line)?.[1])
    .filter((file) => file !== undefined && path.isAbsolute(file));
  return found.at(-1) ?? null;
}
