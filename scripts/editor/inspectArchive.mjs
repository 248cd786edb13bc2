// @ts-check
// Looks into a finished .vsix: every binary must be for its platform, the packages with binaries must be those of the
// platform and no others, and the file must be small enough.
import { closeSync, openSync, readSync, fstatSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { binaryFormat } from "./binaryFormat.mjs";
import { binaryPackagesOf } from "./targets.mjs";

/** Usual names of programs and libraries; other files are checked, too. */
const BINARY_NAME = /\.(node|so|dylib|dll|exe|lib|a)(\.[\d.]+)?$/;
const PACKAGE_WITH_BINARIES = /dist\/node_modules\/((?:@node-llama-cpp|@koromix)\/[^/]+)\//;
const LAST_RECORD_BYTES = 22;
const MAX_COMMENT_BYTES = 65_535;

/** @typedef {{name: string, method: number, at: number, packedBytes: number, bytes: number}} Entry */

/**
 * @param {string} file .vsix
 * @param {import("./targets.mjs").Target} target
 * @returns {{bytes: number, binaries: number, problems: readonly string[]}}
 */
export function inspectArchive(file, target) {
  const handle = openSync(file, "r");
  try {
    const { size } = fstatSync(handle);
    const problems = [];
    const packages = new Set();
    let binaries = 0;
    for (const entry of archiveEntries(handle, size)) {
      const inPackage = PACKAGE_WITH_BINARIES.exec(entry.name)?.[1];
      if (inPackage !== undefined) packages.add(inPackage);
      const found = binaryFormat(entryContent(handle, entry));
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
    if (size > target.maxBytes) problems.push(`it has ${size} bytes, more than ${target.maxBytes}`);
    return { bytes: size, binaries, problems };
  } finally {
    closeSync(handle);
  }
}

/**
 * The files of a ZIP archive, by its central directory. ZIP64 is refused: none of our .vsix files comes near 4 GB.
 * @param {number} handle
 * @param {number} size of the archive in bytes
 * @returns {readonly Entry[]}
 */
export function archiveEntries(handle, size) {
  const tail = bytesAt(handle, Math.max(0, size - LAST_RECORD_BYTES - MAX_COMMENT_BYTES), size);
  const last = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (last === -1) throw new Error("the .vsix is not a ZIP archive");
  const count = tail.readUInt16LE(last + 10);
  const from = tail.readUInt32LE(last + 16);
  if (count === 0xffff || from === 0xffffffff) throw new Error("the .vsix is a ZIP64 archive");
  const directory = bytesAt(handle, from, from + tail.readUInt32LE(last + 12));
  const entries = [];
  for (let at = 0, left = count; left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      directory.readUInt16LE(at + offset),
    );
    if (nameLength === undefined || extraLength === undefined || commentLength === undefined) break;
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      at: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

/**
 * @param {number} handle
 * @param {Entry} entry
 * @returns {Buffer} the unpacked file
 */
export function entryContent(handle, entry) {
  const head = bytesAt(handle, entry.at, entry.at + 30);
  const from = entry.at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = bytesAt(handle, from, from + entry.packedBytes);
  if (entry.method === 0) return packed;
  if (entry.method !== 8) throw new Error(`${entry.name} is packed by method ${entry.method}`);
  return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.bytes) });
}

/**
 * @param {number} handle
 * @param {number} from
 * @param {number} to first byte after them
 * @returns {Buffer}
 */
function bytesAt(handle, from, to) {
  const buffer = Buffer.alloc(to - from);
  const read = readSync(handle, buffer, 0, buffer.length, from);
  if (read !== buffer.length) throw new Error(`the archive ends at byte ${from + read}`);
  return buffer;
}
