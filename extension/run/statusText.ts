// The text of the status bar: model, device with the number of offloaded layers, state, and the next step.
import { unreachable, t } from "../../core/base/index.ts";
import { BACKEND_NAMES } from "../../core/settings/index.ts";
import type { ServerState, ServerStatus } from "../../server/protocol/methods.ts";
import type { WorkerStats } from "../../server/protocol/worker.ts";
import type { DraftingNote } from "./draftingNote.ts";

type Device = NonNullable<WorkerStats["device"]>;

/** The model that the settings choose, as known without loading it. */
export type ChosenModel =
  | { readonly kind: "demo" }
  | { readonly kind: "catalogue"; readonly id: string }
  | { readonly kind: "file"; readonly path: string; readonly exists: boolean };

/** E.g. "CPU, 2 threads" or "Vulkan, 31 of 31 layers". */
function deviceText({ backend, offloadedLayers, totalLayers, maxThreads }: Device): string {
  if (backend === "cpu") return `CPU, ${maxThreads} ${maxThreads === 1 ? "thread" : "threads"}`;
  return t("{0}, {1} of {2} layers", BACKEND_NAMES[backend], offloadedLayers, totalLayers);
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
      return t("no model loaded");
    case "loading":
      return t("loading");
    case "ready":
      return t("ready");
    case "running":
      return t("running");
    case "down":
      return t("server down");
    default:
      return unreachable(state);
  }
}

/** The status bar's text, e.g. "$(check) LASER: ready · SmolLM2.gguf · CPU, 2 threads". */
export function statusText(
  { state, stats }: ServerStatus,
  chosen: ChosenModel,
  drafting: DraftingNote | null = null,
): string {
  if (isMissing(state, chosen)) return t("$(warning) LASER: model file missing");
  const device = stats?.device && deviceText(stats.device);
  // VS Code cuts what is longer than two fifths of the window: what changes comes first.
  const parts = [stateText(state), drafting?.short, stats?.model?.file, device];
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
  const refused = (stats?.refused ?? []).map(({ backend, reason }) =>
    t("{0} is not used: {1}.\n", BACKEND_NAMES[backend], reason),
  );
  return t(
    "{0}{1}{2}{3}Click to show the commands of LASER Inspector.",
    nextStep === null ? "" : `${nextStep}\n`,
    memory,
    refused.join(""),
    drafting === null ? "" : `${drafting.sentence}\n`,
  );
}

/** Where the model's memory is: the worker's, and a GPU's as all programs use it. */
function memoryText({ residentBytes, device, deviceMemory }: WorkerStats): string {
  const worker = t("Memory after loading: {0} GB in the worker", gigabytes(residentBytes));
  if (deviceMemory === null) return `${worker}.\n`;
  const { usedBytes, totalBytes } = deviceMemory;
  const names = device === null || device.names.length === 0 ? t("the GPU") : device.names.join(", ");
  return t(
    "{0}; {1} of {2} GB on {3}, by all programs.\n",
    worker,
    gigabytes(usedBytes),
    gigabytes(totalBytes),
    names,
  );
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** True if the chosen model file is missing; a loaded model no longer needs its file. */
export function isMissing(state: ServerState, chosen: ChosenModel): boolean {
  return state === "idle" && chosen.kind === "file" && !chosen.exists;
}

function nextStepOf(state: ServerState, chosen: ChosenModel): string | null {
  if (state === "running") return t('"LASER: Stop" stops the run; the text so far is kept.');
  if (state === "ready") return t('Open a .prompty file and run "LASER: Generate".');
  if (state !== "idle") return null;
  switch (chosen.kind) {
    case "demo":
      return t(
        'No model is chosen. Open a .prompty file and run "LASER: Generate": it uses the demo model, and asks before downloading it. Or run "LASER: Choose Model".',
      );
    case "catalogue":
      return t(
        'Open a .prompty file and run "LASER: Generate": it loads {0}, and asks before downloading it.',
        chosen.id,
      );
    case "file":
      return chosen.exists
        ? t('Open a .prompty file and run "LASER: Generate": it loads {0}.', chosen.path)
        : t(
            'There is no model file at {0}. Run "LASER: Choose Model", or fix the setting laser.model.',
            chosen.path,
          );
    default:
      return unreachable(chosen);
  }
}
