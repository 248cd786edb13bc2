// What a prompt file may say of the device: it narrows what settings or options allow, and opens nothing.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  promptDevice,
  SETTINGS,
  type DeviceChoice,
  type PromptParameters,
} from "../../../../core/settings/index.ts";
import { table } from "../../../support/check.ts";
import { forAll } from "../../../support/property.ts";

interface Row {
  readonly name: string;
  readonly allowed: DeviceChoice;
  readonly asks: PromptParameters;
  readonly gives: DeviceChoice;
  /** Parts of the sentences about what was refused. */
  readonly refused?: readonly RegExp[];
}

table(
  "a prompt file",
  [
    { name: "asks for nothing", allowed: { gpu: "cuda" }, asks: { gpu: null }, gives: { gpu: "cuda" } },
    { name: "turns the GPU off", allowed: { gpu: "cuda" }, asks: { gpu: "off" }, gives: { gpu: "off" } },
    {
      name: "chooses if nothing was chosen",
      allowed: { gpu: "auto" },
      asks: { gpu: "vulkan", device: " 1 ", gpuLayers: 3 },
      gives: { gpu: "vulkan", device: "1", gpuLayers: 3 },
    },
    {
      name: "asks for what is allowed already",
      allowed: { gpu: "cuda", device: "1", gpuLayers: 3 },
      asks: { gpu: "cuda", device: "1", gpuLayers: 3 },
      gives: { gpu: "cuda", device: "1", gpuLayers: 3 },
    },
    {
      name: "takes fewer layers",
      allowed: { gpu: "auto", gpuLayers: 8 },
      asks: { gpuLayers: 0 },
      gives: { gpu: "auto", gpuLayers: 0 },
    },
    {
      name: "can't turn the GPU on",
      allowed: { gpu: "off" },
      asks: { gpu: "cuda" },
      gives: { gpu: "off" },
      refused: [/gpu \(cuda\) is not used: laser\.gpu or --gpu is off\./],
    },
    {
      name: "can't take another device, back end or more layers",
      allowed: { gpu: "cuda", device: "CUDA1", gpuLayers: 4 },
      asks: { gpu: "vulkan", device: "CUDA0", gpuLayers: 5 },
      gives: { gpu: "cuda", device: "CUDA1", gpuLayers: 4 },
      refused: [/gpu \(vulkan\)/, /device \(CUDA0\)/, /gpu_layers \(5\)/],
    },
  ] satisfies readonly Row[],
  ({ allowed, asks, gives, refused = [] }: Row) => {
    const { choice, refused: said } = promptDevice(allowed, asks);
    assert.deepEqual(choice, gives);
    assert.equal(said.length, refused.length);
    for (const [at, text] of refused.entries()) assert.match(said[at]!, text);
  },
);

const gpus = fc.constantFrom(...(Object.keys(SETTINGS.gpu.choices) as DeviceChoice["gpu"][]));
const layers = fc.integer({ min: 0, max: 5 });
const device = fc.constantFrom("0", "1", "CUDA0");
const choices = fc.record({ gpu: gpus, device, gpuLayers: layers }, { requiredKeys: ["gpu"] });

test("whatever it asks for, it stays within what is allowed", () => {
  forAll(fc.tuple(choices, choices), 500, ([allowed, asks]) => {
    const { choice } = promptDevice(allowed, asks);
    assert.ok(allowed.gpu === "auto" || [allowed.gpu, "off"].includes(choice.gpu));
    assert.ok(allowed.device === undefined || choice.device === allowed.device);
    assert.ok(allowed.gpuLayers === undefined || choice.gpuLayers! <= allowed.gpuLayers);
  });
});
