// A session ready to generate: the model (the demo model unless one is named) loaded with progress, and its
// costs measured.
import {
  BACKEND_NAMES,
  DEMO_MODEL,
  ensureModel,
  HYBRID_NOTICE,
  MODEL_FAULTS,
  type GpuChoice,
} from "../engine/index.ts";
import { cacheFolder } from "../files/index.ts";
import { describeFault } from "../../core/base/index.ts";
import { sessionOf, type Session } from "../worker/index.ts";
import { createProgress } from "./terminal/progress.ts";
import { GENERATOR } from "./version.ts";

export interface SessionChoices {
  /** Path of a GGUF file; default: the demo model. */
  readonly model?: string | undefined;
  readonly gpu: GpuChoice;
  readonly gpuLayers?: number;
  readonly contextTokens: number;
  readonly threads?: number;
  /** Shows native warnings. */
  readonly verbose?: boolean;
}

/** Loads with progress on stderr; the caller disposes of `session.engine`. */
export async function loadSession(choices: SessionChoices, signal: AbortSignal): Promise<Session> {
  const progress = createProgress(process.stderr);
  try {
    const file = await findModel(choices.model, progress, signal);
    const session = await sessionOf(file, choices, {
      signal,
      onProgress: (message, share) => {
        progress.update(message, share ?? undefined);
      },
      log: (level, line) => {
        if (choices.verbose || level === "error") process.stderr.write(`${line.trimEnd()}\n`);
      },
      generator: GENERATOR,
    });
    for (const { backend, reason } of session.engine.refused)
      progress.done(`${BACKEND_NAMES[backend]} is not used: ${reason}. "laser devices" says more.`);
    if (session.engine.model.isHybrid) progress.done(HYBRID_NOTICE);
    return session;
  } finally {
    progress.close();
  }
}

type Progress = ReturnType<typeof createProgress>;

/** Path of the named file, or of the demo model, which is fetched if it is missing. */
export async function findModel(
  model: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ path: string; sha256: string | null }> {
  if (model !== undefined) return { path: model, sha256: null };
  const found = await ensureModel(DEMO_MODEL, {
    cacheDir: cacheFolder(),
    signal,
    onProgress: ({ message, doneBytes, totalBytes }) => {
      progress.update(message, totalBytes ? (doneBytes ?? 0) / totalBytes : undefined);
    },
    onSourceFailure: ({ source, fault }) => {
      progress.done(`${source}: ${describeFault(MODEL_FAULTS, fault).message} Trying the next source.`);
    },
  });
  if (found.conversionFault !== null) {
    const { message, nextStep } = describeFault(MODEL_FAULTS, found.conversionFault);
    progress.done(`Warning: ${message} ${nextStep}`);
  }
  return found;
}
