// ggml's list of devices: which of them are GPUs, what a name or number means, and that the packaged ggml has its functions.
import assert from "node:assert/strict";
import { test } from "vitest";
import { foreignFunctions } from "../../../../../server/engine/foreignFunctions.ts";
import { gpuNamed, listGpus, type DeviceFunctions } from "../../../../../server/engine/native/deviceList.ts";
import { openNative } from "../../../../../server/engine/native/functions.ts";
import { libraryIn } from "../../../../../server/engine/native/library.ts";
import { table } from "../../../../support/check.ts";
import { packagedBinaries } from "../../../../support/packagedBinaries.ts";

const CPU = 0;
const GPU = 1;
const INTEGRATED = 2;
const ACCELERATOR = 3;

/** What ggml lists on a machine with two cards and graphics in its processor. */
const MACHINE = [
  { type: ACCELERATOR, name: "BLAS", description: "OpenBLAS", totalBytes: 0, freeBytes: 0 },
  { type: INTEGRATED, name: "Vulkan0", description: "Graphics", totalBytes: 2e9, freeBytes: 1e9 },
  { type: GPU, name: "CUDA0", description: "NVIDIA H200", totalBytes: 140e9, freeBytes: 9e9 },
  { type: GPU, name: "CUDA1", description: "NVIDIA H200", totalBytes: 140e9, freeBytes: 139e9 },
  { type: CPU, name: "CPU", description: "EPYC", totalBytes: 64e9, freeBytes: 60e9 },
];
const at = (pointer: bigint | null) => MACHINE[Number(pointer) - 1]!;
const functions: DeviceFunctions = {
  count: () => MACHINE.length,
  get: (place) => BigInt(place + 1),
  type: (device) => at(device).type,
  name: (device) => at(device).name,
  description: (device) => at(device).description,
  memory: (device) => at(device),
};

test("only GPUs, in ggml's order, with their memory", () => {
  const listed = listGpus(functions).map(({ name, freeBytes, isIntegrated }) => [
    name,
    freeBytes,
    isIntegrated,
  ]);
  assert.deepEqual(listed, [
    ["Vulkan0", 1e9, true],
    ["CUDA0", 9e9, false],
    ["CUDA1", 139e9, false],
  ]);
});

table(
  "a wish",
  [
    { name: "a number", wanted: "2", pointer: 4n },
    { name: "a name", wanted: "CUDA0", pointer: 3n },
    { name: "a name in another case", wanted: "cuda1", pointer: 4n },
    { name: "a number too large", wanted: "3", pointer: undefined },
    { name: "not a GPU", wanted: "CPU", pointer: undefined },
    { name: "a part of a name", wanted: "CUDA", pointer: undefined },
    { name: "a description, which two have", wanted: "NVIDIA H200", pointer: undefined },
    { name: "a negative number", wanted: "-1", pointer: undefined },
  ],
  ({ wanted, pointer }) => {
    assert.equal(gpuNamed(wanted, functions)?.pointer, pointer);
  },
);

test("the packaged ggml has the functions, and native memory holds a list of pointers", async () => {
  const found = libraryIn(packagedBinaries());
  assert.ok("file" in found, JSON.stringify(found));
  const koffi = await foreignFunctions();
  const { devices, pointerList } = openNative(koffi, found.file);
  assert.deepEqual(listGpus(devices()), []); // No back end is loaded into this process.
  const list = pointerList([5n, 6n]);
  assert.deepEqual(koffi.decode(list.pointer, koffi.array("uint64_t", 3)), BigUint64Array.of(5n, 6n, 0n));
  list.free();
});
