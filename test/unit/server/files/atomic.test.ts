// A file is written whole or not at all, and a failed write leaves nothing behind.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { writeFileAtomic } from "../../../../server/files/atomic.ts";
import { FilesError } from "../../../../server/files/errors.ts";
import { temporaryFolder } from "../../../support/check.ts";

test("atomic write makes the folder and the file", async (context) => {
  const folder = temporaryFolder(context);
  await writeFileAtomic(join(folder, "a", "b", "file.txt"), "text");
  assert.equal(readFileSync(join(folder, "a", "b", "file.txt"), "utf8"), "text");
  assert.deepEqual(readdirSync(join(folder, "a", "b")), ["file.txt"]);
});

test("atomic write replaces a longer file by bytes", async (context) => {
  const path = join(temporaryFolder(context), "file.bin");
  writeFileSync(path, "something longer");
  await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
  assert.deepEqual([...readFileSync(path)], [1, 2, 3]);
});

test("many atomic writes at once leave one whole text", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "file.txt");
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
  await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
  assert.ok(texts.includes(readFileSync(path, "utf8")));
  assert.deepEqual(readdirSync(folder), ["file.txt"]);
});

test("a failed atomic write names the path and leaves no temporary file", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "taken");
  mkdirSync(join(path, "full"), { recursive: true }); // A folder can't be replaced by a file.
  await assert.rejects(writeFileAtomic(path, "text"), (error) => {
    assert.ok(error instanceof FilesError);
    assert.equal("path" in error.fault && error.fault.path, path);
    return true;
  });
  assert.deepEqual(readdirSync(folder), ["taken"]);
});
