// Chooses the back end for a model: the first whose trial succeeded, and why the others are not used.
import { describeFault, messageOf } from "../../../core/base/index.ts";
import { BACKEND_NAMES } from "../../../core/settings/index.ts";
import { cacheFolder } from "../../files/index.ts";
import { EngineError, type GpuChoice } from "../errors.ts";
import { backendsOf, installedFiles, type BackendFile, type GpuBackend, type Machine } from "./backends.ts";
import { fullGpu, nvidiaGpus } from "./nvidiaMemory.ts";
import type { RefusedBackend } from "./report.ts";
import { tryBackend, type TrialOptions, type TrialOutcome } from "./trial.ts";
import { keepResult, keptResult, type TrialResult } from "./trialCache.ts";
import { TRIAL_FAULTS, type TrialFault } from "./trialFaults.ts";
import { ensureTrialModel } from "./trialModel.ts";
import { isNumber, listedDevice, placeOf } from "./wanted.ts";

/** The chosen way to open a back end, and the ways that were refused. */
export interface BackendChoice {
  /** Null: the CPU. */
  readonly file: BackendFile | null;
  /** Back ends that were preferred and refused; one without any device is not among them. */
  readonly refused: readonly RefusedBackend[];
}

/** All optional: this machine, any device and kept trials by default. */
export interface ChooseOptions extends Partial<Pick<TrialOptions, "signal" | "program" | "limitMs">> {
  readonly machine?: Machine;
  /** One GPU by its name or number. */
  readonly device?: string;
  /** Tries again whatever was kept. */
  readonly again?: boolean;
  /** Called before a trial, which takes seconds. */
  readonly onTrial?: ((backend: GpuBackend) => void) | undefined;
  /** One line for each way that was refused, and for a result that could not be kept. */
  readonly log?: ((line: string) => void) | undefined;
  /** Whether this process has opened a back end, which then takes no more memory for itself. */
  readonly isOpen?: (file: BackendFile) => boolean;
  /** NVIDIA's GPUs; those of the driver by default. */
  readonly nvidiaGpus?: typeof nvidiaGpus;
  /** The files of a back end; those installed by default. */
  readonly filesOf?: typeof installedFiles;
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  cacheDir: cacheFolder(),
});

/**
 * The back end to load a model on. Nothing is tried for "off", nor where no GPU variant is installed.
 * A device's name chooses among back ends too; its number counts in the first that works.
 * @throws EngineError gpuUnavailable for a back end, deviceUnknown for a device that was requested; the signal's reason
 *   when stopped
 */
export async function chooseBackend(gpu: GpuChoice, options: ChooseOptions = {}): Promise<BackendChoice> {
  if (gpu === "off") return { file: null, refused: [] };
  const { machine = thisMachine(), device, log = () => undefined } = options;
  const refused: RefusedBackend[] = [];
  const known: string[] = [];
  const wanted = gpu === "auto" ? backendsOf(machine) : [gpu];
  for (const backend of wanted) {
    const tried = await tryFiles(backend, { ...options, machine });
    const usable = tried.find(({ result }) => result.outcome.kind === "usable");
    for (const { file, result } of tried) {
      if (result.outcome.kind === "refused")
        log(`${describeRefusal(result.outcome.fault)} (${file.way}, ${file.file})`);
    }
    if (usable?.result.outcome.kind === "usable") {
      const { devices } = usable.result.outcome;
      if (device === undefined || placeOf(device, devices) !== null) return { file: usable.file, refused };
      known.push(...devices.map(listedDevice));
      if (isNumber(device)) break;
      continue;
    }
    const faults = tried.flatMap(({ result: { outcome } }) =>
      outcome.kind === "refused" ? [outcome.fault] : [],
    );
    const fault = decisiveFault(faults);
    if (gpu !== "auto") {
      const refusal = fault && describeFault(TRIAL_FAULTS, fault);
      const reason = refusal?.message ?? notInstalled(backend, machine);
      throw new EngineError({
        tag: "gpuUnavailable",
        wanted: gpu,
        reason,
        advice: refusal?.nextStep ?? null,
      });
    }
    if (fault !== null && fault.tag !== "noDevice") refused.push({ backend, reason: describeRefusal(fault) });
  }
  if (device !== undefined) throw new EngineError({ tag: "deviceUnknown", wanted: device, known });
  return { file: null, refused };
}

/** A way to open a back end, and what its trial found. */
export interface TriedFile {
  readonly file: BackendFile;
  readonly result: TrialResult;
}

/** Tries the ways of a back end until one works or no device is left to be found. */
export async function tryFiles(
  backend: GpuBackend,
  options: ChooseOptions & { readonly machine: Machine },
): Promise<readonly TriedFile[]> {
  const { machine, filesOf = installedFiles } = options;
  const tried: TriedFile[] = [];
  for (const file of filesOf(backend, machine)) {
    const result = await resultOf(file, options);
    tried.push({ file, result });
    const { outcome } = result;
    if (outcome.kind === "usable" || !canAnotherFileWork(outcome.fault)) break;
  }
  return tried;
}

const canAnotherFileWork = ({ tag }: TrialFault): boolean => tag !== "noDevice" && tag !== "deviceFull";

/** The kept result, or a trial made now. */
async function resultOf(
  file: BackendFile,
  options: ChooseOptions & { readonly machine: Machine },
): Promise<TrialResult> {
  const { machine, again = false, onTrial, log, signal = new AbortController().signal } = options;
  const kept = await keptResult(file, machine);
  const isOpen = options.isOpen?.(file) === true;
  if (kept !== null && isOpen && !again) return kept;
  const full = await fullDevice(file, options);
  if (full !== null) {
    // A trial is another process, which would end, while this one may be what fills the memory.
    if (kept !== null && isOpen) return kept;
    return { triedAt: new Date().toISOString(), trialMs: 0, outcome: full }; // Not kept: it passes.
  }
  if (kept !== null && !again) return kept;
  onTrial?.(file.backend);
  const model = await ensureTrialModel(machine.cacheDir);
  const startedAt = performance.now();
  const { program, limitMs } = options;
  const outcome = await tryBackend(file, {
    modelPath: model.path,
    signal,
    program,
    ...(limitMs !== undefined && { limitMs }),
    // oxlint-disable-next-line typescript/no-misused-promises -- `finally` waits for what its callback returns.
  }).finally(model.remove);
  const trialMs = Math.round(performance.now() - startedAt);
  const result: TrialResult = { triedAt: new Date().toISOString(), trialMs, outcome };
  await keepResult(file, machine, result).catch((error: unknown) => {
    log?.(`the trial's result could not be kept: ${messageOf(error)}`);
  });
  return result;
}

/** CUDA ends its process where it finds too little memory for itself, at a trial as at a load. */
async function fullDevice(
  file: BackendFile,
  { nvidiaGpus: list = nvidiaGpus }: ChooseOptions,
): Promise<TrialOutcome | null> {
  const { backend } = file;
  if (backend !== "cuda") return null;
  const gpu = fullGpu(await list());
  if (gpu === null) return null;
  const { name: device, freeBytes, totalBytes } = gpu;
  return { kind: "refused", fault: { tag: "deviceFull", backend, device, freeBytes, totalBytes } };
}

/** Of several refusals, the one that explains most: another way to the same file may only have been refused by a probe. */
export function decisiveFault(faults: readonly TrialFault[]): TrialFault | null {
  return faults.findLast(({ tag }) => tag !== "notLoaded") ?? faults.at(-1) ?? null;
}

export const describeRefusal = (fault: TrialFault): string => describeFault(TRIAL_FAULTS, fault).message;

function notInstalled(backend: GpuBackend, machine: Machine): string {
  const name = BACKEND_NAMES[backend];
  if (!backendsOf(machine).includes(backend))
    return `${name} does not exist for ${machine.platform} on ${machine.arch}`;
  return backend === "cuda"
    ? 'it is not installed; run "laser devices --install cuda"'
    : `the package with ${name} is not installed`;
}
