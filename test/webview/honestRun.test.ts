// What a run says against itself: that its answer repeats itself, that its text may depend on timing, what relaxed verification
// changed, and which part of it an earlier run wrote.
import assert from "node:assert/strict";
import { test } from "vitest";
import { loopOf } from "../../core/inspect/index.ts";
import { inheritedText, type Trace } from "../../core/trace/index.ts";
import { table } from "../support/check.ts";
import { plainTrace, wordTokens } from "../support/trace/plainTraces.ts";
import { REAL } from "../support/trace/recordedTrace.ts";
import { fileBench } from "../support/webview/fileBench.ts";
import { hydrated } from "../support/webview/panelStates.ts";
import { traceMessage } from "../support/webview/populatedPages.ts";
import { NO_PLAIN } from "../support/webview/traceEditorPage.ts";

const bench = fileBench();

const LOOPING = plainTrace(
  wordTokens(`Once upon a time${" and all of them live happily in the same small house".repeat(5)}`),
);

interface Shown {
  readonly page: "panel" | "trace";
  readonly messageOf: (trace: Trace) => object;
}
const PAGES: readonly (Shown & { readonly name: string })[] = [
  { name: "in the side panel", page: "panel", messageOf: hydrated },
  { name: "in the trace editor", page: "trace", messageOf: traceMessage },
];

table("an answer that ends in a loop is not praised", PAGES, async ({ page: name, messageOf }, context) => {
  const webview = await bench.page(name, { width: 1200, height: 860 });
  context.onTestFinished(() => webview.close());
  const { page } = webview;
  await webview.send(messageOf(REAL));
  assert.equal(await page.locator(".badge").count(), 0);
  await webview.send(messageOf(LOOPING));
  const before = loopOf(LOOPING)!.stepsBefore;
  assert.match(
    await page.locator(".badge").innerText(),
    new RegExp(`repeats itself from token ${before + 1}$`),
  );
  assert.match(await page.locator(".figures").first().innerText(), /EDL\s+1\.00\s+1\.00 overall/);
  assert.equal(await page.locator(".stream .token.in-loop").count(), LOOPING.steps.length - before);
  assert.equal(await page.locator(".stream .token.loop-first").count(), 1);
});

table(
  "a run whose text depends on timing, or whose pool was not read whole, says so",
  PAGES,
  async ({ page: name, messageOf }, context) => {
    const webview = await bench.page(name, { width: 1200, height: 860 });
    context.onTestFinished(() => webview.close());
    const title = webview.page.locator(".title");
    await webview.send(messageOf(REAL));
    assert.match(await title.innerText(), /text may depend on timing/);
    await webview.send(messageOf(LOOPING));
    assert.doesNotMatch(await title.innerText(), /timing|left out/);
    assert.ok(REAL.pool !== null);
    await webview.send(messageOf({ ...REAL, pool: { ...REAL.pool, skippedLines: 1 } }));
    assert.match(await title.innerText(), /1 bad line of the pool left out/);
  },
);

table("text of an earlier run stands in front, greyed", PAGES, async ({ page: name, messageOf }, context) => {
  const webview = await bench.page(name, { width: 1200, height: 860 });
  context.onTestFinished(() => webview.close());
  const trace: Trace = { ...REAL, request: { ...REAL.request, inheritedTokens: 1 } };
  await webview.send(messageOf(trace));
  const part = webview.page.locator(".stream .inherited");
  assert.equal(await part.innerText(), inheritedText(trace.request, trace.tokens));
  const [own, text] = await webview.page.evaluate(() =>
    [".stream .inherited", "h1"].map((selector) => getComputedStyle(document.querySelector(selector)!).color),
  );
  assert.notEqual(own, text);
});

test("a run that continues another leads to its trace", async (context) => {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  const { request } = REAL;
  const parent = {
    ...{ createdAt: REAL.createdAt, file: "earlier.lasertrace", tokensBefore: 1 },
    ...{ token: null, was: request.promptTokens[0]! },
  };
  await editor.send(traceMessage({ ...REAL, request: { ...request, inheritedTokens: 1, parent } }));
  assert.match(await editor.page.locator(".parent").innerText(), /^Continues/);
  await editor.page.getByRole("button", { name: "Open the earlier run" }).click();
  assert.deepEqual((await editor.sent()).at(-1), { kind: "command", command: "openParent" });
});

test("what relaxed verification changed is listed, and leads to its place", async (context) => {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  const { page } = editor;
  await editor.send(traceMessage(REAL), NO_PLAIN);
  await page.locator("#tab-figures").click();
  const relaxed = REAL.steps.flatMap(({ index, verdicts }) =>
    verdicts.flatMap(({ kind }, place) => (kind === "relaxed" ? [{ step: index, place }] : [])),
  );
  assert.ok(relaxed.length > 0);
  const changes = page.locator(".changes li button");
  assert.equal(await changes.count(), relaxed.length);
  assert.match((await changes.first().getAttribute("title")) ?? "", /became .*nats given up$/);
  assert.match(await page.locator(".quality").innerText(), /Words as plain\s+not measured/);
  await changes.first().click();
  const { step, place } = relaxed[0]!;
  assert.equal(
    await page.locator(`.stream [data-step="${step}"][data-place="${place}"]`).getAttribute("aria-selected"),
    "true",
  );
});
