// A session ready to generate: the model (the demo model unless one is named) loaded with progress, and its
// costs measured.
import { BACKEND_NAMES } from "../../core/settings/index.ts";
import {
  ensureHubModel,
  ensureModel,
  HYBRID_NOTICE,
  MODEL_FAULTS,
  type FetchProgress,
} from "../engine/index.ts";
import { cacheFolder, sha256File } from "../files/index.ts";
import { describeFault } from "../../core/base/index.ts";
import { sessionOf, type Session } from "../worker/index.ts";
import { namedModel } from "./options/namedModel.ts";
import type { SessionChoices } from "./options/settingOptions.ts";
import { limitNotes } from "./terminal/limitNotes.ts";
import { complain, openProgress } from "./terminal/output.ts";
import type { Progress } from "./terminal/progress.ts";
import { GENERATOR } from "./version.ts";

/** Loads with progress on stderr; the caller disposes of `session.engine`. */
export async function loadSession(choices: SessionChoices, signal: AbortSignal): Promise<Session> {
  const progress = openProgress();
  try {
    const found = await findModel(choices.model, progress, signal);
    const file = choices.hashed ? await hashed(found, progress, signal) : found;
    // While it loads, errors wait: if it fails, the fault's message has them.
    let waiting: string[] | null = [];
    const session = await sessionOf(file, choices, {
      signal,
      onProgress: (message, share) => {
        progress.update(message, share ?? undefined);
      },
      log: (level, line) => {
        if (choices.verbose !== true && level === "error" && waiting !== null) waiting.push(line.trimEnd());
        else if (choices.verbose || level === "error") complain(line.trimEnd());
      },
      generator: GENERATOR,
    });
    for (const line of waiting) complain(line);
    waiting = null;
    for (const { backend, reason } of session.engine.refused)
      progress.done(`${BACKEND_NAMES[backend]} is not used: ${reason}. "laser devices" says more.`);
    if (session.engine.model.isHybrid) progress.done(HYBRID_NOTICE);
    for (const line of limitNotes(choices, session.engine)) progress.done(line);
    return session;
  } finally {
    progress.close();
  }
}

async function hashed(
  { path, sha256 }: { readonly path: string; readonly sha256: string | null },
  progress: Progress,
  signal: AbortSignal,
): Promise<{ path: string; sha256: string }> {
  if (sha256 !== null) return { path, sha256 };
  const onProgress = (doneBytes: number, totalBytes: number): void => {
    progress.update("checking which model it is", doneBytes / totalBytes);
  };
  return { path, sha256: await sha256File(path, { onProgress, signal }) };
}

/** The file of the model that --model or LASER_MODEL names; one that is not a file is fetched if it is missing. */
export async function findModel(
  model: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ path: string; sha256: string | null }> {
  const named = namedModel(model);
  if (named.kind === "file") return { path: named.path, sha256: null };
  const hooks = {
    cacheDir: cacheFolder(),
    signal,
    onProgress: ({ message, doneBytes, totalBytes }: FetchProgress) => {
      progress.update(message, totalBytes ? (doneBytes ?? 0) / totalBytes : undefined);
    },
  };
  if (named.kind === "hub") return ensureHubModel(named.name, hooks);
  const found = await ensureModel(named.id, {
    ...hooks,
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
