// @ts-check
// A stamp is a small file with the hash of everything that a finished step depended on. If the hash is equal,
// there is nothing to do.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * One hash over the names and contents of files, and over further words. A missing file is hashed as missing.
 * @param {string} root
 * @param {readonly string[]} files relative to root
 * @param {readonly string[]} words other inputs, such as the platform
 * @returns {string} 64 hexadecimal digits
 */
export function hashFiles(root, files, words) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(words));
  for (const file of [...files].sort()) {
    const full = path.join(root, file);
    const content = existsSync(full)
      ? createHash("sha256").update(readFileSync(full)).digest("hex")
      : "missing";
    hash.update(JSON.stringify([file.split(path.sep).join("/"), content]));
  }
  return hash.digest("hex");
}

/**
 * Every file below a folder, relative to root, sorted; empty without such a folder.
 * @param {string} root
 * @param {string} folder relative to root
 * @returns {string[]}
 */
export function filesBelow(root, folder) {
  const full = path.join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(root, file) : [file];
    })
    .sort();
}

/**
 * @param {string} file absolute
 * @param {string} hash
 */
export function stampMatches(file, hash) {
  return existsSync(file) && readFileSync(file, "utf8").trim() === hash;
}

/**
 * @param {string} file absolute
 * @param {string} hash
 */
export function writeStamp(file, hash) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${hash}\n`);
}
