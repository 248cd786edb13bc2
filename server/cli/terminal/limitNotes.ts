// Notes on what was asked for and is more than the model or the machine has: it is limited, not refused.
import { SETTINGS } from "../../../core/settings/index.ts";
import type { Engine } from "../../engine/index.ts";

interface Asked {
  readonly contextTokens: number;
  readonly threads?: number;
}

/** One sentence each; none about the default of the context size, which nobody asked for. */
export function limitNotes(
  asked: Asked,
  {
    target,
    device,
  }: {
    readonly target: Pick<Engine["target"], "contextTokens">;
    readonly device: Pick<Engine["device"], "maxThreads">;
  },
): readonly string[] {
  const notes: string[] = [];
  const { contextTokens, threads } = asked;
  if (contextTokens !== SETTINGS.contextTokens.default && contextTokens > target.contextTokens)
    notes.push(
      `the context holds ${target.contextTokens} tokens instead of ${contextTokens}: the model was trained for no more`,
    );
  if (threads !== undefined && threads > device.maxThreads)
    notes.push(`${device.maxThreads} threads are used instead of ${threads}: this machine has no more cores`);
  return notes;
}
