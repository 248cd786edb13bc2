// The hash of a file, its progress and its stop.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { FilesError } from "../../../../server/files/errors.ts";
import { sha256File } from "../../../../server/files/hash.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

// The first two are the examples of the standard (FIPS 180-4).
table(
  "SHA-256 of a file",
  [
    { name: "abc", text: "abc", hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { name: "empty", text: "", hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    {
      name: "a million times a, over several chunks",
      text: "a".repeat(1_000_000),
      hash: "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    },
  ],
  async ({ text, hash }, context) => {
    const path = join(temporaryFolder(context), "file");
    writeFileSync(path, text);
    assert.equal(await sha256File(path), hash);
  },
);

test("hash progress rises to the file's size", async (context) => {
  const path = join(temporaryFolder(context), "file");
  writeFileSync(path, Buffer.alloc(3_000_000));
  const seen: number[] = [];
  await sha256File(path, {
    onProgress: (done, total) => {
      assert.equal(total, 3_000_000);
      seen.push(done);
    },
  });
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(seen.at(-1), 3_000_000);
  assert.ok(seen.length >= 3);
});

test("a stopped hash rejects as an abort", async (context) => {
  const path = join(temporaryFolder(context), "file");
  writeFileSync(path, Buffer.alloc(8_000_000));
  const stopper = new AbortController();
  const hashing = sha256File(path, {
    signal: stopper.signal,
    onProgress: () => {
      stopper.abort();
    },
  });
  await assert.rejects(hashing, { name: "AbortError" });
});

test("a missing file is named", async (context) => {
  const path = join(temporaryFolder(context), "file");
  await assert.rejects(sha256File(path), (error) => {
    assert.ok(error instanceof FilesError);
    assert.deepEqual(error.fault, { tag: "fileMissing", path });
    return true;
  });
});
