// The engine is started ahead of a model: the library runs, nothing is loaded, and the load that follows uses what has started.
import assert from "node:assert/strict";
import { test } from "vitest";
import { isRunning, loadLlamaEngine, prepareEngine } from "../../server/engine/index.ts";
import { testModelPath } from "../support/decoding/realModel.ts";

test("on the CPU the library is started, once", async () => {
  assert.equal(isRunning(null), false);
  await prepareEngine({ gpu: "off" });
  assert.equal(isRunning(null), true);
  const engine = await loadLlamaEngine({ path: testModelPath(), gpu: "off", contextTokens: 512 });
  assert.equal(engine.device.engine, "native");
  await engine.dispose();
});

test("a stopped start gives the reason of the stop", async () => {
  const stopping = new AbortController();
  const reason = new Error("stopped");
  stopping.abort(reason);
  await assert.rejects(prepareEngine({ gpu: "auto", signal: stopping.signal }), reason);
});
