// The GPU path without a GPU: Vulkan on Mesa's software device. Slow (shaders are compiled), so a few tokens only.
import assert from "node:assert/strict";
import { test } from "vitest";
import type { Engine } from "../../server/engine/index.ts";
import { installedFiles } from "../../server/engine/devices/backends.ts";
import { chooseBackend, thisMachine } from "../../server/engine/devices/choose.ts";
import { TRIAL_LIMIT_MS, tryBackend } from "../../server/engine/devices/trial.ts";
import { ensureTrialModel } from "../../server/engine/devices/trialModel.ts";
import { temporaryFolder } from "../support/check.ts";
import { loadTestEngine } from "../support/decoding/realModel.ts";
import { patient } from "../support/patience.ts";

const signal = { aborted: false };
const TRIAL_MS = patient(TRIAL_LIMIT_MS);

/** The 8 most probable continuations of a text, one evaluation per token from the third last on. */
async function topRows(engine: Engine): Promise<number[][]> {
  const ids = Int32Array.from(engine.tokenizer.tokenize("The capital of France is the city of", false));
  const first = ids.length - 3;
  const rows = [await engine.target.evaluate(ids.subarray(0, first), { rows: "all", topK: 8, signal })];
  for (let i = first; i < ids.length; i++)
    rows.push(await engine.target.evaluate(ids.subarray(i, i + 1), { rows: "all", topK: 8, signal }));
  return rows.map((row) => [...row.ids.subarray(-row.width)]);
}

test("Vulkan: the device is named, all layers are offloaded, and it agrees with the CPU", async () => {
  const missing = process.env.LASER_TEST_VULKAN_MISSING;
  assert.equal(process.env.LASER_TEST_VULKAN, "1", missing ?? "run these tests by `npm run test:model`");
  process.env.GGML_VK_VISIBLE_DEVICES = "0"; // Devices of processor type are passed over otherwise.
  // Its result is kept for the load, which would allow it the time that a quiet machine needs.
  await chooseBackend("vulkan", { limitMs: TRIAL_MS, again: true });
  const gpu = await loadTestEngine({ gpu: "vulkan", contextTokens: 256 });
  const { device } = gpu;
  assert.equal(device.backend, "vulkan");
  assert.match(device.names.join(" "), /llvmpipe/);
  assert.equal(device.offloadedLayers, device.totalLayers);
  const fromGpu = await topRows(gpu);
  await gpu.dispose();
  const cpu = await loadTestEngine({ contextTokens: 256 });
  const fromCpu = await topRows(cpu);
  await cpu.dispose();
  // Other kernels round otherwise: near-equal tokens may swap, but each one's favourite is high on the other's list.
  fromCpu.forEach((row, i) => {
    assert.ok(
      fromGpu[i]!.slice(0, 3).includes(row[0]!),
      `position ${i}: CPU ${row.join(" ")}, GPU ${fromGpu[i]!.join(" ")}`,
    );
    assert.ok(
      row.slice(0, 3).includes(fromGpu[i]![0]!),
      `position ${i}: CPU ${row.join(" ")}, GPU ${fromGpu[i]!.join(" ")}`,
    );
  });
});

test("Vulkan's file also works as a plug-in of the package for CPUs, by the trial's own decode", async (context) => {
  const machine = { ...thisMachine(), cacheDir: temporaryFolder(context) };
  const [shipped, plugin] = installedFiles("vulkan", machine);
  assert.deepEqual([shipped?.way, plugin?.way, plugin?.file], ["package", "plugin", shipped?.file]);
  const { path: modelPath } = await ensureTrialModel(machine.cacheDir);
  const { signal: unstopped } = new AbortController();
  const outcome = await tryBackend(plugin!, { modelPath, signal: unstopped, limitMs: TRIAL_MS });
  assert.ok(outcome.kind === "usable", JSON.stringify(outcome));
  assert.match(outcome.devices.map(({ description }) => description).join(" "), /llvmpipe/);
});
