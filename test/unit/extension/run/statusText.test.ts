// The status bar's words: the device is shown with the layers that are really on it, and what can be done next.
import assert from "node:assert/strict";
import { test } from "vitest";
import { statusText, statusTooltip, type ChosenModel } from "../../../../extension/run/statusText.ts";
import type { ServerStatus } from "../../../../server/protocol/methods.ts";
import type { WorkerStats } from "../../../../server/protocol/worker.ts";
import { table } from "../../../support/check.ts";
import { smallTrace } from "../../core/trace/smallRun.ts";

const { model, device } = smallTrace();
const stats: WorkerStats = {
  model,
  device,
  deviceMemory: null,
  refused: [],
  pool: null,
  residentBytes: 412_000_000,
  running: false,
};
const refusal = { backend: "cuda", reason: "it found no driver" } as const;
const onCard = {
  ...device,
  backend: "vulkan",
  names: ["Card"],
  offloadedLayers: 24,
  totalLayers: 31,
} as const;
const missing: ChosenModel = { kind: "file", path: "/gone.gguf", exists: false };

interface StatusRow {
  readonly name: string;
  readonly status: Omit<ServerStatus, "error">;
  readonly chosen?: ChosenModel;
  readonly text: string;
}

interface TooltipRow {
  readonly name: string;
  readonly status: ServerStatus;
  readonly chosen?: ChosenModel;
  readonly says: RegExp;
}

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
      text: "$(check) LASER: ready · twelve.gguf · CPU, 2 threads",
    },
    {
      name: "one thread",
      status: { state: "ready", stats: { ...stats, device: { ...device, maxThreads: 1 } } },
      text: "$(check) LASER: ready · twelve.gguf · CPU, 1 thread",
    },
    {
      name: "writing on a card that holds a part of the model",
      status: { state: "running", stats: { ...stats, device: onCard } },
      text: "$(sync~spin) LASER: running · twelve.gguf · Vulkan, 24 of 31 layers",
    },
    { name: "down", status: { state: "down", stats: null }, text: "$(error) LASER: server down" },
    {
      name: "a model file that is not there",
      status: { state: "idle", stats: null },
      chosen: missing,
      text: "$(warning) LASER: model file missing",
    },
    {
      name: "a model file that went after it was loaded",
      status: { state: "ready", stats },
      chosen: missing,
      text: "$(check) LASER: ready · twelve.gguf · CPU, 2 threads",
    },
  ] satisfies readonly StatusRow[],
  ({ status, chosen = { kind: "demo" }, text }: StatusRow) => {
    assert.equal(statusText({ ...status, error: null }, chosen), text);
  },
);

const idle: ServerStatus = { state: "idle", stats: null, error: null };
const COMMANDS = "Click to show the commands of LASER Inspector.";

table(
  "pointed at, the status bar says what comes next",
  [
    { name: "no model chosen", status: idle, says: /^No model is chosen\. .*LASER: Generate.*asks before/ },
    {
      name: "a model of the catalogue",
      status: idle,
      chosen: { kind: "catalogue", id: "small" },
      says: /LASER: Generate.*loads small, and asks before/,
    },
    {
      name: "a file",
      status: idle,
      chosen: { kind: "file", path: "/models/a.gguf", exists: true },
      says: /LASER: Generate.*loads \/models\/a\.gguf\.\n/,
    },
    {
      name: "a file that is not there",
      status: idle,
      chosen: missing,
      says: /^There is no model file at \/gone\.gguf\. Run "LASER: Choose Model"/,
    },
    { name: "ready", status: { ...idle, state: "ready", stats }, says: /LASER: Generate/ },
    { name: "running", status: { ...idle, state: "running", stats }, says: /LASER: Stop/ },
    {
      name: "a back end that was refused",
      status: { ...idle, state: "ready", stats: { ...stats, refused: [refusal] } },
      says: /\nCUDA is not used: it found no driver\.\n/,
    },
    {
      name: "memory on the processor",
      status: { ...idle, state: "ready", stats },
      says: /\nMemory after loading: 0\.4 GB in the worker\.\n/,
    },
    {
      name: "memory of a card",
      status: {
        ...idle,
        state: "ready",
        stats: { ...stats, device: onCard, deviceMemory: { usedBytes: 3.41e9, totalBytes: 139.8e9 } },
      },
      says: /\nMemory after loading: 0\.4 GB in the worker; 3\.4 of 139\.8 GB on Card, by all programs\.\n/,
    },
    { name: "loading", status: { ...idle, state: "loading" }, says: /^Click/ },
  ] satisfies readonly TooltipRow[],
  ({ status, chosen = { kind: "demo" }, says }: TooltipRow) => {
    const tooltip = statusTooltip(status, chosen);
    assert.match(tooltip, says);
    assert.ok(tooltip.endsWith(COMMANDS));
  },
);

test("trouble is reported with its own next step", () => {
  const error = { code: "serverDown", message: "It is down.", nextStep: "Start it." };
  assert.equal(statusTooltip({ state: "down", stats: null, error }, missing), "It is down. Start it.");
});
