// The plain run as pages show it: the baseline of other runs, which has no speed-up itself; and for those, which one it was.
import assert from "node:assert/strict";
import { test } from "vitest";
import { serialiseTrace } from "../../core/trace/index.ts";
import { table } from "../support/check.ts";
import { plainTrace, wordTokens } from "../support/trace/plainTraces.ts";
import { fileBench } from "../support/webview/fileBench.ts";
import type { PageName } from "../support/webview/page.ts";
import { hydrated, MIXED } from "../support/webview/panelStates.ts";
import { traceMessage } from "../support/webview/populatedPages.ts";
import { NO_PLAIN } from "../support/webview/traceEditorPage.ts";

const bench = fileBench();
const PLAIN = plainTrace(wordTokens("once upon a time"));

table(
  "a plain run has no speed-up, and none is offered",
  [
    { name: "in the side panel", page: "panel", message: hydrated(PLAIN) },
    { name: "in the trace editor", page: "trace", message: traceMessage(PLAIN) },
  ] satisfies readonly { readonly name: string; readonly page: PageName; readonly message: object }[],
  async ({ page: name, message }, context) => {
    const webview = await bench.page(name, { width: 1200, height: 860 });
    context.onTestFinished(() => webview.close());
    await webview.send(message);
    const { page } = webview;
    assert.match(await page.locator(".figures").first().innerText(), /EDL\s+1\.00/);
    assert.doesNotMatch(await page.locator(".figures").first().innerText(), /Speed-up/);
    if (name === "trace") {
      await page.locator("#tab-figures").click();
      assert.match(await page.locator("[data-figure=speed-up]").innerText(), /this is a plain run/);
    }
    assert.equal(await page.getByRole("button", { name: "Measure plain run" }).count(), 0);
  },
);

test("while a plain run is looked for, the trace editor calls nothing unmeasured and offers no measurement", async (context) => {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  await editor.send(traceMessage(MIXED.trace));
  const { page } = editor;
  await page.locator("#tab-figures").click();
  const speedUp = page.locator("[data-figure=speed-up]");
  assert.match(await page.locator(".figures").first().innerText(), /Speed-up\s+–/);
  assert.match(await page.locator(".quality").innerText(), /Words as plain\s+–/);
  assert.match(await speedUp.innerText(), /Looking for a plain run of the same prompt…/);
  assert.equal(await page.getByRole("button", { name: "Measure plain run" }).count(), 0);
  await editor.send(NO_PLAIN);
  assert.match(await page.locator(".figures").first().innerText(), /Speed-up\s+not measured/);
  assert.match(await page.locator(".quality").innerText(), /Words as plain\s+not measured/);
  assert.equal(await speedUp.getByRole("button", { name: "Measure plain run" }).count(), 1);
});

test("the trace editor says which plain run its speed-up is measured against", async (context) => {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  const { steps, request, result } = MIXED.trace;
  const plain = {
    ...PLAIN,
    ...{ createdAt: new Date(Date.parse(MIXED.trace.createdAt) - 4 * 60_000).toISOString() },
    device: MIXED.trace.device,
  };
  assert.ok(steps.length > 0 && request.strategy !== "plain" && result.tokens.length > 0);
  const bytes = new TextEncoder().encode(serialiseTrace(plain));
  await editor.send(traceMessage(MIXED.trace), { kind: "plain", file: { name: "plain", bytes } });
  assert.match(
    await editor.page.locator(".figures").first().innerText(),
    /Speed-up\s+\d+\.\d\d×.*against one plain run, \d.* tokens\/s, 4 minutes before this run; the answers diverge after \d+ tokens?/s,
  );
});
