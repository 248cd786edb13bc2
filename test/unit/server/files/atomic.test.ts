// A file is written whole or not at all, and a failed write leaves nothing behind.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "vitest";
import { writeFileAtomic } from "../../../../server/files/atomic.ts";
import { FilesError } from "../../../../server/files/errors.ts";
import { repositoryFolder, temporaryFolder } from "../../../support/check.ts";

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

test.skipIf(process.platform === "win32")(
  "a write that the system cuts short leaves the old file",
  (context) => {
    const folder = temporaryFolder(context);
    writeFileSync(join(folder, "file.txt"), "old");
    // A limit on the size of files stands for a full disk: the first call writes a part and reports no error.
    const command = 'ulimit -f 16; exec "$0" --import tsx "$1" "$2"';
    const script = join(folder, "write.mts");
    const atomic = pathToFileURL(join(repositoryFolder, "server", "files", "atomic.ts")).href;
    writeFileSync(
      script,
      `import { writeFileAtomic } from "${atomic}";
      process.on("SIGXFSZ", () => {});
      await writeFileAtomic(process.argv[2], Buffer.alloc(100_000)).catch((error) => console.log(error.fault.tag));`,
    );
    const { stdout } = spawnSync("sh", ["-c", command, process.execPath, script, join(folder, "file.txt")], {
      cwd: repositoryFolder,
      encoding: "utf8",
      env: { ...process.env, TSX_DISABLE_CACHE: "1" }, // The limit would cut tsx's cache as well.
    });
    assert.equal(stdout, "fileFailed\n");
    assert.equal(readFileSync(join(folder, "file.txt"), "utf8"), "old");
    assert.deepEqual(readdirSync(folder).sort(), ["file.txt", "write.mts"]);
  },
);
