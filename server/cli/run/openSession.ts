// The model of a batch run, whose hash is known; or a script instead, for tests and demonstrations.
import { scriptedLoader, type Session } from "../../worker/index.ts";
import { CliError } from "../errors.ts";
import { loadSession } from "../loadSession.ts";
import { engineChoices } from "../options/settingOptions.ts";
import { GENERATOR } from "../version.ts";
import type { RunFlags } from "./runOptions.ts";

/** The caller disposes of `session.engine`. @throws CliError, ModelError, EngineError, WorkerError */
export async function openSession(flags: RunFlags, signal: AbortSignal): Promise<Session> {
  const choices = engineChoices(flags);
  // As for the worker: a script instead of every model, for tests of the editor.
  const script = flags.script ?? process.env.LASER_WORKER_SCRIPT ?? "";
  if (flags.engine === "llama" && script === "")
    return loadSession({ model: flags.model, verbose: flags.verbose, ...choices, hashed: true }, signal);
  if (script === "")
    throw new CliError({
      tag: "optionInvalid",
      option: "--engine",
      value: "scripted",
      reason: "it goes with --script FILE",
    });
  const load = scriptedLoader(script, GENERATOR);
  return load(choices, { signal, onProgress: () => undefined, log: () => undefined });
}
