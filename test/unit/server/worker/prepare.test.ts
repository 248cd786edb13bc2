// A load that comes while the engine is being started waits for it, says so, and can be stopped meanwhile.
import assert from "node:assert/strict";
import { test } from "vitest";
import { EngineStart } from "../../../../server/worker/process/engineStart.ts";
import { table } from "../../../support/check.ts";

const model = { gpu: "auto", contextTokens: 512 } as const;
const WORDS = "trying Vulkan on this machine (once)";
const ignore = (): undefined => undefined;

/** A start that has reported what it does and ends on demand. */
function startOf(): {
  readonly start: EngineStart;
  readonly begun: Promise<void>;
  readonly starts: () => number;
  readonly end: (error?: Error) => void;
} {
  let end: (error?: Error) => void = ignore;
  let starts = 0;
  const start = new EngineStart((_choice, { onProgress }) => {
    starts++;
    onProgress(WORDS, null);
    return new Promise((resolve, reject) => {
      end = (error) => {
        if (error === undefined) resolve();
        else reject(error);
      };
    });
  });
  const begun = start.begin(model, { signal: new AbortController().signal, log: ignore });
  begun.catch(ignore); // Some rows let it fail.
  return {
    start,
    begun,
    starts: () => starts,
    end: (error) => {
      end(error);
    },
  };
}

table(
  "a load waits for the start and shows its words",
  [
    { name: "that succeeds" },
    { name: "that fails: the load then meets the same fault", error: new Error("no") },
  ],
  async ({ error }) => {
    const { start, begun, end } = startOf();
    const order: string[] = [];
    await Promise.resolve(); // The start begins after an earlier one.
    const waiting = start.ended({
      signal: new AbortController().signal,
      onProgress: (words) => order.push(words),
    });
    const loaded = waiting.then(() => order.push("load"));
    order.push("end");
    end(error);
    await loaded;
    assert.deepEqual(order, [WORDS, "end", "load"]);
    assert.equal(await begun.then(ignore, (reason: unknown) => reason), error);
  },
);

test("a stopped load does not wait, and the start continues", async () => {
  const { start, begun, end } = startOf();
  const stopping = new AbortController();
  const reason = new Error("stopped");
  const waiting = start.ended({ signal: stopping.signal, onProgress: ignore });
  stopping.abort(reason);
  await assert.rejects(waiting, reason);
  end();
  await begun;
});

test("without a start a load goes ahead, and a second start follows the first", async () => {
  const idle = new EngineStart(() => assert.fail("nothing was to be started"));
  await idle.ended({ signal: new AbortController().signal, onProgress: ignore });
  const { start, begun, starts, end } = startOf();
  const second = start.begin(model, { signal: new AbortController().signal, log: ignore });
  await Promise.resolve();
  assert.equal(starts(), 1);
  end();
  await begun;
  while (starts() === 1) await Promise.resolve();
  end();
  await second;
});
