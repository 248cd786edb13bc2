// The bound on what a page unpacks: it stops there, however small the file. What browsers refuse is checked in one
// (test/webview/trace/compactTrace.test.ts).
import assert from "node:assert/strict";
import { test } from "vitest";
import { gzipSync } from "node:zlib";
import { TraceError } from "../../../../core/trace/index.ts";
import { seededRandom } from "../../../support/random.ts";
import { unpacked } from "../../../../webview/trace/unpackTrace.ts";

test("a trace exactly as long as the bound is unpacked, one byte more is not", async () => {
  const random = seededRandom(5);
  const bytes = Uint8Array.from({ length: 100_000 }, () => random.below(256));
  const packed = gzipSync(bytes);
  assert.deepEqual(await unpacked(packed, bytes.length), bytes);
  await assert.rejects(unpacked(packed, bytes.length - 1), isTooLong);
});

test("a bomb is left as soon as it passes the bound", async () => {
  await assert.rejects(unpacked(gzipSync(Buffer.alloc(50_000_000)), 1_000_000), isTooLong);
});

function isTooLong(error: unknown): boolean {
  return error instanceof TraceError && error.fault.tag === "traceTooLong";
}
