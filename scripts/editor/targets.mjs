// @ts-check
// The platforms that a .vsix is made for: which packages hold its binaries, what format these have, and how large the file
// may become. Alpine (musl) is missing because node-llama-cpp has no binaries for it.
import { Problem } from "../setup/problem.mjs";

const MB = 1_000_000;
/** Goals of the product: a download that an editor installs without a second thought. */
const WITH_GPU = 45 * MB;
const CPU_ONLY = 15 * MB;

/**
 * @typedef {object} Target
 * @property {string} name as vsce and VS Code name it
 * @property {readonly string[]} llama packages of node-llama-cpp's scope; CUDA is fetched when asked for (009)
 * @property {"ELF" | "Mach-O" | "PE"} format of every binary
 * @property {"x64" | "arm64"} arch of every binary
 * @property {number} maxBytes of the .vsix
 */

/** @type {readonly Target[]} */
export const TARGETS = [
  {
    name: "linux-x64",
    llama: ["linux-x64", "linux-x64-vulkan"],
    format: "ELF",
    arch: "x64",
    maxBytes: WITH_GPU,
  },
  { name: "linux-arm64", llama: ["linux-arm64"], format: "ELF", arch: "arm64", maxBytes: CPU_ONLY },
  {
    name: "win32-x64",
    llama: ["win-x64", "win-x64-vulkan"],
    format: "PE",
    arch: "x64",
    maxBytes: WITH_GPU,
  },
  { name: "win32-arm64", llama: ["win-arm64"], format: "PE", arch: "arm64", maxBytes: CPU_ONLY },
  { name: "darwin-x64", llama: ["mac-x64"], format: "Mach-O", arch: "x64", maxBytes: CPU_ONLY },
  {
    name: "darwin-arm64",
    llama: ["mac-arm64-metal"],
    format: "Mach-O",
    arch: "arm64",
    maxBytes: WITH_GPU,
  },
];

/** Package names of a target's binaries. @param {Target} target */
export const binaryPackagesOf = (target) => [
  ...target.llama.map((name) => `@node-llama-cpp/${name}`),
  `@koromix/koffi-${target.name}`,
];

/**
 * @param {string} name such as linux-x64
 * @returns {Target}
 * @throws {Problem} that lists the known ones
 */
export function targetNamed(name) {
  const target = TARGETS.find((known) => known.name === name);
  if (target !== undefined) return target;
  const known = TARGETS.map((each) => each.name).join(", ");
  throw new Problem(`package failed: there is no package for the platform ${name}.`, `use one of ${known}`);
}

/** The target of this machine. */
export const thisTarget = () => targetNamed(`${process.platform}-${process.arch}`);

/**
 * @param {readonly string[]} args of `npm run package --`
 * @returns {readonly Target[]}
 * @throws {Problem}
 */
export function parsePackageArguments(args) {
  /** @type {Target[]} */
  const chosen = [];
  for (let at = 0; at < args.length; at += 1) {
    const [option = "", inline] = (args[at] ?? "").split("=");
    const value = inline ?? args[(at += 1)];
    if (option !== "--target" || value === undefined || value === "") {
      throw new Problem(
        `package failed: unknown argument ${args.join(" ")}.`,
        "use npm run package -- --target linux-x64, or --target all",
      );
    }
    const named = value === "all" ? TARGETS : [targetNamed(value)];
    chosen.push(...named.filter((target) => !chosen.includes(target)));
  }
  return chosen.length === 0 ? [thisTarget()] : chosen;
}
