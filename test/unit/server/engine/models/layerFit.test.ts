// How many layers a GPU is expected to hold: the output first, then from the last layer on, each with its part of the context.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { examineModel } from "../../../../../server/engine/gguf/examine.ts";
import { layerBytes, layersIn } from "../../../../../server/engine/models/layerFit.ts";
import { backendsOf, installedFiles } from "../../../../../server/engine/devices/backends.ts";
import { thisMachine } from "../../../../../server/engine/devices/choose.ts";
import { cpuShareOf } from "../../../../../server/engine/memory/memoryNeed.ts";
import { sharesMemory } from "../../../../../server/engine/native/createContext.ts";
import type { NativeDevice } from "../../../../../server/engine/native/deviceList.ts";
import { fitBySize, fitOf, machineRoom } from "../../../../../server/engine/models/fit.ts";
import { smallModels } from "../../../../support/gguf/smallModels.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";

/** Two blocks of 100 bytes each, and an output of 50. */
const LAYERS = [100, 100, 50];
const NOTHING = { contextBytes: 0, bufferBytes: 0 };

table(
  "layers that fit",
  [
    // 6 % of what is free stays free: 266 × 0.94 = 250.04.
    { name: "all", freeBytes: 266, besides: NOTHING, fits: 3 },
    { name: "the output and one block", freeBytes: 265, besides: NOTHING, fits: 2 },
    { name: "the output alone", freeBytes: 54, besides: NOTHING, fits: 1 },
    { name: "none", freeBytes: 53, besides: NOTHING, fits: 0 },
    // Each block takes half of the context.
    { name: "fewer with a context", freeBytes: 266, besides: { contextBytes: 60, bufferBytes: 0 }, fits: 2 },
    { name: "fewer with buffers", freeBytes: 266, besides: { contextBytes: 0, bufferBytes: 1 }, fits: 2 },
    { name: "none in no memory", freeBytes: 0, besides: NOTHING, fits: 0 },
  ],
  ({ freeBytes, besides, fits }) => {
    assert.equal(layersIn(freeBytes, LAYERS, besides), fits);
  },
);

test("the layers of a model are as large as its tensors, and its fit follows device, layers and cache", async (context) => {
  const file = path.join(temporaryFolder(context), "small.gguf");
  writeFileSync(file, smallModels().llama!);
  const model = await examineModel(file);
  const layers = layerBytes(model);
  assert.ok(layers !== null);
  const bytesOf = (pattern: RegExp): number =>
    model.tensors.filter(({ name }) => pattern.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  assert.deepEqual(layers.slice(0, -1), [bytesOf(/^blk\.0\./), bytesOf(/^blk\.1\./)]);
  // Its output is the table of embeddings once more, or a matrix of its own, and a norm.
  const hasOwn = bytesOf(/^output\.weight$/) > 0;
  assert.equal(layers.at(-1), bytesOf(hasOwn ? /^output/ : /^(output|token_embd)/));

  const room = { freeBytes: 1e9, gpu: { backend: "vulkan", freeBytes: 1e9 }, untried: null } as const;
  const asked = { gpu: "auto", contextTokens: 256 } as const;
  const fit = fitOf(model, room, asked);
  assert.deepEqual(fit.layers, { total: 3, onGpu: 3 });
  // What the GPU holds need not fit into memory; without one, all must.
  const hereOf = (onGpu: number): number =>
    fitOf(model, room, { ...asked, gpuLayers: onGpu }).hereBytes ?? NaN;
  assert.equal(hereOf(0), fit.neededBytes);
  const perLayer = hereOf(0) - hereOf(1);
  assert.ok(
    perLayer > model.bytes / 3,
    `a layer of three leaves ${perLayer} of ${model.bytes} bytes to the GPU`,
  );
  assert.equal(Math.round(hereOf(1) - hereOf(2)), Math.round(perLayer));
  assert.equal(fitOf(model, { ...room, gpu: null }, asked).hereBytes, fit.neededBytes);
  // A GPU in the processor has no memory of its own: what is split between the two is all in one.
  const shared = { ...room, gpu: { ...room.gpu, isShared: true } } as const;
  assert.equal(fitOf(model, shared, asked).hereBytes, fit.hereBytes);
  assert.equal(fitOf(model, shared, { ...asked, gpuLayers: 1 }).hereBytes, fit.neededBytes);
  assert.equal(fitBySize(1.5e9, room, asked).hereBytes, 0.5e9);
  assert.equal(fitBySize(1.5e9, shared, asked).hereBytes, 1.5e9);
  assert.equal(fitBySize(0.9e9, shared, asked).hereBytes, 0);
  assert.deepEqual(fitOf(model, room, { ...asked, gpuLayers: 1 }).layers, { total: 3, onGpu: 1 });
  assert.deepEqual(fitOf(model, { ...room, gpu: null }, asked).layers, { total: 3, onGpu: 0 });
  // 2 layers × 32 numbers × keys and values × bytes a number, and a row of the mask: 512 × 4.
  const contextBytes = (bytesPerNumber: number): number => 256 * (2 * 32 * 2 * bytesPerNumber + 512 * 4);
  assert.equal(fit.contextBytes, contextBytes(2));
  assert.equal(fitOf(model, room, { ...asked, kvType: "q8_0" }).contextBytes, contextBytes(34 / 32));
});

test("a GPU counts only where it is to hold layers", async (context) => {
  const machine = { ...thisMachine(), cacheDir: temporaryFolder(context) };
  const installed = backendsOf(machine).find((backend) => installedFiles(backend, machine).length > 0);
  assert.equal((await machineRoom(machine, { gpu: "auto" })).untried, installed ?? null);
  for (const asked of [{ gpu: "off" }, { gpu: "auto", gpuLayers: 0 }] as const) {
    const { gpu, untried } = await machineRoom(machine, asked);
    assert.deepEqual([gpu, untried], [null, null]);
  }
});

table<{ name: string; gpu: NativeDevice | null; ofAll: [total: number, unified: number]; shares: boolean }>(
  "the memory of",
  [
    { name: "a GPU of its own", gpu: null, ofAll: [8e9, 0], shares: false },
    { name: "a GPU in the processor", gpu: null, ofAll: [8e9, 8e9], shares: true },
    { name: "both kinds together", gpu: null, ofAll: [16e9, 8e9], shares: false },
    { name: "none that is reported", gpu: null, ofAll: [0, 0], shares: false },
    { name: "a chosen one in the processor", gpu: device(true), ofAll: [16e9, 8e9], shares: true },
    { name: "a chosen one of its own", gpu: device(false), ofAll: [16e9, 8e9], shares: false },
  ],
  async ({ gpu, ofAll: [total, unifiedSize], shares }) => {
    const llama = { getVramState: () => Promise.resolve({ total, used: 0, free: total, unifiedSize }) };
    assert.equal(await sharesMemory(llama, gpu), shares);
  },
);

function device(isIntegrated: boolean): NativeDevice {
  return { pointer: null, name: "Vulkan0", description: "", totalBytes: 8e9, freeBytes: 8e9, isIntegrated };
}

table(
  "the share of a model that must fit in the machine's memory",
  [
    { name: "no layer on the GPU", gpuLayers: 0, isShared: false, share: 1 },
    { name: "half on a GPU of its own", gpuLayers: 5, isShared: false, share: 0.5 },
    { name: "half on a GPU that shares it", gpuLayers: 5, isShared: true, share: 1 },
    {
      name: "all on a GPU that shares it, which the GPU's own limit bounds",
      gpuLayers: 10,
      isShared: true,
      share: 0,
    },
  ],
  ({ gpuLayers, isShared, share }) => {
    assert.equal(cpuShareOf({ gpuLayers, totalLayers: 10, isShared }), share);
  },
);
