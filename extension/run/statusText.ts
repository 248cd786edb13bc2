// The text of the status bar: model, device with the number of offloaded layers, state, and the next step.
import { unreachable } from "../../core/base/index.ts";
import type { ServerState, ServerStatus } from "../../server/protocol/methods.ts";
import type { WorkerStats } from "../../server/protocol/worker.ts";
import type { DraftingNote } from "./draftingNote.ts";

type Device = NonNullable<WorkerStats["device"]>;

/** The model that the settings choose, as known without loading it. */
export type ChosenModel =
  | { readonly kind: "demo" }
  | { readonly kind: "catalogue"; readonly id: string }
  | { readonly kind: "file"; readonly path: string; readonly exists: boolean };

/** Names of back ends, as their makers write them. */
export const BACKEND_TITLES = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

/** E.g. "CPU, 2 threads" or "Vulkan, 31 of 31 layers". */
function deviceText({ backend, offloadedLayers, totalLayers, maxThreads }: Device): string {
  if (backend === "cpu") return `CPU, ${maxThreads} ${maxThreads === 1 ? "thread" : "threads"}`;
  return `${BACKEND_TITLES[backend]}, ${offloadedLayers} of ${totalLayers} layers`;
}

const ICONS: Readonly<Record<ServerState, string>> = {
  idle: "$(circle-outline)",
  loading: "$(loading~spin)",
  ready: "$(check)",
  running: "$(sync~spin)",
  down: "$(error)",
};

function stateText(state: ServerState): string {
  switch (state) {
    case "idle":
      return "no model loaded";
    case "loading":
      return "loading";
    case "ready":
      return "ready";
    case "running":
      return "writing";
    case "down":
      return "server down";
    default:
      return unreachable(state);
  }
}

/** The status bar's text, e.g. "$(check) LASER: SmolLM2.gguf · CPU, 2 threads · ready". */
export function statusText(
  { state, stats }: ServerStatus,
  chosen: ChosenModel,
  drafting: DraftingNote | null = null,
): string {
  if (isMissing(state, chosen)) return "$(warning) LASER: model file missing";
  const device = stats?.device && deviceText(stats.device);
  const parts = [stats?.model?.file, device, stateText(state), drafting?.short];
  return `${ICONS[state]} LASER: ${parts.filter((part) => typeof part === "string").join(" · ")}`;
}

/** The tooltip: the error, or the next step and the back ends that were refused. */
export function statusTooltip(
  { state, error, stats }: ServerStatus,
  chosen: ChosenModel,
  drafting: DraftingNote | null = null,
): string {
  if (error !== null) return `${error.message} ${error.nextStep}`;
  const nextStep = nextStepOf(state, chosen);
  const memory = stats === null ? "" : memoryText(stats);
  const refused = (stats?.refused ?? []).map(
    ({ backend, reason }) => `${BACKEND_TITLES[backend]} is not used: ${reason}.\n`,
  );
  return `${nextStep === null ? "" : `${nextStep}\n`}${memory}${refused.join("")}${drafting === null ? "" : `${drafting.sentence}\n`}Click to show the commands of LASER Inspector.`;
}

/** Where the model's memory is: the worker's, and a GPU's as all programs use it. */
function memoryText({ residentBytes, device, deviceMemory }: WorkerStats): string {
  const worker = `Memory after loading: ${gigabytes(residentBytes)} GB in the worker`;
  if (deviceMemory === null) return `${worker}.\n`;
  const { usedBytes, totalBytes } = deviceMemory;
  const names = device === null || device.names.length === 0 ? "the GPU" : device.names.join(", ");
  return `${worker}; ${gigabytes(usedBytes)} of ${gigabytes(totalBytes)} GB on ${names}, by all programs.\n`;
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** True if the chosen model file is missing; a loaded model no longer needs its file. */
export function isMissing(state: ServerState, chosen: ChosenModel): boolean {
  return state === "idle" && chosen.kind === "file" && !chosen.exists;
}

function nextStepOf(state: ServerState, chosen: ChosenModel): string | null {
  if (state === "running") return '"LASER: Stop" stops the run; the text so far is kept.';
  if (state === "ready") return 'Open a .prompty file and run "LASER: Generate".';
  if (state !== "idle") return null;
  switch (chosen.kind) {
    case "demo":
      return 'No model is chosen. Open a .prompty file and run "LASER: Generate": it uses the demo model, and asks before downloading it. Or run "LASER: Choose Model".';
    case "catalogue":
      return `Open a .prompty file and run "LASER: Generate": it loads ${chosen.id}, and asks before downloading it.`;
    case "file":
      return chosen.exists
        ? `Open a .prompty file and run "LASER: Generate": it loads ${chosen.path}.`
        : `There is no model file at ${chosen.path}. Run "LASER: Choose Model", or fix the setting laser.model.`;
    default:
      return unreachable(chosen);
  }
}
