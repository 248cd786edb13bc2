// Lines out of bytes, however the bytes are cut.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { LineCutter } from "../../../../../server/worker/process/lines.ts";
import { forAll, listOf } from "../../../../support/property.ts";

const noneTooLong = (begins: string): never => {
  throw new Error(`too long: ${begins}`);
};

const text =
  "first\n\nünïcödé 映画 😀 \u2028 stays in its line\r\n" + "x".repeat(5000) + "\nrest without an end";

test("any cut of the bytes gives the same lines", () => {
  const bytes = Buffer.from(text);
  const sizes = fc.oneof(...[9, 2000].map((max) => listOf(fc.integer({ min: 1, max }), 1, 50)));
  forAll(sizes, 200, (cut) => {
    const cutter = new LineCutter(noneTooLong);
    const lines: string[] = [];
    for (let at = 0, piece = 0; at < bytes.length; piece++) {
      const size = cut[piece % cut.length]!;
      lines.push(...cutter.push(bytes.subarray(at, at + size)));
      at += size;
    }
    assert.deepEqual([...lines, cutter.rest()], text.split("\n"));
  });
});

test("nothing after the last line feed leaves nothing", () => {
  const cutter = new LineCutter(noneTooLong);
  assert.deepEqual(cutter.push(Buffer.from("a\nb\n")), ["a", "b"]);
  assert.equal(cutter.rest(), "");
});

test("a line over the limit is named once and skipped, however it is cut", () => {
  for (const size of [1, 7, 1000]) {
    const long: string[] = [];
    const cutter = new LineCutter((begins) => long.push(begins), 10);
    const bytes = Buffer.from("short\n" + "long ".repeat(50) + "\n0123456789\n\nrest");
    const lines: string[] = [];
    for (let at = 0; at < bytes.length; at += size) lines.push(...cutter.push(bytes.subarray(at, at + size)));
    assert.deepEqual([...lines, cutter.rest()], ["short", "0123456789", "", "rest"]);
    assert.equal(long.length, 1);
    assert.match(long[0]!, /^l/);
  }
});
