// Files that are read whole are read no further than a bound, whatever size they state.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { test } from "vitest";
import {
  FileTooLarge,
  readBounded,
  readStreamBounded,
  unreadableReason,
} from "../../../../server/files/index.ts";
import { temporaryFolder } from "../../../support/check.ts";

const refused = (reading: Promise<Buffer>): Promise<string> =>
  reading.then(
    () => "read",
    (error: unknown) => {
      assert.ok(error instanceof FileTooLarge);
      return unreadableReason(error);
    },
  );

test("a file of the bound is read, a longer one refused", async (context) => {
  const file = path.join(temporaryFolder(context), "f");
  const bytes = Buffer.from(Array.from({ length: 200_001 }, (_, at) => at % 251));
  await writeFile(file, bytes);
  assert.deepEqual(await readBounded(file, bytes.length), bytes);
  assert.equal(await refused(readBounded(file, bytes.length - 1)), "it has more than 0 MB");
});

test.skipIf(process.platform === "win32")(
  "a device without an end is refused, a pipe is read",
  async (context) => {
    assert.equal(await refused(readBounded("/dev/zero", 3e6)), "it has more than 3 MB");
    const pipe = path.join(temporaryFolder(context), "pipe");
    execFileSync("mkfifo", [pipe]);
    const [read] = await Promise.all([readBounded(pipe, 10), writeFile(pipe, "0123456789")]);
    assert.equal(read.toString(), "0123456789");
  },
);

test("a stream is read up to the bound", async () => {
  assert.equal((await readStreamBounded(Readable.from(["ab", Buffer.from("c")]), 3)).toString(), "abc");
  assert.match(await refused(readStreamBounded(Readable.from(["abcd"]), 3)), /more than/);
});
