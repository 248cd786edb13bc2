// What a target still holds of the prompt that it read last, so that a prompt with the same beginning is not read again. Kernels
// give different bits for different batch sizes: an evaluation counts only if the new run would make exactly the same one.
import type { PrefillChunk } from "./prefill.ts";
import type { EvaluateOptions } from "./target.ts";

type ReadChunk = Pick<PrefillChunk, "tokens" | "threads">;

/** The evaluations that read a prompt, from the start of the sequence. Targets keep one and report what they do. */
export class ReadPrefix {
  private readonly chunks: ReadChunk[] = [];
  private endTokens = 0;

  /** @param keptTokens before the evaluation, which succeeded */
  evaluated(tokens: Int32Array, keptTokens: number, { rows, threads, fillers = 0 }: EvaluateOptions): void {
    if (keptTokens !== this.endTokens || rows !== "none" || fillers > 0) return;
    this.chunks.push({ tokens: tokens.slice(), ...(threads !== undefined && { threads }) });
    this.endTokens += tokens.length;
  }

  /** Tokens from this position on are gone, and with them every evaluation that held one of them. */
  cut(keptTokens: number): void {
    while (this.endTokens > keptTokens) this.endTokens -= this.chunks.pop()!.tokens.length;
  }

  /**
   * Keeps what was read as the first of these evaluations would read it, and drops the rest. Returns the tokens kept.
   * Example: read as 128 + 72, wanted as 128 + 90: 128.
   * @param rollback of the target: keeps that many tokens
   */
  async keep(
    wanted: readonly PrefillChunk[],
    rollback: (keptTokens: number) => void | Promise<void>,
  ): Promise<number> {
    const keptTokens = this.tokensAlike(wanted);
    await rollback(keptTokens);
    return keptTokens;
  }

  private tokensAlike(wanted: readonly PrefillChunk[]): number {
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
