// Reads the tokens before the first root, in the pieces that `prefillChunks` says, and keeps what the target still holds.
import type { Batches } from "./batchClass.ts";
import { prefillChunks, type PrefillChunk } from "./prefill.ts";
import type { DecodeRequest } from "./request.ts";
import type { TargetModel } from "./target.ts";

/** Which prompt, and how it is read; as in DecodeRequest. */
export interface PromptToRead extends Pick<
  DecodeRequest,
  "target" | "prompt" | "inheritedTokens" | "keepsPrefix" | "signal"
> {
  readonly batches?: Batches | null;
}

/** How much of the prompt has been read, in tokens, without its last one; those held were not evaluated. */
export interface PromptProgress {
  readonly doneTokens: number;
  readonly heldTokens: number;
}

/** Yields after each evaluation; ends early if the signal is raised. @throws whatever the target throws */
export async function* readPrompt({
  target,
  prompt,
  inheritedTokens = 0,
  batches = null,
  keepsPrefix = false,
  signal,
}: PromptToRead): AsyncGenerator<PromptProgress, void> {
  const chunks = [...prefillChunks(prompt, inheritedTokens, batches)];
  const heldTokens = await keepPrefix(target, keepsPrefix ? chunks : []);
  let doneTokens = 0;
  for (const { tokens, keptTokens, threads } of chunks) {
    if (signal.aborted) return;
    doneTokens += keptTokens;
    if (doneTokens <= heldTokens) continue;
    const fillers = tokens.length - keptTokens;
    await target.evaluate(tokens, { rows: "none", topK: 0, fillers, ...(threads && { threads }), signal });
    if (fillers > 0) await target.rollback(doneTokens);
    yield { doneTokens, heldTokens };
  }
}

/** How many tokens the target keeps; all others are dropped. */
async function keepPrefix(target: TargetModel, wanted: readonly PrefillChunk[]): Promise<number> {
  if (wanted.length > 0 && target.keepPrefix !== undefined) return target.keepPrefix(wanted);
  await target.rollback(0);
  return 0;
}
