// The hub client against a server that speaks the hub's protocol: every way of failing and what comes of it.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import type { ModelFile } from "../../../../../server/engine/models/source.ts";
import { ModelError } from "../../../../../server/engine/models/errors.ts";
import { withModelErrors } from "../../../../../server/engine/models/withModelErrors.ts";
import { connect, fetchFromHub } from "../../../../../server/engine/models/hub.ts";
import type { FetchProgress } from "../../../../../server/files/wheels/progress.ts";
import { describeError } from "../../../../../core/base/index.ts";
import { table, temporaryFolder } from "../../../../support/check.ts";
import { patient } from "../../../../support/patience.ts";
import { sha256, startHub, type HubFaults, type LocalHub } from "../../../../support/process/hubServer.ts";
import { seededRandom } from "../../../../support/random.ts";

const random = seededRandom(3);
const content = Buffer.concat([
  Buffer.from("GGUF"),
  Uint8Array.from({ length: 300_000 }, () => random.below(256)),
]);
const other = Buffer.from(content).fill(0, 1000, 1010);

const pinned: ModelFile = {
  quantisation: "Q4_1",
  fileName: "tiny.gguf",
  bytes: content.length,
  sha256: sha256(content),
};

interface Fetch {
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: FetchProgress) => void;
  readonly idleMs?: number;
}

async function fetchTiny(hub: LocalHub, target: string, options: Fetch = {}): Promise<void> {
  const { env = {}, signal = new AbortController().signal } = options;
  const onProgress = (event: FetchProgress): void => {
    hub.onClientBytes(event.doneBytes ?? 0);
    options.onProgress?.(event);
  };
  const hubOptions = { endpoint: hub.endpoint, idleMs: options.idleMs ?? 10_000, retryMs: 0 };
  await withModelErrors(() =>
    fetchFromHub(hub.source, pinned, target, { env, signal, onProgress }, hubOptions),
  );
}

const partOf = (target: string): string => `${target}.${pinned.sha256.slice(0, 12)}.part`;

/** The ranges that the storage host was asked for, "whole" for none. */
const ranges = (hub: LocalHub): string[] =>
  hub.seen.filter(({ host }) => host === "storage").map(({ range }) => range ?? "whole");

interface Arrival {
  readonly name: string;
  readonly faults: HubFaults;
  /** Bytes of an earlier run. */
  readonly part?: Buffer;
  readonly asked: readonly string[];
}

table<Arrival>(
  "hub file arrives",
  [
    { name: "at once", faults: {}, asked: ["whole"] },
    {
      name: "after a cut connection, by a range",
      faults: { cutAfterBytes: 100_000, cuts: 1 },
      asked: ["whole", "bytes=100000-"],
    },
    {
      name: "after more cuts than attempts, since each brought bytes",
      faults: { cutAfterBytes: 40_000, cuts: 7 },
      asked: ["whole", ...[4, 8, 12, 16, 20, 24, 28].map((n) => `bytes=${n}0000-`)],
    },
    {
      name: "after the part of an earlier run",
      faults: {},
      part: content.subarray(0, 5_000),
      asked: ["bytes=5000-"],
    },
    { name: "without a request when the part is whole", faults: {}, part: content, asked: [] },
    {
      name: "again when the part is too long",
      faults: {},
      part: Buffer.concat([content, content]),
      asked: ["whole"],
    },
    {
      name: "whole from a server that ignores ranges",
      faults: { ignoresRange: true },
      part: content.subarray(0, 5_000),
      asked: ["bytes=5000-"],
    },
    {
      name: "again from a server that refuses the range",
      faults: { refusesRange: true },
      part: content.subarray(0, 5_000),
      asked: ["bytes=5000-", "whole"],
    },
    { name: "though the hub was busy twice", faults: { status: 503, failures: 2 }, asked: ["whole"] },
    { name: "though the repository was renamed", faults: { renamed: true }, asked: ["whole"] },
  ],
  async ({ faults, part, asked }, context) => {
    const folder = temporaryFolder(context);
    const target = join(folder, "tiny.gguf");
    if (part !== undefined) writeFileSync(partOf(target), part);
    const hub = await startHub(context, content, faults);
    await fetchTiny(hub, target);
    assert.equal(sha256(readFileSync(target)), pinned.sha256);
    assert.deepEqual(ranges(hub), asked);
    assert.deepEqual(readdirSync(folder), ["tiny.gguf"]);
  },
);

interface Refusal {
  readonly name: string;
  readonly faults: HubFaults;
  readonly env?: Record<string, string>;
  readonly part?: Buffer;
  readonly tag: string;
  /** What the message must hold. */
  readonly says: RegExp;
  /** Requests that the storage host saw. */
  readonly sends: number;
  /** What is left for the next run. */
  readonly keptBytes: number;
}

table<Refusal>(
  "hub file is refused",
  [
    { name: "404", faults: { status: 404 }, tag: "hubNotFound", says: /some\/model/, sends: 0, keptBytes: 0 },
    {
      name: "401 without a token",
      faults: { status: 401 },
      tag: "hubForbidden",
      says: /no token was sent/,
      sends: 0,
      keptBytes: 0,
    },
    {
      name: "403 with a token",
      faults: { status: 403 },
      env: { HF_TOKEN: "secret" },
      tag: "hubForbidden",
      says: /HF_TOKEN was sent/,
      sends: 0,
      keptBytes: 0,
    },
    { name: "always 500", faults: { status: 500 }, tag: "hubRefused", says: /500/, sends: 0, keptBytes: 0 },
    {
      name: "announced with another hash than the pinned one",
      faults: { announcedSha256: sha256(other) },
      tag: "wrongHash",
      says: new RegExp(sha256(other)),
      sends: 0,
      keptBytes: 0,
    },
    {
      name: "announced without a hash",
      faults: { announcedSha256: null },
      tag: "hubUnchecked",
      says: /no SHA-256/,
      sends: 1, // The redirect carried no facts, so it was followed.
      keptBytes: 0,
    },
    {
      name: "other bytes of the same length",
      faults: { stored: other },
      tag: "wrongHash",
      says: new RegExp(sha256(other)),
      sends: 1,
      keptBytes: 0,
    },
    {
      name: "a part with wrong bytes",
      faults: {},
      part: other.subarray(0, 5_000),
      tag: "wrongHash",
      says: /tiny\.gguf/,
      sends: 1,
      keptBytes: 0,
    },
    {
      name: "a shorter file",
      faults: { stored: content.subarray(0, 200_000) },
      tag: "wrongSize",
      says: /200000 bytes instead of 300004/,
      sends: 1,
      keptBytes: 0,
    },
    {
      name: "a longer file",
      faults: { stored: Buffer.concat([content, content]) },
      tag: "wrongSize",
      says: /600008/,
      sends: 1,
      keptBytes: 0,
    },
    {
      name: "a connection that always breaks at once",
      faults: { cutAfterBytes: 0 },
      tag: "hubUnreachable",
      says: /127\.0\.0\.1/,
      sends: 5,
      keptBytes: 0,
    },
    {
      name: "a hundred bytes each time",
      faults: { cutAfterBytes: 100 },
      tag: "hubUnreachable",
      says: /./,
      sends: 5,
      keptBytes: 500,
    },
    {
      name: "always cut at the same place without ranges",
      faults: { cutAfterBytes: 1_000, ignoresRange: true },
      tag: "hubUnreachable",
      says: /127\.0\.0\.1/,
      sends: 5,
      keptBytes: 1_000,
    },
  ],
  async ({ faults, env, part, tag, says, sends, keptBytes }, context) => {
    const folder = temporaryFolder(context);
    const target = join(folder, "tiny.gguf");
    if (part !== undefined) writeFileSync(partOf(target), part);
    const hub = await startHub(context, content, faults);
    await assert.rejects(fetchTiny(hub, target, env === undefined ? {} : { env }), (error) => {
      assert.ok(error instanceof ModelError, String(error));
      assert.equal(error.fault.tag, tag);
      const { message, nextStep } = describeError(error);
      assert.match(message, says);
      assert.ok(nextStep.length > 20);
      return true;
    });
    assert.equal(existsSync(target), false);
    assert.equal(existsSync(partOf(target)) ? statSync(partOf(target)).size : 0, keptBytes);
    assert.equal(ranges(hub).length, sends);
  },
);

test("the token is sent to the hub and to no other host", async (context) => {
  const hub = await startHub(context, content);
  const target = join(temporaryFolder(context), "tiny.gguf");
  await fetchTiny(hub, target, { env: { HF_TOKEN: "secret" } });
  assert.deepEqual(
    hub.seen.map(({ host, method, authorization }) => [host, method, authorization]),
    [
      ["hub", "HEAD", "Bearer secret"],
      ["hub", "GET", "Bearer secret"],
      ["storage", "GET", null],
    ],
  );
});

table(
  "the token to an endpoint",
  [
    { name: "https://hub.example/", sent: "secret" },
    { name: "http://127.0.0.1:4000", sent: "secret" },
    { name: "http://hub.example", sent: null },
  ],
  ({ name, sent }) => {
    const { signal } = new AbortController();
    assert.equal(connect({ env: { HF_ENDPOINT: name, HF_TOKEN: "secret" }, signal }, {}).token, sent);
  },
);

test("a file announced as larger than pinned is refused before anything is downloaded", async (context) => {
  const hub = await startHub(context, content);
  const target = join(temporaryFolder(context), "tiny.gguf");
  const hooks = { env: {}, signal: new AbortController().signal, onProgress: () => undefined };
  const options = { endpoint: hub.endpoint, retryMs: 0 };
  const expected = { ...pinned, bytes: pinned.bytes - 1 };
  await assert.rejects(
    fetchFromHub(hub.source, expected, target, hooks, options),
    (error) => error instanceof ModelError && error.fault.tag === "wrongSize",
  );
  assert.deepEqual(ranges(hub), []);
});

test("no token is sent when none is set", async (context) => {
  const hub = await startHub(context, content);
  await fetchTiny(hub, join(temporaryFolder(context), "tiny.gguf"));
  assert.ok(hub.seen.every(({ authorization }) => authorization === null));
});

test("silence ends the connection, and what came before it is kept", async (context) => {
  // Long enough that even a busy machine follows the hub's redirect before it.
  const target = join(temporaryFolder(context), "tiny.gguf");
  const silent = await startHub(context, content, { stallAfterBytes: 0 });
  writeFileSync(partOf(target), content.subarray(0, 7_000));
  await assert.rejects(fetchTiny(silent, target, { idleMs: patient(1000) }), (error) => {
    assert.ok(error instanceof ModelError && error.fault.tag === "hubStalled");
    assert.equal(`http://${error.fault.host}` === silent.endpoint, false); // The storage host, not the hub.
    return true;
  });
  const lively = await startHub(context, content);
  await fetchTiny(lively, target);
  assert.deepEqual(ranges(lively), ["bytes=7000-"]);
});

test("a stopped download is not a failure and is resumed", async (context) => {
  const target = join(temporaryFolder(context), "tiny.gguf");
  const stalling = await startHub(context, content, { stallAfterBytes: 60_000 });
  const stopper = new AbortController();
  const fetching = fetchTiny(stalling, target, {
    signal: stopper.signal,
    onProgress: ({ doneBytes = 0 }) => {
      if (doneBytes === 60_000) stopper.abort();
    },
  });
  await assert.rejects(fetching, { name: "AbortError" });
  assert.equal(existsSync(target), false);
  const kept = statSync(partOf(target)).size;

  const lively = await startHub(context, content);
  await fetchTiny(lively, target);
  assert.ok(kept > 0);
  assert.deepEqual(ranges(lively), [`bytes=${kept}-`]);
  assert.equal(sha256(readFileSync(target)), pinned.sha256);
});

test("progress rises to the whole, then the check is reported", async (context) => {
  const hub = await startHub(context, content, { cutAfterBytes: 100_000, cuts: 1 });
  const events: FetchProgress[] = [];
  await fetchTiny(hub, join(temporaryFolder(context), "tiny.gguf"), {
    onProgress: (event) => events.push(event),
  });
  const done = events.filter(({ phase }) => phase === "download").map(({ doneBytes = -1 }) => doneBytes);
  assert.equal(done[0], 0);
  assert.equal(done.at(-1), content.length);
  assert.deepEqual(
    done,
    [...done].sort((a, b) => a - b),
  );
  assert.ok(events.every(({ totalBytes }) => totalBytes === content.length));
  assert.equal(events.at(-1)?.phase, "verify");
});

test("a host that doesn't exist is named with the reason", async (context) => {
  const hub = await startHub(context, content);
  const nowhere = { ...hub, endpoint: "http://nowhere.invalid" };
  await assert.rejects(fetchTiny(nowhere, join(temporaryFolder(context), "tiny.gguf")), (error) => {
    assert.ok(error instanceof ModelError && error.fault.tag === "hubUnreachable");
    assert.equal(error.fault.host, "nowhere.invalid");
    return true;
  });
});

if (existsSync("/dev/full")) {
  test("a full disk is named as such", async (context) => {
    const target = join(temporaryFolder(context), "tiny.gguf");
    symlinkSync("/dev/full", partOf(target));
    const hub = await startHub(context, content);
    await assert.rejects(fetchTiny(hub, target), (error) => {
      assert.ok(error instanceof ModelError && error.fault.tag === "noSpace");
      assert.equal(error.fault.path, partOf(target));
      return true;
    });
  });
}
