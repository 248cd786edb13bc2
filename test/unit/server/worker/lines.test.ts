// Lines out of bytes, however the bytes are cut.
import assert from "node:assert/strict";
import { test } from "vitest";
import { LineCutter } from "../../../../server/worker/lines.ts";
import { seededRandom } from "../../../support/random.ts";

const text =
  "first\n\nünïcödé 映画 😀 \u2028 stays in its line\r\n" + "x".repeat(5000) + "\nrest without an end";

test("any cut of the bytes gives the same lines", () => {
  const bytes = Buffer.from(text);
  const random = seededRandom(7);
  for (let trial = 0; trial < 200; trial++) {
    const cutter = new LineCutter();
    const lines: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random.below(trial < 100 ? 9 : 2000);
      lines.push(...cutter.push(bytes.subarray(at, at + size)));
      at += size;
    }
    assert.deepEqual([...lines, cutter.rest()], text.split("\n"), `trial ${trial}`);
  }
});

test("nothing behind the last line feed leaves nothing", () => {
  const cutter = new LineCutter();
  assert.deepEqual(cutter.push(Buffer.from("a\nb\n")), ["a", "b"]);
  assert.equal(cutter.rest(), "");
});
