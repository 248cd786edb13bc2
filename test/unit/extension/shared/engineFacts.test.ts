// Which choices of a device can't work, and what is said of them.
import assert from "node:assert/strict";
import { test } from "vitest";
import { deviceProblem, engineFacts } from "../../../../extension/shared/engineFacts.ts";
import type { DeviceReport, InstallOffer } from "../../../../server/protocol/worker.ts";
import { table } from "../../../support/check.ts";

const tried = { file: "/lib/a.so", triedAt: "2026-01-02T03:04:05.678Z" };
const CARD = { name: "Vulkan0", description: "A card", totalBytes: 8e9, freeBytes: 7e9 };
const OFFER: InstallOffer = {
  ...{
    id: "cuda",
    packageName: "@node-llama-cpp/linux-x64-cuda",
    version: "1",
    licence: "MIT",
    source: "here",
  },
  ...{ packedBytes: 1, unpackedBytes: 2, needs: "CUDA 13" },
};
const REPORT: DeviceReport = {
  backends: [
    { backend: "cuda", state: { kind: "notInstalled", nextStep: 'Run "laser devices --install cuda".' } },
    {
      backend: "vulkan",
      state: { kind: "usable", devices: [CARD], totalBytes: 8e9, freeBytes: 7e9, trialMs: 5, ...tried },
    },
  ],
  chosen: "vulkan",
  offers: [OFFER],
};

test("a back end that is missing, refused or of another platform can't be used, and says what helps", () => {
  const facts = engineFacts(REPORT);
  assert.deepEqual(Object.keys(facts.unusable), ["cuda", "metal"]);
  // What the terminal would be told is of no use in the editor.
  assert.match(facts.unusable.cuda!, /"LASER: Install GPU Support" adds it/);
  assert.match(facts.unusable.metal!, /does not exist on this platform/);
  assert.deepEqual([facts.devices.map(({ name }) => name), facts.canInstall], [["Vulkan0"], true]);

  const refused = {
    kind: "refused",
    reason: "no driver was found",
    nextStep: "Install it.",
    ...tried,
  } as const;
  const none = engineFacts({ ...REPORT, backends: [{ backend: "cuda", state: refused }] });
  assert.equal(none.unusable.cuda, "No driver was found. Install it.");
  assert.deepEqual([none.devices, none.canInstall], [[], false]);
});

table(
  "a named device",
  [
    { name: "that is there, in any case", wanted: "vulkan0", says: null },
    { name: "by its number", wanted: "3", says: null },
    { name: "that is left open", wanted: "", says: null },
    {
      name: "of another machine",
      wanted: "CUDA0",
      says: "There is no CUDA0 on this machine. Found: Vulkan0.",
    },
  ],
  ({ wanted, says }) => {
    assert.equal(deviceProblem(wanted, engineFacts(REPORT)), says);
  },
);
