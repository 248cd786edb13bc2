// The program of dist/trial.mjs: opens one back end, decodes a tiny model on it as any model is decoded, and compares
// the logits with those of the CPU. It may abort or hang in native code; only its own process ends with it.
import type { Llama } from "node-llama-cpp";
import { messageOf, parse } from "../../../core/base/index.ts";
import type { TopRows } from "../../../core/laser/index.ts";
import type { Engine } from "../engine.ts";
import { loadOnBackend } from "../llama.ts";
import { listGpus } from "../native/deviceList.ts";
import { openDirect } from "../native/loadNative.ts";
import { startRuntime } from "../runtime.ts";
import type { GpuDevice } from "../devices/report.ts";
import { TRIAL_TOKENS } from "../devices/trialModel.ts";
import { TrialRequestSchema, type TrialReport, type TrialRequest } from "../devices/trialReport.ts";

const TOP = 32;
/** A device may round otherwise, so near-equal tokens may swap places; the best one must stay among this many. */
const NEAR = 8;
/**
 * Counts of tokens per decode: more than the kernels for vectors take, one, a few. The largest comes first,
 * as a prompt does.
 */
const DECODES = [20, 1, 3] as const;
const signal = { aborted: false };

/** Reports by IPC, then ends. */
export async function runTrial(argument: string | undefined): Promise<void> {
  process.once("disconnect", () => process.exit(1)); // The process that asked is gone.
  const report = await tryBackend(argument).catch((error: unknown): TrialReport => ({
    kind: "failed",
    reason: messageOf(error),
  }));
  process.send?.(report, () => process.exit(0));
}

async function tryBackend(argument: string | undefined): Promise<TrialReport> {
  const request = parse(TrialRequestSchema, JSON.parse(argument ?? "null"));
  if (request === null) throw new Error("the request can't be read");
  const { file } = request;
  const opened = await startRuntime(file, 1, "direct").catch((error: unknown) => error);
  if (!isRuntime(opened)) return { kind: "notLoaded", reason: messageOf(opened) };
  const { llama } = opened;
  if (llama.gpu !== file.backend) return { kind: "notLoaded", reason: "" };
  if ((await llama.getGpuDeviceNames()).length === 0) return { kind: "noDevice" };
  const onDevice = await decode(request, undefined);
  const onCpu = await decode(request, 0);
  const row = firstWrong(onDevice, onCpu);
  if (row !== null) return { kind: "wrongLogits", row };
  const { total, free } = await llama.getVramState();
  return { kind: "usable", devices: await listDevices(llama), totalBytes: total, freeBytes: free };
}

/** All GPUs; without names and memory if llama.cpp can't be called directly, since then none can be chosen. */
async function listDevices(llama: Llama): Promise<GpuDevice[]> {
  const direct = await openDirect(llama, { isHybrid: false, hasEncoder: false });
  if ("reason" in direct)
    return (await llama.getGpuDeviceNames()).map((description) => ({
      name: "",
      description,
      totalBytes: 0,
      freeBytes: 0,
    }));
  return listGpus(direct.devices()).map(({ name, description, totalBytes, freeBytes, isIntegrated }) => ({
    name,
    description,
    totalBytes,
    freeBytes,
    isIntegrated,
  }));
}

const isRuntime = (value: unknown): value is Awaited<ReturnType<typeof startRuntime>> =>
  typeof value === "object" && value !== null && "llama" in value;

/** The best logits of each row. `gpuLayers` 0: on the CPU. */
async function decode({ file, modelPath }: TrialRequest, gpuLayers: number | undefined): Promise<Row[]> {
  const engine: Engine = await loadOnBackend(file, {
    path: modelPath,
    gpu: gpuLayers === 0 ? "auto" : file.backend,
    contextTokens: 256,
    maxThreads: 1,
    ...(gpuLayers !== undefined && { gpuLayers }),
  });
  const { backend, offloadedLayers } = engine.device;
  if (gpuLayers !== 0 && (backend !== file.backend || offloadedLayers === 0))
    throw new Error("no layer was placed on the device");
  const rows: Row[] = [];
  let at = 0;
  for (const count of DECODES) {
    const tokens = TRIAL_TOKENS.subarray(at, at + count);
    rows.push(...rowsOf(await engine.target.evaluate(tokens, { rows: "all", topK: TOP, signal })));
    at += count;
  }
  await engine.dispose();
  return rows;
}

interface Row {
  /** Best first. */
  readonly ids: readonly number[];
  readonly isFinite: boolean;
}

/** Copies: the next evaluation reuses the arrays. */
function rowsOf({ rows, width, ids, logits }: TopRows): Row[] {
  return Array.from({ length: rows }, (_, row) => ({
    ids: [...ids.subarray(row * width, (row + 1) * width)],
    isFinite: logits.subarray(row * width, (row + 1) * width).every(Number.isFinite),
  }));
}

/** The first row whose best token on the CPU is not near the best on the device; null if there is none. */
function firstWrong(onDevice: readonly Row[], onCpu: readonly Row[]): number | null {
  const wrong = onCpu.findIndex(({ ids }, row) => {
    const found = onDevice[row];
    return found === undefined || !found.isFinite || !found.ids.slice(0, NEAR).includes(ids[0]!);
  });
  return wrong === -1 ? null : wrong;
}
