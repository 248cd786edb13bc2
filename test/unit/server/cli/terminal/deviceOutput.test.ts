// The list of devices and the offer of an install, as they are printed.
import { test } from "vitest";
import { deviceLines, offerText } from "../../../../../server/cli/terminal/deviceOutput.ts";
import type { DeviceReport, InstallOffer } from "../../../../../server/engine/index.ts";
import { golden } from "../../../../support/check.ts";

const offer: InstallOffer = {
  id: "cuda-13",
  packageName: "@node-llama-cpp/linux-x64-cuda",
  version: "3.22.1",
  licence: "MIT",
  source: "https://registry.example",
  packedBytes: 142_898_030,
  unpackedBytes: 200_000_000,
  needs: "CUDA 13.1 or later",
};
const triedAt = "2026-01-02T03:04:05.000Z";

const report: DeviceReport = {
  backends: [
    {
      backend: "cuda",
      state: {
        kind: "refused",
        reason: "a trial of CUDA ended its process (SIGABRT): CUDA error: no kernel image",
        nextStep: "Another driver version may work.",
        file: "/cache/libggml-cuda.so",
        triedAt,
      },
    },
    {
      backend: "vulkan",
      state: {
        kind: "usable",
        devices: [
          { name: "Vulkan0", description: "Card A", totalBytes: 16 * 2 ** 30, freeBytes: 15 * 2 ** 30 },
          { name: "Vulkan1", description: "Card B", totalBytes: 8 * 2 ** 30 - 1, freeBytes: 5.55 * 2 ** 30 },
        ],
        totalBytes: 24 * 2 ** 30 - 1,
        freeBytes: 20.55 * 2 ** 30,
        file: "/package/libggml-vulkan.so",
        triedAt,
        trialMs: 1_000,
      },
    },
    { backend: "metal", state: { kind: "notInstalled", nextStep: "Install again." } },
  ],
  chosen: "vulkan",
  offers: [offer, { ...offer, id: "cuda-12", packedBytes: null, needs: "CUDA 12.4 or later" }],
};

test("back ends in all their states, then reasons and what can be installed", () => {
  golden("devices/list", deviceLines(report).join("\n"));
});

test("size, licence and source before an install", () => {
  golden("devices/offer", offerText(offer));
});
