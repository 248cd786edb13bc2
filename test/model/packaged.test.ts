// What is packed with the extension suffices: the worker loads a model and writes from a folder that holds only that.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { copyNativePackages } from "../../scripts/editor/nativePackages.mjs";
import { thisTarget } from "../../scripts/editor/targets.mjs";
import { repositoryFolder, temporaryFolder } from "../support/check.ts";
import { testModelPath } from "../support/decoding/realModel.ts";
import { params, WorkerClient } from "../support/process/workerClient.ts";
import { WORKER_PROTOCOL_VERSION } from "../../server/protocol/worker.ts";

test("the packed worker generates outside of the repository", async (context) => {
  const folder = temporaryFolder(context);
  copyFileSync(path.join(repositoryFolder, "dist", "worker.mjs"), path.join(folder, "worker.mjs"));
  await copyNativePackages(repositoryFolder, path.join(folder, "node_modules"), thisTarget(), process.stderr);
  const child = spawn(process.execPath, [path.join(folder, "worker.mjs"), "--stdio"], { cwd: folder });
  const client = new WorkerClient(child, "stdio");
  context.onTestFinished(async () => {
    child.kill("SIGKILL");
    await client.ended;
  });
  await client.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
  const model = { path: testModelPath(), gpu: "off", contextTokens: 512, threads: 1 } as const;
  const loaded = await client.request<"load">({ kind: "load", model });
  assert.equal(loaded.device?.backend, "cpu");
  assert.deepEqual([loaded.device.engine, loaded.device.engineReason], ["native", null]);
  const id = client.post({ kind: "generate", params: params("Say hello.", { maxTokens: 4 }) });
  await client.replyTo(id);
  assert.ok(client.traceOf(id).steps.length > 0);
});
