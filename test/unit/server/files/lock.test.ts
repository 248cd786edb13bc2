// One owner at a time: waiting, stopping while waiting, and the locks of dead processes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { withLock } from "../../../../server/files/lock.ts";
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
    { name: "its process is gone", owner: () => ({ pid: deadPid(), host: hostname() }), old: false },
    { name: "nobody touched it for long", owner: () => ({ pid: process.pid, host: hostname() }), old: true },
    { name: "another machine left it long ago", owner: () => ({ pid: 1, host: "elsewhere" }), old: true },
    { name: "it is damaged and old", owner: () => null, old: true },
  ],
  async ({ owner, old }, context) => {
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

test("a fresh lock of another machine is respected", async (context) => {
  const path = join(temporaryFolder(context), "lock");
  leaveLock(path, { pid: deadPid(), host: "elsewhere", ticket: "theirs" });
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
});

/** The id of a process that has just ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}
