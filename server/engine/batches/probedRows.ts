// Evaluates the same made-up text in batches of any size, and returns each row as text that is equal where its bits are.
import { createHash } from "node:crypto";
import type { TargetModel, TopRows } from "../../../core/laser/index.ts";

/** Thrown if the signal was raised. */
export class ProbeStopped extends Error {}

/** The largest logits are compared one by one, the others by their sum, if the target has it. */
const COMPARED = 128;
/** The context is filled in such parts, so that a stop need not wait long. */
const FILL_TOKENS = 48;

/** Of the smallest tree that `evaluateTree` makes. */
export const TREE_TOKENS = 6;

/** A made-up text on a target, evaluated in parts. Methods throw ProbeStopped once the signal is raised. */
export class ProbedRows {
  evaluatedTokens = 0;
  /** Of the text. */
  keptTokens = 0;
  private readonly text: Int32Array;

  constructor(
    private readonly target: TargetModel,
    private readonly signal: { readonly aborted: boolean },
    private readonly onTokens: (evaluated: number) => void,
  ) {
    // A pattern that doesn't repeat within a batch.
    this.text = Int32Array.from(
      { length: this.end + FILL_TOKENS },
      (_, at) => (at * 7919 + 11) % target.vocabularySize,
    );
  }

  /** Tokens that the context has room for. */
  get end(): number {
    return this.target.contextTokens;
  }

  fits(end: number): boolean {
    return end <= this.end;
  }

  /** Keeps this many tokens, evaluated in parts that are the same whatever was evaluated before. */
  async begin(keptTokens: number, threads: number): Promise<void> {
    await this.keep(0);
    for (let at = 0; at < keptTokens; at += FILL_TOKENS)
      await this.run(Math.min(FILL_TOKENS, keptTokens - at), threads, "none");
  }

  /** Keeps this many tokens of those evaluated. */
  async keep(keptTokens: number): Promise<void> {
    await this.target.rollback(keptTokens);
    this.keptTokens = keptTokens;
  }

  /** Evaluates the next tokens and keeps them. */
  async evaluate(tokens: number, threads: number): Promise<readonly string[]> {
    const rows = await this.run(tokens, threads, "all");
    return Array.from({ length: tokens }, (_, row) => digest(rows, row));
  }

  /**
   * Evaluates a tree of this many tokens, of which one branch follows the text, keeps that and evaluates what follows it,
   * that many tokens again with those that the target repeats. Returns the rows of the branch, then those of what follows.
   */
  async evaluateTree(
    tokens: number,
    threads: number,
  ): Promise<{ readonly branch: readonly string[]; readonly after: readonly string[] }> {
    const { target, text, keptTokens: at } = this;
    const other = (i: number): number => (text[at + i + 1] === 0 ? 1 : 0);
    const nodes = [text[at]!, other(0), text[at + 1]!, other(1), text[at + 2]!, text[at + 3]!];
    const parents = [-1, 0, 0, 1, 2, 4];
    const path = Int32Array.of(0, 2, 4, 5);
    while (nodes.length < tokens) parents.push(nodes.push(other(2)) - 2);
    const rows = await this.run(tokens, threads, "all", {
      tokens: Int32Array.from(nodes),
      parents: Int32Array.from(parents),
    });
    const branch = Array.from(path, (row) => digest(rows, row));
    await target.rollback(at, path);
    this.keptTokens = at + path.length;
    const after = await this.evaluate(tokens - target.repeatedTokens, threads);
    return { branch, after };
  }

  private async run(
    count: number,
    threads: number,
    rows: "all" | "none",
    tree?: { readonly tokens: Int32Array; readonly parents: Int32Array },
  ): Promise<TopRows> {
    const { target, signal, keptTokens } = this;
    if (signal.aborted) throw new ProbeStopped();
    const result = await target.evaluate(tree?.tokens ?? this.text.subarray(keptTokens, keptTokens + count), {
      rows,
      topK: rows === "none" ? 0 : COMPARED,
      isReproducible: true,
      threads,
      ...(tree && { parents: tree.parents }),
      signal,
    });
    for (let row = 0; row < result.rows; row++) result.load?.(row);
    this.keptTokens += count;
    this.evaluatedTokens += count;
    this.onTokens(this.evaluatedTokens);
    return result;
  }
}

function digest({ width, ids, logits, logSumExp }: TopRows, row: number): string {
  const hash = createHash("sha256");
  hash.update(bytesOf(ids.subarray(row * width, (row + 1) * width)));
  hash.update(bytesOf(logits.subarray(row * width, (row + 1) * width)));
  if (logSumExp !== null) hash.update(bytesOf(logSumExp.subarray(row, row + 1)));
  return hash.digest("base64");
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
