// Compact traces in the built trace editor: unpacked by the page, in the order of messages; what can't be unpacked is reported.
import assert from "node:assert/strict";
import { test } from "vitest";
import { gzipSync } from "node:zlib";
import type { ToTraceEditor } from "../../../extension/shared/traceEditor.ts";
import { serialiseTrace, traceMetrics } from "../../../core/trace/index.ts";
import { table } from "../../support/check.ts";
import { longTrace } from "../../support/trace/longTrace.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { panelRun } from "../../support/webview/panelRuns.ts";

const bench = fileBench();

const RUN = panelRun(16, 60).trace;
const packed = gzipSync(serialiseTrace(RUN));
const SIZE = { width: 1200, height: 860 };
const fileOf = (bytes: Uint8Array, name = "film-laser.lasertrace.gz"): ToTraceEditor => ({
  kind: "trace",
  file: { name, bytes: new Uint8Array(bytes) },
});

test("a compact trace shows every token, and later messages are handled after it", async (context) => {
  const editor = await bench.page("trace", SIZE);
  context.onTestFinished(() => editor.close());
  const step = RUN.steps.length - 1;
  const plain: ToTraceEditor = { kind: "plain", file: { name: "plain", bytes: new Uint8Array(3) } };
  await editor.send(fileOf(packed), plain, { kind: "goTo", step, place: 0 });
  const { page } = editor;
  await page.locator(`.stream [data-step="${step}"][data-place="0"][aria-selected="true"]`).waitFor();
  const metrics = traceMetrics(RUN);
  assert.equal(await page.locator(".stream .token").count(), metrics.drafted + metrics.steps);
  assert.deepEqual(await editor.axe(), []);
});

test("of two traces the latter stays, though the former takes longer to unpack", async (context) => {
  const editor = await bench.page("trace", SIZE);
  context.onTestFinished(() => editor.close());
  const long = longTrace(5, 2000);
  const other = panelRun(23, 20).trace;
  await editor.send(
    fileOf(gzipSync(serialiseTrace(long))),
    fileOf(Buffer.from(serialiseTrace(other)), "other.lasertrace"),
  );
  const { page } = editor;
  const steps = other.steps.length;
  await page
    .locator(`.stream [data-step="${steps - 1}"]`)
    .first()
    .waitFor();
  await page.waitForFunction(
    (count) =>
      new Set(
        Array.from(document.querySelectorAll<HTMLElement>(".stream [data-step]"), (one) => one.dataset.step),
      ).size === count,
    steps,
  );
});

table(
  "a compact trace that can't be unpacked is reported",
  [
    { name: "cut", bytes: packed.subarray(0, -1), told: /ends too early/ },
    { name: "only the header", bytes: packed.subarray(0, 10), told: /ends too early/ },
    { name: "damaged", bytes: Buffer.from(packed).fill(0xff, 99, 120), told: /is damaged/ },
    { name: "two members", bytes: Buffer.concat([packed, packed]), told: /is damaged/ },
    { name: "zeros after it", bytes: Buffer.concat([packed, Buffer.alloc(9)]), told: /is damaged/ },
    { name: "no trace inside", bytes: gzipSync("{}"), told: /JSON, but not a trace/ },
  ],
  async ({ bytes, told }, context) => {
    const editor = await bench.page("trace", SIZE);
    context.onTestFinished(() => editor.close());
    await editor.send(fileOf(bytes));
    const refusal = editor.page.locator("main.refused");
    await refusal.waitFor();
    assert.match(await refusal.innerText(), told);
    assert.match(await refusal.innerText(), /film-laser\.lasertrace\.gz/);
  },
);
