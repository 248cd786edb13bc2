// Fetching over the worker's protocol, from a server that speaks the hub's: progress, a stop that keeps what arrived, and
// every failure with its reason. The files are small; what is pinned is the demo model's hash, so none of them is whole.
import assert from "node:assert/strict";
import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test, type TestContext } from "vitest";
import { CATALOGUE, type CatalogueEntry } from "../../../server/engine/models/index.ts";
import type { WorkerEvent } from "../../../server/protocol/worker.ts";
import { table, temporaryFolder } from "../../support/check.ts";
import { startHub, type HubFaults, type LocalHub } from "../../support/process/hubServer.ts";
import { params, startWorker, TRANSPORTS, type WorkerClient } from "../../support/process/workerClient.ts";

const [entry] = CATALOGUE as readonly [CatalogueEntry];
const source = entry.sources.find(({ kind }) => kind === "hub");
const CONTENT = Buffer.alloc(100_000, 7);
const HALF = 50_000;

/** A hub that announces the pinned file. */
async function hubOf(context: TestContext, faults: HubFaults): Promise<LocalHub> {
  assert.ok(source?.kind === "hub");
  return startHub(context, CONTENT, { announcedSha256: entry.delivered.sha256, ...faults }, source);
}

/** A greeted worker with no Python, so that the hub is asked, and its own cache. */
async function workerOn(
  context: TestContext,
  hub: LocalHub,
  cache: string,
  transport: (typeof TRANSPORTS)[number] = "stdio",
): Promise<WorkerClient> {
  const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: "", LASER_CACHE: cache, LASER_PYTHON: "/no/python" };
  const script = { answers: [{ text: "One two three four five six." }] };
  return startWorker(context, { transport, script, env }).ready();
}

const isProgress = (id: number, share: number) => (message: { readonly kind: string }) =>
  message.kind === "progress" && (message as WorkerEvent).request === id && shareOf(message) >= share;
const shareOf = (message: object): number => ("share" in message ? Number(message.share) : 0);

/** Begins a fetch and stops it halfway; resolves with the code of its end. */
async function stoppedAtHalf(client: WorkerClient): Promise<string> {
  const id = client.post({ kind: "fetch", catalogueId: entry.id });
  await client.until(isProgress(id, 0.5));
  await client.request<"stop">({ kind: "stop", request: id });
  const reply = await client.replyTo(id);
  return reply.kind === "failed" ? reply.error.code : assert.fail("it was to be stopped");
}

const keptBytes = async (client: WorkerClient): Promise<number | undefined> =>
  (await client.request<"models">({ kind: "models" })).find(({ id }) => id === entry.id)?.keptBytes;

table(
  "a fetch reports its progress, and a stop keeps what arrived",
  TRANSPORTS.map((transport) => ({ name: transport, transport })),
  async ({ transport }, context) => {
    const hub = await hubOf(context, { stallAfterBytes: HALF });
    const client = await workerOn(context, hub, temporaryFolder(context), transport);
    assert.equal(await keptBytes(client), 0);
    assert.equal(await stoppedAtHalf(client), "stopped");
    const progress = client.messages.filter((message) => message.kind === "progress");
    const downloads = progress.filter(({ message }) => message.startsWith("downloading "));
    assert.match(downloads[0]?.message ?? "", new RegExp(`SmolLM2.* \\(${new URL(hub.endpoint).host}\\)$`));
    assert.deepEqual([downloads[0]?.share, downloads.at(-1)?.share], [0, 0.5]);
    assert.equal(await keptBytes(client), HALF);
    assert.deepEqual(client.strayLines, []);
  },
);

test("a fetch after a stopped one requests only the rest; a wrong file is refused with both hashes and not kept", async (context) => {
  const cache = temporaryFolder(context);
  const stalling = await hubOf(context, { stallAfterBytes: HALF });
  assert.equal(await stoppedAtHalf(await workerOn(context, stalling, cache)), "stopped");
  const hub = await hubOf(context, {});
  const client = await workerOn(context, hub, cache);
  const id = client.post({ kind: "fetch", catalogueId: entry.id });
  const reply = await client.replyTo(id);
  assert.ok(reply.kind === "failed");
  assert.equal(reply.error.code, "noSource");
  assert.match(
    reply.error.message,
    /pypi: Python .* not found[^]*hub: .* its SHA-256 is [0-9a-f]{64}, not b179c9/,
  );
  assert.deepEqual(
    hub.seen.filter(({ method }) => method === "GET").map(({ host, range }) => `${host} ${range}`),
    [`hub bytes=${HALF}-`, `storage bytes=${HALF}-`],
  );
  const first = client.messages.find(isProgress(id, 0));
  assert.equal(first === undefined ? null : shareOf(first), 0.5);
  assert.equal(await keptBytes(client), 0);
});

table(
  "a fetch that fails says why, and the worker serves on",
  [
    { name: "a model that is not in the catalogue", id: "gpt-9", code: "unknownModel", says: /"gpt-9"/ },
    {
      name: "a file that the hub does not have",
      faults: { status: 404 },
      says: /hub: The hub does not have .*gguf/,
    },
    { name: "a hub that refuses", faults: { status: 403 }, says: /hub: The hub refused .*no token was sent/ },
    {
      name: "a hub that announces another file",
      faults: { announcedSha256: "0".repeat(64) },
      says: /hub: .* its SHA-256 is 0{64}, not b179c9/,
    },
  ],
  async ({ id = entry.id, faults = {}, code = "noSource", says }: FailureRow, context) => {
    const client = await workerOn(context, await hubOf(context, faults), temporaryFolder(context));
    const refusal = await client.refused({ kind: "fetch", catalogueId: id });
    assert.equal(refusal.code, code);
    assert.match(refusal.message, says);
    await client.request<"generate">({ kind: "generate", params: params("count") });
  },
);

interface FailureRow {
  readonly name: string;
  readonly id?: string;
  readonly faults?: HubFaults;
  readonly code?: string;
  readonly says: RegExp;
}

test("an answer is written during a fetch; shutdown ends both", async (context) => {
  const hub = await hubOf(context, { stallAfterBytes: HALF });
  const client = await workerOn(context, hub, temporaryFolder(context));
  const id = client.post({ kind: "fetch", catalogueId: entry.id });
  await client.until(isProgress(id, 0.5));
  const end = await client.request<"generate">({ kind: "generate", params: params("count") });
  assert.equal(end.finish, "endOfText");
  assert.ok(!client.messages.some((message) => message.kind === "failed"));
  await client.request<"shutdown">({ kind: "shutdown" });
  const reply = await client.replyTo(id);
  assert.equal(reply.kind === "failed" && reply.error.code, "stopped");
  assert.deepEqual(await client.ended, { code: 0, signal: null });
});

test("an installed model is returned at once, and no source is asked", async (context) => {
  const hub = await hubOf(context, {});
  const cache = temporaryFolder(context);
  const client = await workerOn(context, hub, cache);
  const file = path.join(cache, "models", entry.id, entry.file.fileName);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "checked before");
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  const { size: bytes, mtimeMs } = statSync(file);
  const stamp = { sha256: entry.file.sha256, bytes, mtimeMs, checkedAt: "2026-01-01T00:00:00.000Z" };
  writeFileSync(`${file}.json`, JSON.stringify({ ...stamp, source: "hub", conversionFailure: null }));
  const fetched = await client.request<"fetch">({ kind: "fetch", catalogueId: entry.id });
  assert.deepEqual(fetched, { path: file, quantisation: entry.file.quantisation });
  assert.deepEqual(hub.seen, []);
  const [listed] = await client.request<"models">({ kind: "models" });
  assert.deepEqual([listed?.path, listed?.keptBytes], [file, 0]);
});
