// Traces of runs that failed, or ended before their first step: the page says why, and still shows what was asked for.
import assert from "node:assert/strict";
import { table } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { panelRun } from "../../support/webview/panelRuns.ts";
import { traceMessage } from "../../support/webview/populatedPages.ts";
import type { Trace } from "../../../core/trace/index.ts";

const bench = fileBench();

const MIXED = panelRun(16, 60).trace;
const REASON = "The device ran out of memory.";

function ended(trace: Trace, message: string | null): Trace {
  if (message === null) return { ...trace, result: { ...trace.result, finish: "stopped" } };
  const error = { code: "outOfMemory", message };
  return { ...trace, result: { ...trace.result, finish: "failed", error } };
}

function withoutSteps(trace: Trace): Trace {
  return { ...trace, steps: [], result: { ...trace.result, tokens: [], text: "" } };
}

table(
  "the reason of a failure is on the page, and About if there is nothing else",
  [
    { name: "in the midst of the answer", trace: ended(MIXED, REASON), says: REASON },
    { name: "before the first step", trace: ended(withoutSteps(MIXED), REASON), says: REASON },
    { name: "stopped before the first step", trace: ended(withoutSteps(MIXED), null), says: null },
    {
      name: "markup and signs that turn text round",
      trace: ended(MIXED, "<img src=x>\n\u202eb"),
      says: "<img src=x>⏎<U+202E>b",
    },
  ],
  async ({ trace, says }, context) => {
    const editor = await bench.page("trace", { width: 1200, height: 860 });
    context.onTestFinished(() => editor.close());
    await editor.send(traceMessage(trace));
    const { page } = editor;
    assert.deepEqual(await page.locator("header > .error p").allTextContents(), says === null ? [] : [says]);
    assert.equal(await page.locator("img").count(), 0);
    const hasSteps = trace.steps.length > 0;
    assert.equal(await page.locator(".columns").count(), hasSteps ? 1 : 0);
    if (!hasSteps) assert.match(await page.locator(".about").innerText(), /Recorded[^]*Model[^]*Prompt/);
    assert.deepEqual(await editor.axe(), []);
  },
);
