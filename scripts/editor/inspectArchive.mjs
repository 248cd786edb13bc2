// @ts-check
// Looks into a finished .vsix: every binary must be for its platform, the packages with binaries must be those of the
// platform and no others, and the file must be small enough.
import { readFileSync } from "node:fs";
import { binaryFormat } from "./binaryFormat.mjs";
import { binaryPackagesOf } from "./targets.mjs";

/** Usual names of programs and libraries; other files are checked, too. */
const BINARY_NAME = /\.(node|so|dylib|dll|exe|lib|a)(\.[\d.]+)?$/;
const PACKAGE_WITH_BINARIES = /dist\/node_modules\/((?:@node-llama-cpp|@koromix)\/[^/]+)\//;

/**
 * @param {string} file .vsix
 * @param {import("./targets.mjs").Target} target
 * @returns {Promise<{bytes: number, binaries: number, problems: readonly string[]}>}
 */
export async function inspectArchive(file, target) {
  const content = readFileSync(file);
  // Imported only here: what installs the packages imports this file.
  const { default: JSZip } = await import("jszip");
  const { files } = await JSZip.loadAsync(content);
  const problems = [];
  const packages = new Set();
  let binaries = 0;
  for (const entry of Object.values(files).filter(({ dir }) => !dir)) {
    const inPackage = PACKAGE_WITH_BINARIES.exec(entry.name)?.[1];
    if (inPackage !== undefined) packages.add(inPackage);
    const found = binaryFormat(await entry.async("nodebuffer"));
    if (found !== null) binaries += 1;
    const name = entry.name.replace(/^extension\//, "");
    if (
      found === null ? BINARY_NAME.test(name) : found.format !== target.format || found.arch !== target.arch
    ) {
      const is = found === null ? "no program of a known format" : `${found.format} for ${found.arch}`;
      problems.push(`${name} is ${is}, not ${target.format} for ${target.arch}`);
    }
  }
  const wanted = binaryPackagesOf(target);
  for (const name of packages) if (!wanted.includes(name)) problems.push(`${name} is for another platform`);
  for (const name of wanted) if (!packages.has(name)) problems.push(`${name} is missing`);
  const bytes = content.length;
  if (bytes > target.maxBytes) problems.push(`it has ${bytes} bytes, more than ${target.maxBytes}`);
  return { bytes, binaries, problems };
}
