// The probe on made-up devices, whose kernels are functions of the batch: the class that it finds, and when there is
// none. Rows of a device differ by a bit that identifies the kernel.
import assert from "node:assert/strict";
import { test } from "vitest";
import {
  CostModel,
  NO_ROWS,
  type EvaluateOptions,
  type TargetModel,
  type TopRows,
} from "../../../../core/laser/index.ts";
import { guessCosts, probeBatches } from "../../../../server/engine/index.ts";

/** Which kernel computes a row: of `tokens` evaluated at once, by this many threads, after `kept` tokens. */
type Kernel = (batch: {
  readonly row: number;
  readonly tokens: number;
  readonly threads: number;
  readonly kept: number;
}) => number;

class Device implements TargetModel {
  readonly vocabularySize = 512;
  readonly contextTokens = 512;
  readonly maxTreeLeaves = 1;
  readonly repeatedTokens = 0;
  evaluations = 0;
  private kept: readonly number[] = [];

  constructor(private readonly kernel: Kernel) {}

  isEndOfText(): boolean {
    return false;
  }

  evaluate(tokens: Int32Array, { rows, threads = 2 }: EvaluateOptions): Promise<TopRows> {
    this.evaluations++;
    const before = this.kept.length;
    // A row depends on the bits of all tokens before it, as attention does.
    const states = [...this.kept];
    tokens.forEach((token, row) => {
      const kernel = this.kernel({ row, tokens: tokens.length, threads, kept: before });
      states.push(((states.at(-1) ?? 7) * 31 + token * 8 + kernel) % 1_000_003);
    });
    this.kept = states;
    if (rows === "none") return Promise.resolve(NO_ROWS);
    return Promise.resolve({
      rows: tokens.length,
      width: 1,
      ids: new Int32Array(tokens.length),
      logits: Float32Array.from(states.slice(before)),
      logSumExp: null,
      alsoLogits: null,
    });
  }

  fullLogSumExp(): Promise<null> {
    return Promise.resolve(null);
  }

  rollback(keptTokens: number): Promise<void> {
    this.kept = this.kept.slice(0, keptTokens);
    return Promise.resolve();
  }
}

const probe = (kernel: Kernel, hasShapes = false, signal = { aborted: false }, now = () => 0) => {
  const device = new Device(kernel);
  const costs = new CostModel(
    guessCosts({ backend: "cpu", maxThreads: 2, totalLayers: 2 }, { modelBytes: 1e8, bitsPerWeight: 16 }),
  );
  const threadChoices = hasShapes ? [2] : [1, 2];
  return probeBatches(device, { threadChoices, hasShapes, costs, now, signal });
};

const ALL = "1: 1 2 4 8 16, 2: 1 2 3 4 5 6 7 8 12 16 24 32 48";
const CASES: readonly {
  readonly name: string;
  readonly kernel: Kernel;
  readonly found: string | null;
  readonly early?: string;
}[] = [
  { name: "one kernel for all", kernel: () => 0, found: ALL },
  {
    name: "another for a token alone (F16)",
    kernel: ({ tokens }) => Number(tokens > 1),
    found: ALL.replace(": 1 2", ": 2").replace("2: 1 2", "2: 2"),
  },
  {
    name: "another for each four rows (Q4_K)",
    kernel: ({ row, tokens }) => Number(row < tokens - (tokens % 4)),
    found: "1: 4 8 16, 2: 4 8 12 16 24 32 48",
  },
  {
    name: "another from eight on (IQ4_XS)",
    kernel: ({ tokens }) => Number(tokens >= 8),
    found: "1: 1 2 4, 2: 1 2 3 4 5 6 7",
  },
  {
    name: "attention of a token alone shared between threads from position 256 on",
    kernel: ({ tokens, threads, kept }) => Number(tokens === 1 && threads > 1 && kept >= 256),
    found: ALL.replace("2: 1 2", "2: 2"),
    early: "2: 1",
  },
  {
    name: "another for wide batches near the start",
    kernel: ({ tokens, kept }) => Number(tokens > 24 && kept === 0),
    found: ALL.replace(" 32 48", ""),
  },
  { name: "another by threads", kernel: ({ threads }) => threads, found: ALL.replace(/1: [^,]*, /, "") },
  {
    name: "another for each count up to eight",
    kernel: ({ tokens }) => tokens % 8,
    found: "1: 8 16, 2: 8 16 24 32 48",
  },
  { name: "another for each row", kernel: ({ row }) => row % 8, found: null },
];
for (const { name, kernel, found, early } of CASES)
  test(`kernels: ${name}`, async () => {
    const result = await probe(kernel);
    const chosen = result?.chosen ?? null;
    const text = (sizes: readonly { readonly threads: number; readonly sizes: readonly number[] }[]) =>
      sizes.map((one) => `${one.threads}: ${one.sizes.join(" ")}`).join(", ");
    assert.equal(chosen === null ? null : text(chosen.anywhere), found);
    assert.equal(chosen?.early == null ? undefined : text(chosen.early.counts), early);
  });

test("bits that differ from one evaluation to the next leave no class", async () => {
  let evaluation = 0;
  const result = await probe(({ row }) => (row === 0 ? ++evaluation : evaluation) % 8);
  assert.equal(result?.chosen, null);
});

test("on a GPU, kernels that change with the depth leave no class", async () => {
  const deep: Kernel = ({ tokens, kept }) => Number(kept + tokens > 256);
  assert.equal((await probe(deep, true))?.chosen, null);
});

test("a raised signal stops it", async () => {
  assert.equal(await probe(() => 0, false, { aborted: true }), null);
});

test("a slow machine tries few batches, and says so", async () => {
  let ms = 0;
  const result = await probe(
    () => 0,
    false,
    { aborted: false },
    () => (ms += 1000),
  );
  assert.deepEqual(result?.chosen?.anywhere, [{ threads: 2, sizes: [1, 2, 4, 8, 16] }]);
  assert.equal(result.isComplete, false);
});
