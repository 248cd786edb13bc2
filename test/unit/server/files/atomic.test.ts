// A file is written whole or not at all, and a failed write leaves nothing.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "vitest";
import { writeFileAtomic } from "../../../../server/files/atomic.ts";
import { FilesError } from "../../../../server/files/errors.ts";
import { repositoryFolder, table, temporaryFolder } from "../../../support/check.ts";

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

test("many atomic writes at once leave one complete text", async (context) => {
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
    // A limit on the size of files acts as a full disk: the first call writes a part and reports no error.
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

const onUnix = process.platform !== "win32";

/** What a path may lead to, and the file that a write to it must change. */
const LINKS: readonly { name: string; make: (folder: string) => { path: string; real: string } }[] = [
  {
    name: "a relative link",
    make: (folder) => {
      writeFileSync(join(folder, "real"), "old");
      symlinkSync("real", join(folder, "link"));
      return { path: join(folder, "link"), real: join(folder, "real") };
    },
  },
  {
    name: "a link to a link in another folder",
    make: (folder) => {
      mkdirSync(join(folder, "other"));
      writeFileSync(join(folder, "other", "real"), "old");
      symlinkSync(join("other", "real"), join(folder, "middle"));
      symlinkSync(join(folder, "middle"), join(folder, "link"));
      return { path: join(folder, "link"), real: join(folder, "other", "real") };
    },
  },
  {
    name: "a link to what is not there yet",
    make: (folder) => {
      symlinkSync(join("later", "real"), join(folder, "link"));
      return { path: join(folder, "link"), real: join(folder, "later", "real") };
    },
  },
  {
    name: "a folder that is a link",
    make: (folder) => {
      mkdirSync(join(folder, "other"));
      symlinkSync("other", join(folder, "linked"));
      return { path: join(folder, "linked", "real"), real: join(folder, "other", "real") };
    },
  },
];

if (onUnix) {
  table("a link is followed and kept", LINKS, async ({ make }, context) => {
    const { path, real } = make(temporaryFolder(context));
    const before = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
    await writeFileAtomic(path, "new");
    assert.equal(readFileSync(real, "utf8"), "new");
    assert.equal(lstatSync(real).isFile(), true);
    assert.equal(lstatSync(path).isSymbolicLink(), before ?? false);
  });

  table(
    "permissions",
    [
      { name: "a private file remains private", before: 0o600, mode: undefined, after: 0o600 },
      { name: "a shared file remains shared", before: 0o664, mode: 0o600, after: 0o664 },
      { name: "a new file gets those asked for", before: null, mode: 0o600, after: 0o600 },
    ],
    async ({ before, mode, after }, context) => {
      const path = join(temporaryFolder(context), "file");
      if (before !== null) {
        writeFileSync(path, "old");
        chmodSync(path, before);
      }
      await writeFileAtomic(path, "new", mode === undefined ? {} : { mode });
      assert.equal((statSync(path).mode & 0o777).toString(8), after.toString(8));
    },
  );

  test("a pipe that nobody reads is refused, and one that is read gets the text", async (context) => {
    const folder = temporaryFolder(context);
    const path = join(folder, "pipe");
    execFileSync("mkfifo", [path]);
    const written = (): Promise<string> =>
      writeFileAtomic(path, "text").then(
        () => "written",
        (error: unknown) => (error instanceof FilesError ? JSON.stringify(error.fault) : String(error)),
      );
    assert.match(await written(), /pipe that no program reads/);
    const reader = spawn("cat", [path]);
    let read = "";
    reader.stdout.setEncoding("utf8").on("data", (text: string) => (read += text));
    const ended = new Promise((resolve) => reader.once("close", resolve));
    // Refused until the reader waits at the pipe; then it gets all of it, and its end.
    while ((await written()) !== "written") assert.equal(reader.exitCode, null);
    await ended;
    assert.equal(read, "text");
    assert.equal(lstatSync(path).isFIFO(), true);
    assert.deepEqual(readdirSync(folder), ["pipe"]);
  });

  // Only root can make a device; the system's own must not be at risk where this test finds a fault.
  test.skipIf(process.getuid?.() !== 0)("a device is written to", async (context) => {
    const path = join(temporaryFolder(context), "null");
    try {
      execFileSync("mknod", [path, "c", "1", "3"], { stdio: "ignore" });
    } catch {
      context.skip(); // A container may not let even root do it.
    }
    await writeFileAtomic(path, "text");
    assert.equal(lstatSync(path).isCharacterDevice(), true);
  });

  test("further hard links are named if they would keep the old content", async (context) => {
    const folder = temporaryFolder(context);
    const path = join(folder, "file");
    writeFileSync(path, "old");
    linkSync(path, join(folder, "second"));
    await assert.rejects(writeFileAtomic(path, "new", { onlyName: true }), (error) => {
      assert.ok(error instanceof FilesError);
      assert.deepEqual(error.fault, { tag: "fileHasOtherNames", path, others: 1 });
      return true;
    });
    assert.equal(readFileSync(path, "utf8"), "old");
    assert.deepEqual(readdirSync(folder).toSorted(), ["file", "second"]);
  });

  test("a folder that can't take entries is refused, not tried forever", async () => {
    // On Linux /proc exists and takes no entries; elsewhere a file stands in for it.
    const path = join(process.platform === "linux" ? "/proc" : process.execPath, "a", "b", "file");
    await assert.rejects(writeFileAtomic(path, "text"), FilesError);
  });
}

test("a file name of the greatest length is written", async (context) => {
  const path = join(temporaryFolder(context), "n".repeat(255));
  await writeFileAtomic(path, "text");
  assert.equal(readFileSync(path, "utf8"), "text");
});

test("a failure before the rename leaves the old file", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "file");
  writeFileSync(path, "old");
  const beforeReplace = (): never => {
    throw new DOMException("stopped", "AbortError");
  };
  await assert.rejects(writeFileAtomic(path, "new", { beforeReplace }), { name: "AbortError" });
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(readdirSync(folder), ["file"]);
});

test("the next write removes what killed processes left, and leaves those of running ones", async (context) => {
  const folder = temporaryFolder(context);
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const longAgo = new Date(Date.now() - 7_200_000);
  const left = (pid: number, at: Date): string => {
    const name = `.laser-${pid}-${at === longAgo ? "0" : "1"}1234567.tmp`;
    writeFileSync(join(folder, name), "part");
    utimesSync(join(folder, name), at, at);
    return name;
  };
  left(dead, longAgo);
  const folderLeft = `.laser-${dead}-21234567.tmp`;
  mkdirSync(join(folder, folderLeft));
  writeFileSync(join(folder, folderLeft, "scratch"), "part");
  utimesSync(join(folder, folderLeft), longAgo, longAgo);
  const kept = [left(dead, new Date()), left(process.pid, longAgo)];
  writeFileSync(join(folder, ".laser-notes.tmp"), "the user's");
  await writeFileAtomic(join(folder, "file"), "text");
  assert.deepEqual(readdirSync(folder).toSorted(), [...kept, ".laser-notes.tmp", "file"].toSorted());
});
