// Loads the model that a client chose into a session ready to generate: file found, model loaded, costs from the cache
// or guessed. Nothing is fetched here.
import {
  checkModel,
  DEMO_MODEL,
  describeModelFile,
  findModel,
  fitBySize,
  HYBRID_NOTICE,
  resumableBytes,
  listModels,
  loadLlamaEngine,
  machineRoom,
  prepareEngine,
  thisMachine,
  type LoadOptions,
} from "../../engine/index.ts";
import { BACKEND_NAMES } from "../../../core/settings/index.ts";
import { cacheFolder } from "../../files/index.ts";
import type { CatalogueModel, FitFor, ModelChoice } from "../../protocol/worker.ts";
import { readChatTemplate, withChatTemplate } from "../prompt/chatTemplate.ts";
import { costsToBegin, readFixedCosts } from "../cache/costCache.ts";
import { loadScriptedEngine, SCRIPTED_COSTS } from "./scriptedModel.ts";
import { ROW_WIDTH, Session } from "../session/session.ts";

export interface LoadHooks {
  readonly signal: AbortSignal;
  /** `share` 0 … 1; null if not known. */
  readonly onProgress: (message: string, share: number | null) => void;
  /** Warnings and errors of the engine, for a log. */
  readonly log: (line: string) => void;
}

/** Loads the model that a client chose. */
export type LoadModel = (choice: ModelChoice, hooks: LoadHooks) => Promise<Session>;

/** Starts what the load of a chosen model will need besides the model. */
export type PrepareEngine = (choice: ModelChoice, hooks: LoadHooks) => Promise<void>;

/** Starts llama.cpp. @throws EngineError; the signal's AbortError when stopped */
export const prepareLlama: PrepareEngine = (choice, { signal, onProgress, log }) =>
  prepareEngine({
    ...deviceOf(choice),
    signal,
    onTrial: trialReport(onProgress),
    log: (level, line) => {
      if (level !== "info") log(line.trimEnd());
    },
  });

/**
 * Loads a GGUF file, a model of the catalogue that is in the cache, or the demo model.
 * @throws ModelError (modelNotFetched, modelDamaged, unknownModel), EngineError; the signal's AbortError when stopped
 */
export function llamaLoader(generator: string): LoadModel {
  return async (choice, { signal, onProgress, log }) => {
    const { path, sha256 } = await fileOf(choice, { signal, onProgress });
    onProgress("loading the model", 0);
    const session = await sessionOf({ path, sha256 }, choice, {
      signal,
      onProgress,
      log: (level, line) => {
        if (level !== "info") log(line.trimEnd());
      },
      generator,
    });
    if (session.engine.model.isHybrid) log(HYBRID_NOTICE);
    return session;
  };
}

export interface SessionHooks extends Pick<LoadHooks, "signal" | "onProgress"> {
  /** Every line of the engine. */
  readonly log: NonNullable<LoadOptions["log"]>;
  /** Program and version, written into traces. */
  readonly generator: string;
}

/**
 * Loads a model file with its known costs; the caller disposes of `session.engine`.
 * @throws EngineError; the signal's AbortError when stopped
 */
export async function sessionOf(
  { path, sha256 }: { readonly path: string; readonly sha256: string | null },
  {
    gpu,
    device,
    gpuLayers,
    contextTokens,
    threads,
    kvType,
    chatTemplatePath,
  }: Omit<ModelChoice, "path" | "catalogueId">,
  { signal, onProgress, log, generator }: SessionHooks,
): Promise<Session> {
  const template = chatTemplatePath === undefined ? null : await readChatTemplate(chatTemplatePath, signal);
  const loaded = await loadLlamaEngine({
    path,
    sha256,
    ...deviceOf({ gpu, device, threads }),
    ...(gpuLayers !== undefined && { gpuLayers }),
    contextTokens,
    ...(kvType !== undefined && { kvType }),
    signal,
    onProgress: (share) => {
      onProgress("loading the model", share);
    },
    onTrial: trialReport(onProgress),
    log,
  });
  const engine = withChatTemplate(loaded, template);
  try {
    const cacheDir = cacheFolder();
    const fixed = process.env.LASER_COSTS;
    if (fixed)
      return new Session({
        engine,
        costs: await readFixedCosts(fixed),
        generator,
        frozenCosts: true,
        cacheDir,
      });
    const warn = (line: string): void => {
      log("error", line); // Shown by the command, too.
    };
    const costCache = { cacheDir, rowWidth: ROW_WIDTH, warn };
    return new Session({
      engine,
      costs: await costsToBegin(engine, costCache),
      generator,
      costCache,
      cacheDir,
    });
  } catch (error) {
    await engine.dispose();
    throw error;
  }
}

function deviceOf({
  gpu,
  device,
  threads,
}: {
  readonly gpu: ModelChoice["gpu"];
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
}): Pick<LoadOptions, "gpu" | "device" | "maxThreads"> {
  return {
    gpu,
    ...(device !== undefined && { device }),
    ...(threads !== undefined && { maxThreads: threads }),
  };
}

function trialReport(onProgress: LoadHooks["onProgress"]): NonNullable<LoadOptions["onTrial"]> {
  return (backend) => {
    onProgress(`trying ${BACKEND_NAMES[backend]} on this machine (once)`, null);
  };
}

/** Loads the script instead of a model; its costs are given, so nothing is measured. */
export function scriptedLoader(scriptPath: string, generator: string): LoadModel {
  return async ({ contextTokens, chatTemplatePath }, { onProgress, signal }) => {
    onProgress("loading the script", null);
    const template = chatTemplatePath === undefined ? null : await readChatTemplate(chatTemplatePath, signal);
    const engine = withChatTemplate(await loadScriptedEngine(scriptPath, contextTokens), template);
    return new Session({ engine, costs: SCRIPTED_COSTS, generator, frozenCosts: true });
  };
}

export async function fileOf(
  { path, catalogueId = DEMO_MODEL }: Pick<ModelChoice, "path" | "catalogueId">,
  { signal, onProgress }: Pick<LoadHooks, "signal" | "onProgress">,
): Promise<{ readonly path: string; readonly sha256: string | null }> {
  if (path !== undefined) return { path, sha256: null };
  const { id } = findModel(catalogueId);
  const found = (await listModels()).find(({ entry, state }) => entry.id === id && state === "present");
  // A file that has changed since its last check is checked now; a missing one is refused.
  const model =
    found ??
    (await checkModel(id, {
      signal,
      onProgress: reportBytes(onProgress),
    }));
  return { path: model.path, sha256: model.file.sha256 };
}

/** The catalogue, and which of its models are in the cache; with `fitFor`, whether each fits this machine, loaded so. */
export async function catalogueModels(fitFor?: FitFor): Promise<readonly CatalogueModel[]> {
  const states = await listModels();
  const room = fitFor === undefined ? null : await machineRoom(thisMachine(), fitFor);
  return Promise.all(
    states.map(async ({ entry, state, file, path }) => ({
      id: entry.id,
      title: entry.title,
      modelBytes: file.bytes,
      path: state === "missing" ? null : path,
      keptBytes: state === "missing" ? await resumableBytes(entry) : 0,
      licence: entry.licence,
      fit:
        fitFor === undefined || room === null
          ? null
          : ((state === "missing" ? null : (await describeModelFile(path, undefined, fitFor)).fit) ??
            fitBySize(file.bytes, room, fitFor)),
    })),
  );
}

interface Transfer {
  readonly message: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}

/** Reports a transfer by its share; null if its size is not known. */
export function reportBytes(
  report: (message: string, share: number | null) => void,
): (transfer: Transfer) => void {
  return ({ message, doneBytes, totalBytes }) => {
    const share = doneBytes === undefined || !totalBytes ? null : Math.min(1, doneBytes / totalBytes);
    report(message, share);
  };
}
