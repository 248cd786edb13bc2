// How much a context takes and how much there is, and that the one is refused where it is more than the other.
import assert from "node:assert/strict";
import { test } from "vitest";
import { memory } from "../../../../../server/engine/memory/availableMemory.ts";
import { EngineError } from "../../../../../server/engine/errors.ts";
import { memoryNeed, requireMemory, reserveBytes } from "../../../../../server/engine/memory/memoryNeed.ts";
import { describeError } from "../../../../../core/base/index.ts";
import { table } from "../../../../support/check.ts";

const GIB = 1024 ** 3;
type Info = Parameters<typeof memoryNeed>[0];

const infoOf = (architectureMetadata: object, vocabulary = 0): Info =>
  ({
    architectureMetadata,
    metadata: { tokenizer: { ggml: { tokens: { length: vocabulary } } } },
  }) as unknown as Info;

const smol = {
  block_count: 30,
  embedding_length: 576,
  attention: { head_count: 9, head_count_kv: 3 },
};

table(
  "bytes of the cache for a token",
  [
    // 30 layers × 3 heads × 64 × (keys and values) × 2 bytes.
    { name: "grouped heads", architecture: smol, bytes: 23_040 },
    {
      name: "a head for each query",
      architecture: { block_count: 2, embedding_length: 8, attention: { head_count: 2 } },
      bytes: 2 * 2 * 8 * 2,
    },
    {
      name: "layers that differ, and widths of their own",
      architecture: {
        block_count: 3,
        embedding_length: 8,
        attention: { head_count: [4, 4, 4], head_count_kv: [0, 2, 1], key_length: 5, value_length: 7 },
      },
      bytes: 3 * 12 * 2,
    },
    {
      name: "latent attention",
      architecture: {
        block_count: 4,
        attention: { head_count: 8, kv_lora_rank: 512 },
        rope: { dimension_count: 64 },
      },
      bytes: 4 * 576 * 2,
    },
    { name: "8 bits a number", architecture: smol, kvType: "q8_0" as const, bytes: (23_040 / 2) * (34 / 32) },
    { name: "a head that says too little", architecture: { block_count: 4 }, bytes: null },
    { name: "nonsense", architecture: { ...smol, block_count: -1 }, bytes: null },
  ],
  ({ architecture, bytes, ...kvType }) => {
    const options = { modelBytes: 1000, cpuShare: 1, batchTokens: 0, ...kvType };
    const need = memoryNeed(infoOf(architecture), options);
    assert.equal(need?.bytesPerToken ?? null, bytes);
  },
);

test("what a GPU holds is not counted; mask and logits are", () => {
  const need = memoryNeed(infoOf(smol, 100), { modelBytes: 1000, cpuShare: 0.5, batchTokens: 512 });
  assert.deepEqual(need, { fixedBytes: 500 + 100 * 512 * 4, bytesPerToken: 11_520 + 2048 });
});

test("a context that does not fit is refused with the largest that does", () => {
  const need = { fixedBytes: 1 * GIB, bytesPerToken: 25_000 };
  const now = { availableBytes: 20 * GIB, totalBytes: 24 * GIB };
  const room = now.availableBytes - reserveBytes(now) - need.fixedBytes;
  const largest = Math.floor(room / need.bytesPerToken / 256) * 256;
  requireMemory({ path: "m.gguf", contextTokens: largest }, need, now);
  for (const contextTokens of [largest + 256, 1_000_000, 2 ** 31 - 1]) {
    assert.throws(
      () => {
        requireMemory({ path: "m.gguf", contextTokens }, need, now);
      },
      (error) => {
        assert.ok(error instanceof EngineError);
        assert.equal("largestTokens" in error.fault && error.fault.largestTokens, largest);
        const { message, nextStep } = describeError(error);
        assert.match(message, /needs about [\d.]+ GB of memory; 21\.5 GB are available, of which 1\.6 GB/);
        assert.match(nextStep, new RegExp(String(largest)));
        return true;
      },
    );
  }
  assert.throws(
    () => {
      requireMemory({ path: "m.gguf", contextTokens: 64 }, need, { availableBytes: GIB, totalBytes: GIB });
    },
    (error) =>
      error instanceof EngineError && describeError(error).nextStep.includes("Choose a smaller model"),
  );
});

const MEMINFO = "MemTotal:       8388608 kB\nMemFree:         100000 kB\nMemAvailable:    4194304 kB\n";
table(
  "available memory",
  [
    { name: "what Linux can give without swapping", files: { "/proc/meminfo": MEMINFO }, gib: [4, 8] },
    { name: "what is free where nothing else is said", files: {}, gib: [1, 8] },
    {
      name: "less in a container, whose cached files don't count",
      files: {
        "/proc/meminfo": MEMINFO,
        "/proc/self/cgroup": "0::/\n",
        "/sys/fs/cgroup/memory.max": String(3 * GIB),
        "/sys/fs/cgroup/memory.current": String(2.5 * GIB),
        "/sys/fs/cgroup/memory.stat": `anon 1\ninactive_file ${GIB}\nactive_file ${GIB / 2}\n`,
      },
      gib: [2, 3],
    },
    {
      name: "the tightest of nested groups",
      files: {
        "/proc/meminfo": MEMINFO,
        "/proc/self/cgroup": "0::/outer/inner\n",
        "/sys/fs/cgroup/outer/inner/memory.max": "max",
        "/sys/fs/cgroup/outer/inner/memory.current": "0",
        "/sys/fs/cgroup/outer/memory.max": String(2 * GIB),
        "/sys/fs/cgroup/outer/memory.current": String(GIB),
      },
      gib: [1, 2],
    },
    {
      name: "version 1, with no limit",
      files: {
        "/proc/meminfo": MEMINFO,
        "/proc/self/cgroup": "3:cpu:/x\n7:memory:/x\n",
        "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "9223372036854771712",
        "/sys/fs/cgroup/memory/x/memory.usage_in_bytes": "1000",
      },
      gib: [4, 8],
    },
  ],
  ({ files, gib }) => {
    const read = (path: string): string | null => (files as Record<string, string>)[path] ?? null;
    const found = memory({ platform: "linux", read, freeBytes: () => GIB, totalBytes: () => 8 * GIB });
    assert.deepEqual(found, { availableBytes: gib[0]! * GIB, totalBytes: gib[1]! * GIB });
  },
);

test("this machine has memory", () => {
  const { availableBytes, totalBytes } = memory();
  assert.ok(availableBytes > 0 && availableBytes <= totalBytes, `${availableBytes} of ${totalBytes}`);
});
