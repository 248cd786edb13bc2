// A .vsix is for one platform: which one is asked for, what its binaries are by their first bytes, what an archive must not
// hold, and that nothing is fetched that package-lock.json doesn't pin.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import JSZip from "jszip";
import { test } from "vitest";
import { binaryFormat } from "../../../scripts/editor/binaryFormat.mjs";
import { checkIntegrity, lockedPackage } from "../../../scripts/editor/fetchPackage.mjs";
import { inspectArchive } from "../../../scripts/editor/inspectArchive.mjs";
import {
  binaryPackagesOf,
  parsePackageArguments,
  targetNamed,
  TARGETS,
  thisTarget,
} from "../../../scripts/editor/targets.mjs";
import { repositoryFolder, table, temporaryFile } from "../../support/check.ts";
import { packagedBinaries } from "../../support/packagedBinaries.ts";

const elf = (machine: number, order = 1) => head([0x7f, 0x45, 0x4c, 0x46, 2, order], [18, machine]);
const mach = (cpu: number) => head([0xcf, 0xfa, 0xed, 0xfe], [4, cpu & 0xffff], [6, cpu >>> 16]);
const exe = (machine: number) => head([0x4d, 0x5a], [0x3c, 64], [64, 0x4550], [68, machine]);

/** 128 bytes that begin so, with 16-bit numbers at places. */
function head(
  start: readonly number[],
  ...numbers: readonly (readonly [at: number, value: number])[]
): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.set(start);
  for (const [at, value] of numbers) bytes.writeUInt16LE(value, at);
  return bytes;
}

table(
  "a file's first bytes",
  [
    { name: "ELF x64", bytes: elf(0x3e), is: "ELF x64" },
    { name: "ELF arm64", bytes: elf(0xb7), is: "ELF arm64" },
    { name: "ELF of a 32-bit ARM", bytes: elf(0x28), is: "ELF 0x28" },
    { name: "ELF, most significant byte first", bytes: elf(0x3e, 2), is: "ELF big-endian" },
    { name: "Mach-O x64", bytes: mach(0x01000007), is: "Mach-O x64" },
    { name: "Mach-O arm64", bytes: mach(0x0100000c), is: "Mach-O arm64" },
    { name: "Mach-O for two", bytes: head([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]), is: "Mach-O several" },
    { name: "a class of Java", bytes: head([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65]), is: null },
    { name: "PE x64", bytes: exe(0x8664), is: "PE x64" },
    { name: "PE arm64", bytes: exe(0xaa64), is: "PE arm64" },
    { name: "only MZ", bytes: head([0x4d, 0x5a], [0x3c, 0xffff]), is: null },
    { name: "WebAssembly", bytes: head([0, 0x61, 0x73, 0x6d]), is: null },
    { name: "nothing", bytes: Buffer.alloc(0), is: null },
  ],
  ({ bytes, is }) => {
    const found = binaryFormat(bytes);
    assert.equal(found === null ? null : `${found.format} ${found.arch}`, is);
  },
);

test("the installed binaries are what this platform's table says", () => {
  const { format, arch } = thisTarget();
  const names = readdirSync(packagedBinaries()).filter((name) => !name.endsWith(".json"));
  assert.ok(names.length > 3);
  for (const name of names)
    assert.deepEqual(binaryFormat(readFileSync(join(packagedBinaries(), name))), { format, arch }, name);
});

const linux = targetNamed("linux-arm64");
const bins = "extension/dist/node_modules/@node-llama-cpp/linux-arm64/bins/linux-arm64";
const whole = [
  { name: "extension/package.json", content: Buffer.from("{}") },
  { name: `${bins}/libllama.v0.5.0.so`, content: elf(0xb7) },
  { name: "extension/dist/node_modules/@koromix/koffi-linux-arm64/koffi.node", content: elf(0xb7) },
];

table(
  "an archive for linux-arm64",
  [
    { name: "with its own binaries", files: whole, problems: [] },
    {
      name: "with a library of another processor",
      files: [...whole, { name: `${bins}/libggml.so`, content: elf(0x3e) }],
      problems: [/libggml\.so is ELF for x64, not ELF for arm64/],
    },
    {
      name: "with a program of another system under a harmless name",
      files: [...whole, { name: "extension/media/readme.txt", content: exe(0xaa64) }],
      problems: [/media\/readme\.txt is PE for arm64/],
    },
    {
      name: "with a file that is not a library",
      files: [...whole, { name: `${bins}/libempty.so`, content: Buffer.from("version https://git-lfs") }],
      problems: [/libempty\.so is no program of a known format/],
    },
    {
      name: "with another platform's package",
      files: [
        ...whole,
        { name: "extension/dist/node_modules/@node-llama-cpp/linux-x64/a.json", content: Buffer.from("{}") },
      ],
      problems: [/@node-llama-cpp\/linux-x64 is for another platform/],
    },
    {
      name: "without the caller",
      files: whole.slice(0, 2),
      problems: [/@koromix\/koffi-linux-arm64 is missing/],
    },
    {
      name: "too large",
      files: [...whole, { name: "extension/media/film.bin", content: Buffer.alloc(linux.maxBytes) }],
      problems: [/bytes, more than 15000000/],
    },
  ],
  async ({ files, problems }, context) => {
    const archive = new JSZip();
    for (const { name, content } of files) archive.file(name, content);
    const file = temporaryFile(context, "made.vsix", await archive.generateAsync({ type: "nodebuffer" }));
    const found = (await inspectArchive(file, linux)).problems;
    assert.equal(found.length, problems.length, found.join("\n"));
    for (const [index, expected] of problems.entries()) assert.match(found[index]!, expected);
  },
);

table(
  "the arguments of npm run package",
  [
    { name: "", targets: [thisTarget().name] },
    { name: "--target linux-arm64", targets: ["linux-arm64"] },
    { name: "--target=win32-x64 --target linux-x64", targets: ["win32-x64", "linux-x64"] },
    { name: "--target darwin-x64 --target all", targets: ["darwin-x64", ...allBut("darwin-x64")] },
    { name: "--target alpine-x64", problem: /no package for the platform alpine-x64/ },
    { name: "--target", problem: /unknown argument --target/ },
    { name: "linux-x64", problem: /unknown argument linux-x64/ },
  ],
  ({ name, targets, problem }) => {
    const args = name.split(" ").filter((word) => word !== "");
    if (problem !== undefined) assert.throws(() => parsePackageArguments(args), problem);
    else
      assert.deepEqual(
        parsePackageArguments(args).map((target) => target.name),
        targets,
      );
  },
);

function allBut(name: string): readonly string[] {
  return TARGETS.map((target) => target.name).filter((each) => each !== name);
}

test("every package of a platform is one that node-llama-cpp or koffi names", () => {
  const read = (name: string): { optionalDependencies: Record<string, string> } =>
    JSON.parse(readFileSync(join(repositoryFolder, "node_modules", name, "package.json"), "utf8")) as never;
  const known = ["node-llama-cpp", "koffi"].flatMap((name) => Object.keys(read(name).optionalDependencies));
  for (const name of TARGETS.flatMap(binaryPackagesOf)) assert.ok(known.includes(name), name);
});

test("a package is fetched by the checksum of the lock file only", () => {
  const bytes = Buffer.from("an archive");
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  const lock = JSON.stringify({
    packages: { "node_modules/a": { version: "1.2.3", integrity }, "node_modules/b": { version: "1.0.0" } },
  });
  assert.deepEqual(lockedPackage(lock, "a"), { version: "1.2.3", integrity });
  assert.throws(() => lockedPackage(lock, "b"), /no checksum of b 1\.0\.0/);
  assert.throws(() => lockedPackage(lock, "c"), /no checksum of c,/);
  checkIntegrity("a", bytes, integrity);
  assert.throws(() => {
    checkIntegrity("a", Buffer.from("another"), integrity);
  }, /is not the one in package-lock/);
});
