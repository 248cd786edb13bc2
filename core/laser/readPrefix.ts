// What a target holds of the prompts that it read, so that a prompt that begins alike is not read again. Kernels give other
// bits for other batch sizes: only evaluations that a run would make just so are taken over.
import type { PrefillChunk } from "./prefill.ts";
import type { EvaluateOptions } from "./target.ts";

type ReadChunk = Pick<PrefillChunk, "tokens" | "threads">;

/** The evaluations at the start of a sequence that were made to read a prompt. For targets, which report what they do. */
export class ReadPrefix {
  private readonly chunks: ReadChunk[] = [];
  private endTokens = 0;

  /** @param keptTokens before the evaluation, which has ended well */
  evaluated(tokens: Int32Array, keptTokens: number, { rows, threads, fillers = 0 }: EvaluateOptions): void {
    if (keptTokens !== this.endTokens || rows !== "none" || fillers > 0) return;
    this.chunks.push({ tokens: tokens.slice(), ...(threads !== undefined && { threads }) });
    this.endTokens += tokens.length;
  }

  /** The tokens after these are gone, and with them each evaluation that had one of them. */
  cut(keptTokens: number): void {
    while (this.endTokens > keptTokens) this.endTokens -= this.chunks.pop()!.tokens.length;
  }

  /** How many tokens are those of the first of these evaluations. Example: read as 128 + 72, wanted as 128 + 90, gives 128. */
  tokensAlike(wanted: readonly PrefillChunk[]): number {
    let tokens = 0;
    for (const [at, chunk] of this.chunks.entries()) {
      const other = wanted[at];
      if (other === undefined || !isAlike(chunk, other)) break;
      tokens += chunk.tokens.length;
    }
    return tokens;
  }
}

function isAlike(read: ReadChunk, { tokens, threads, keptTokens }: PrefillChunk): boolean {
  return (
    read.threads === threads &&
    read.tokens.length === tokens.length &&
    keptTokens === tokens.length &&
    read.tokens.every((token, at) => token === tokens[at])
  );
}
