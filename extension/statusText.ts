// The words of the status bar: model, device with the layers really on it, state. Pure; it must not know vscode.
import { unreachable } from "../server/laser/index.ts";
import type { ServerState, ServerStatus } from "../server/protocol/methods.ts";
import type { WorkerStats } from "../server/protocol/worker.ts";

type Device = NonNullable<WorkerStats["device"]>;

/** E.g. "CPU, 2 threads" or "Vulkan, 31 of 31 layers". */
export function deviceText({ backend, offloadedLayers, totalLayers, maxThreads }: Device): string {
  if (backend === "cpu") return `CPU, ${maxThreads} ${maxThreads === 1 ? "thread" : "threads"}`;
  const name = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" }[backend];
  return `${name}, ${offloadedLayers} of ${totalLayers} layers`;
}

const ICONS: Readonly<Record<ServerState, string>> = {
  idle: "$(circle-outline)",
  loading: "$(loading~spin)",
  ready: "$(check)",
  running: "$(sync~spin)",
  down: "$(error)",
};

/** The state as a word for a person. */
export function stateText(state: ServerState): string {
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
export function statusText({ state, stats }: ServerStatus): string {
  const parts = [stats?.model?.file, stats?.device && deviceText(stats.device), stateText(state)];
  return `${ICONS[state]} LASER: ${parts.filter((part) => typeof part === "string").join(" · ")}`;
}
