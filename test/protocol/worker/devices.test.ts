// Devices and the install of CUDA's back end over the worker's protocol: the real back ends of this machine, and a
// registry of our own that sends something other than CUDA.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import { packagesFor } from "../../../server/engine/devices/install/packages.ts";
import { temporaryFolder } from "../../support/check.ts";
import { startRegistry, tgz, type RegistryFaults } from "../../support/process/npmRegistry.ts";
import { params, startWorker, type WorkerClient } from "../../support/process/workerClient.ts";

const [cuda] = packagesFor("linux", "x64");
const archive = tgz([{ path: "package/bins/x/libggml-cuda.so", content: Buffer.alloc(100_000, 7) }]);

/** A greeted worker with its own cache. The registry says that it has what is pinned. */
async function workerWith(context: TestContext, faults: RegistryFaults = {}): Promise<WorkerClient> {
  assert.ok(cuda?.integrity);
  const registry = await startRegistry(context, cuda, archive, { integrity: cuda.integrity, ...faults });
  const env = { LASER_CACHE: temporaryFolder(context), npm_config_registry: registry.url };
  const script = { answers: [{ text: "One two three four five six." }] };
  return startWorker(context, { script, env }).ready();
}

test("devices: each back end of the platform has a state, CUDA none without an install", async (context) => {
  const client = await workerWith(context);
  const report = await client.request<"devices">({ kind: "devices", again: false });
  const states = new Map(report.backends.map(({ backend, state }) => [backend, state.kind]));
  assert.equal(states.get("cuda"), "notInstalled");
  assert.ok(report.chosen === "cpu" || states.get(report.chosen) === "usable");
  const [offer] = report.offers;
  assert.deepEqual(
    [offer?.id, offer?.licence, offer?.packedBytes, offer?.version],
    ["cuda-13", "MIT", 142_898_030, cuda?.version],
  );
});

test("an install that fails says why, and the worker continues", async (context) => {
  const client = await workerWith(context);
  const codes = [];
  for (const backend of ["rocm", "cuda"])
    codes.push((await client.refused({ kind: "installBackend", backend })).code);
  assert.deepEqual(codes, ["unknownInstall", "wrongIntegrity"]);
  await client.request<"generate">({ kind: "generate", params: params("count") });
});

test("an install shows its progress and can be stopped", async (context) => {
  const client = await workerWith(context, { stallAfterBytes: archive.length / 2 });
  const id = client.post({ kind: "installBackend", backend: "cuda" });
  await client.until((message) => message.kind === "progress" && message.request === id);
  await client.request<"stop">({ kind: "stop", request: id });
  const reply = await client.replyTo(id);
  assert.equal(reply.kind === "failed" && reply.error.code, "stopped");
});
