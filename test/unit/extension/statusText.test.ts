// The status bar's words: the device is told with the layers that are really on it.
import assert from "node:assert/strict";
import { statusText } from "../../../extension/statusText.ts";
import type { ServerStatus } from "../../../server/protocol/methods.ts";
import type { WorkerStats } from "../../../server/protocol/worker.ts";
import { table } from "../../support/check.ts";
import { smallTrace } from "../trace/smallRun.ts";

const { model, device } = smallTrace();
const stats: WorkerStats = { model, device, pool: null, residentBytes: 1, running: false };
const onCard = {
  ...device,
  backend: "vulkan",
  names: ["Card"],
  offloadedLayers: 24,
  totalLayers: 31,
} as const;

table(
  "status",
  [
    {
      name: "nothing yet",
      status: { state: "idle", stats: null },
      text: "$(circle-outline) LASER: no model loaded",
    },
    {
      name: "ready on the processor",
      status: { state: "ready", stats },
      text: "$(check) LASER: twelve.gguf · CPU, 2 threads · ready",
    },
    {
      name: "one thread",
      status: { state: "ready", stats: { ...stats, device: { ...device, maxThreads: 1 } } },
      text: "$(check) LASER: twelve.gguf · CPU, 1 thread · ready",
    },
    {
      name: "writing on a card that holds a part of the model",
      status: { state: "running", stats: { ...stats, device: onCard } },
      text: "$(sync~spin) LASER: twelve.gguf · Vulkan, 24 of 31 layers · writing",
    },
    { name: "down", status: { state: "down", stats: null }, text: "$(error) LASER: server down" },
  ] satisfies readonly { name: string; status: Omit<ServerStatus, "error">; text: string }[],
  ({ status, text }) => {
    assert.equal(statusText({ ...status, error: null }), text);
  },
);
