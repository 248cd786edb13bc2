// @ts-check
// The licence texts of the packages inside the bundles: MIT, BSD and others require that their text accompanies the work.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

/**
 * The folders of the packages that bundled files come from.
 * @param {readonly string[]} inputs files, as esbuild names them: relative, with slashes
 * @returns {string[]} relative, sorted, each once
 */
export function packageFolders(inputs) {
  const found = inputs.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(found)].sort();
}

/**
 * One text with the licences of all packages in these folders.
 * @param {string} root
 * @param {readonly string[]} folders relative to root
 * @returns {string}
 * @throws {Error} naming a package that states no licence, and one that includes no text of its licence
 */
export function licenceTexts(root, folders) {
  const parts = folders.map((folder) => {
    const full = path.join(root, folder);
    /** @type {{name: string, version: string, license?: string}} */
    const { name, version, license } = JSON.parse(readFileSync(path.join(full, "package.json"), "utf8"));
    if (license === undefined) throw new Error(`${name} ${version} states no licence`);
    const files = readdirSync(full)
      .filter((file) => LICENCE_FILE.test(file))
      .sort();
    const own = files.map((file) => readFileSync(path.join(full, file), "utf8").trim());
    const text = own.length > 0 ? own.join("\n\n") : otherText(root, name);
    if (text === null) throw new Error(`${name} ${version} (${license}) includes no text of its licence`);
    return `${name} ${version} (${license})\n${"-".repeat(name.length + version.length + license.length + 4)}\n\n${text}\n`;
  });
  return `Licences of the works inside the programs of LASER Inspector.\n\n${parts.join("\n\n")}`;
}

/**
 * Packages that THIRD_PARTY_NOTICES.md does not name, in backquotes.
 * @param {string} notices the text of that file
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
export function unnamed(notices, folders) {
  const names = folders.map((folder) =>
    folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length),
  );
  return [...new Set(names)].filter((name) => !notices.includes(`\`${name}\``));
}

/** Packages that leave the text out, and where it is kept here, as their repository has it. */
const LEFT_OUT = new Map([
  ["@microsoft/fast-element", "fast.txt"],
  ["@microsoft/fast-foundation", "fast.txt"],
  ["@microsoft/fast-web-utilities", "fast.txt"],
]);

/**
 * @param {string} root
 * @param {string} name
 * @returns {string | null}
 */
function otherText(root, name) {
  const file = LEFT_OUT.get(name);
  return file === undefined
    ? null
    : readFileSync(path.join(root, "scripts", "licences", file), "utf8").trim();
}
