// Costs are measured when nothing is asked: any request ends that, and idle time begins again after it.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { test } from "vitest";
import { createScriptedEngine } from "../../../../server/engine/index.ts";
import { WORKER_PROTOCOL_VERSION, type WorkerMessage } from "../../../../server/protocol/worker.ts";
import { SCRIPTED_COSTS } from "../../../../server/worker/model/scriptedModel.ts";
import { llamaTokenizer, TokenizerHolder } from "../../../../server/worker/process/tokenizing.ts";
import { WorkerService } from "../../../../server/worker/process/service.ts";
import { Session } from "../../../../server/worker/session/session.ts";
import { DEFAULT_SETTINGS } from "../../../../core/settings/index.ts";

/** Measures until it is stopped. */
class Unmeasured extends Session {
  override get wantsMeasurement(): boolean {
    return true;
  }
  override async measureCosts(signal: AbortSignal): Promise<void> {
    events.emit("begun");
    while (!signal.aborted) await setImmediate();
    events.emit("ended");
  }
}
const events = new EventEmitter();

test("measuring begins after an answer, and again after each later request", async () => {
  const log: string[] = [];
  events.on("begun", () => log.push("measuring"));
  events.on("ended", () => log.push("interrupted"));
  const engine = createScriptedEngine({ answers: [{ text: "One." }] });
  const session = new Unmeasured({ engine, costs: SCRIPTED_COSTS, generator: "test" });
  const service = new WorkerService({
    tokenizers: new TokenizerHolder(llamaTokenizer),
    prepareEngine: () => Promise.resolve(),
    loadModel: () => Promise.resolve(session),
    generator: "test",
    send: (message: WorkerMessage) => {
      if (message.kind !== "done" && message.kind !== "failed") return Promise.resolve();
      log.push(`${message.kind} ${message.id}`);
      events.emit(`reply ${message.id}`);
      return Promise.resolve();
    },
    log: () => undefined,
    end: () => undefined,
    idleAfterMs: 0,
  });
  const ask = async (request: { readonly id: number; readonly kind: string }): Promise<void> => {
    const reply = once(events, `reply ${request.id}`);
    service.receive(request);
    await reply;
  };
  await ask({ id: 1, kind: "hello", ...{ version: WORKER_PROTOCOL_VERSION } });
  await ask({ id: 2, kind: "load", ...{ model: { path: "/any.gguf", gpu: "off", contextTokens: 512 } } });
  const params = { source: "go", promptFile: null, values: {}, poolPath: null };
  const begun = once(events, "begun");
  await ask({ id: 3, kind: "generate", ...{ params: { ...params, settings: DEFAULT_SETTINGS } } });
  await begun;
  for (const id of [4, 5]) {
    const again = once(events, "begun");
    await ask(id === 4 ? { id, kind: "models" } : { id, kind: "pool", ...{ poolPath: "/no/such/file" } });
    await again;
  }
  await service.leave();
  assert.deepEqual(log, [
    ...["done 1", "done 2", "done 3", "measuring"],
    ...["interrupted", "done 4", "measuring", "interrupted", "failed 5", "measuring", "interrupted"],
  ]);
});
