// One owner at a time: waiting, stopping while waiting, and the locks of dead processes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { FilesError } from "../../../../server/files/errors.ts";
import { withLock } from "../../../../server/files/lock.ts";
import { startOf } from "../../../../server/files/processes.ts";
import { table, temporaryFolder } from "../../../support/check.ts";

const quick = { pollMs: 2 };

function leaveLock(path: string, owner: object | null): void {
  mkdirSync(path);
  writeFileSync(join(path, "owner.json"), owner === null ? "{" : JSON.stringify(owner));
}

test("work under one lock never overlaps", async (context) => {
  const folder = temporaryFolder(context);
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  // Many rounds: a lock given up and taken in the same moment is where two owners could meet.
  for (let round = 0; round < 40; round++) {
    await Promise.all(Array.from({ length: 8 }, () => withLock(join(folder, "lock"), quick, work)));
    assert.equal(most, 1);
    assert.deepEqual(readdirSync(folder), []);
  }
});

test("a lock is released when its work fails", async (context) => {
  const path = join(temporaryFolder(context), "lock");
  await assert.rejects(
    withLock(path, quick, () => Promise.reject(new Error("no"))),
    /no/,
  );
  assert.equal(await withLock(path, quick, () => Promise.resolve(7)), 7);
});

test("a waiter learns who holds the lock and can be stopped", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "lock");
  const stopper = new AbortController();
  await withLock(path, quick, async () => {
    const waiting = withLock(
      path,
      {
        ...quick,
        signal: stopper.signal,
        onWait: ({ pid }) => {
          assert.equal(pid, process.pid);
          stopper.abort();
        },
      },
      () => Promise.reject(new Error("entered")),
    );
    await assert.rejects(waiting, { name: "AbortError" });
    assert.deepEqual(readdirSync(folder), ["lock"]);
  });
});

const longAgo = new Date(Date.now() - 3_600_000);

table(
  "a left lock is taken over",
  [
    { name: "its process has ended", owner: () => ({ pid: deadPid(), host: hostname() }), old: false },
    {
      name: "its process's id was given to another",
      owner: () => ({ pid: process.pid, host: hostname(), started: "another time" }),
      old: false,
      needsStart: true,
    },
    { name: "nobody touched it for long", owner: () => ({ pid: process.pid, host: hostname() }), old: true },
    { name: "another machine left it long ago", owner: () => ({ pid: 1, host: "elsewhere" }), old: true },
    { name: "it is damaged and old", owner: () => null, old: true },
  ],
  async (
    { owner, old, needsStart }: { owner: () => object | null; old: boolean; needsStart?: boolean },
    context,
  ) => {
    if (needsStart && startOf(process.pid) === null) context.skip(); // Only Linux says when a process started.
    const folder = temporaryFolder(context);
    const path = join(folder, "lock");
    const named = owner();
    leaveLock(path, named === null ? null : { ...named, ticket: "left" });
    if (old) {
      utimesSync(join(path, "owner.json"), longAgo, longAgo);
      utimesSync(path, longAgo, longAgo);
    }
    assert.equal(await withLock(path, quick, () => Promise.resolve("done")), "done");
    assert.deepEqual(readdirSync(folder), []);
  },
);

table(
  "a lock is respected",
  [
    {
      name: "a fresh one of another machine",
      owner: () => ({ pid: deadPid(), host: "elsewhere" }),
      touchedMs: 0,
    },
    {
      name: "that of a living process that has been too busy to touch it",
      owner: () => ({ pid: process.pid, host: hostname(), started: startOf(process.pid) }),
      // If nobody says when a process started, it may be another one after ten minutes.
      touchedMs: startOf(process.pid) === null ? 500_000 : 36_000_000,
    },
  ],
  async ({ owner, touchedMs }, context) => {
    const path = join(temporaryFolder(context), "lock");
    leaveLock(path, { ...owner(), ticket: "theirs" });
    const touched = new Date(Date.now() - touchedMs);
    utimesSync(join(path, "owner.json"), touched, touched);
    utimesSync(path, touched, touched);
    const stopper = new AbortController();
    const waiting = withLock(
      path,
      {
        ...quick,
        signal: stopper.signal,
        onWait: () => {
          stopper.abort();
        },
      },
      () => Promise.reject(new Error("entered")),
    );
    await assert.rejects(waiting, { name: "AbortError" });
  },
);

test("an owner whose lock was taken learns it before it writes, and leaves the new owner's lock alone", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "lock");
  await withLock(path, quick, async (held) => {
    await held.check();
    renameSync(path, join(folder, "stolen"));
    leaveLock(path, { pid: process.pid, host: hostname(), ticket: "theirs" });
    await assert.rejects(
      held.check(),
      (error) => error instanceof FilesError && error.fault.tag === "lockLost",
    );
  });
  assert.ok(existsSync(path));
  rmSync(path, { recursive: true });
  await assert.rejects(
    withLock(path, quick, (held) => {
      rmSync(path, { recursive: true });
      return held.check();
    }),
    (error) => error instanceof FilesError && error.fault.tag === "lockLost",
  );
});

test("leftovers of killed processes beside a lock are removed, those of living ones are not", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "lock");
  const living = { pid: process.pid, host: hostname(), started: startOf(process.pid), ticket: "b" };
  leaveLock(`${path}.0123456789abcdef`, { pid: deadPid(), host: hostname(), ticket: "a" });
  leaveLock(`${path}.0123456789abcdef.old`, { pid: deadPid(), host: hostname(), ticket: "a" });
  leaveLock(`${path}.fedcba9876543210`, living);
  mkdirSync(`${path}.notes`);
  await withLock(path, quick, () => Promise.resolve());
  assert.deepEqual(readdirSync(folder).toSorted(), ["lock.fedcba9876543210", "lock.notes"]);
});

/** The id of a process that has just ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}
