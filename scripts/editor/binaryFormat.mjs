// @ts-check
// What a file is by its first bytes: for which system and processor a program or library was built.

/**
 * @typedef {{format: "ELF" | "Mach-O" | "PE", arch: string}} Binary
 * `arch` is x64, arm64, or for others the number of the machine in the file, such as 0x28.
 */

const ELF_MACHINES = new Map([
  [0x3e, "x64"],
  [0xb7, "arm64"],
]);
const PE_MACHINES = new Map([
  [0x8664, "x64"],
  [0xaa64, "arm64"],
]);
const MACH_CPUS = new Map([
  [0x01000007, "x64"],
  [0x0100000c, "arm64"],
]);
/** Several architectures in one file, which a file for one platform should not hold. */
const MACH_FAT = 0xcafebabe;
/** Java's class files begin like fat Mach-O files; their next number is a version above this. */
const MAX_FAT_PARTS = 30;

/**
 * @param {Uint8Array} bytes the file, or at least its first 4 KiB
 * @returns {Binary | null} null for anything else than a program or library
 */
export function binaryFormat(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 32) return null;
  if (view.getUint32(0) === 0x7f454c46) {
    const littleEndian = bytes[5] === 1;
    return named("ELF", ELF_MACHINES, littleEndian ? view.getUint16(18, true) : null);
  }
  if (view.getUint32(0, true) === 0xfeedfacf) return named("Mach-O", MACH_CPUS, view.getUint32(4, true));
  if (view.getUint32(0) === MACH_FAT && view.getUint32(4) <= MAX_FAT_PARTS) {
    return { format: "Mach-O", arch: "several" };
  }
  return view.getUint16(0) === 0x4d5a ? portableExecutable(view) : null;
}

/**
 * @param {DataView} view of a file that begins with MZ
 * @returns {Binary | null}
 */
function portableExecutable(view) {
  if (view.byteLength < 64) return null;
  const head = view.getUint32(0x3c, true);
  if (head + 6 > view.byteLength || view.getUint32(head) !== 0x50450000) return null;
  return named("PE", PE_MACHINES, view.getUint16(head + 4, true));
}

/**
 * @param {Binary["format"]} format
 * @param {ReadonlyMap<number, string>} known
 * @param {number | null} machine null: of the other byte order
 * @returns {Binary}
 */
function named(format, known, machine) {
  if (machine === null) return { format, arch: "big-endian" };
  return { format, arch: known.get(machine) ?? `0x${machine.toString(16)}` };
}
