// The timeline within the trace editor: it is drawn where it measures, so that a click chooses the step drawn there.
import assert from "node:assert/strict";
import { test } from "vitest";
import { waitForRender } from "../../support/webview/waitForRender.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { panelRun } from "../../support/webview/panelRuns.ts";
import { traceMessage } from "../../support/webview/populatedPages.ts";
import { scalesOf } from "../../../webview/timeline/columns.ts";
import { lanesOf } from "../../../webview/timeline/lanes.ts";

const bench = fileBench();

const MIXED = panelRun(16, 60).trace;
const STEPS = MIXED.steps.length;

test("all steps fit, and a click at either edge of a step chooses it", async (context) => {
  const editor = await bench.page("trace", { width: 1200, height: 860 });
  context.onTestFinished(() => editor.close());
  await editor.send(traceMessage(MIXED));
  const { page } = editor;
  const slider = page.getByRole("slider", { name: "Step", exact: true });
  const shown = await slider.evaluate((pane) => {
    const canvas = pane.querySelector("canvas")!.getBoundingClientRect();
    return {
      inPane: canvas.left - pane.getBoundingClientRect().left,
      overflow: pane.scrollWidth - pane.clientWidth,
      left: canvas.left,
      middle: (canvas.top + canvas.bottom) / 2,
      width: canvas.width,
      em: Number.parseFloat(getComputedStyle(pane).fontSize),
    };
  });
  assert.deepEqual({ inPane: shown.inPane, overflow: shown.overflow }, { inPane: 0, overflow: 0 });
  const { left } = lanesOf(shown.width, shown.em, scalesOf(MIXED.steps));
  const stepPx = Math.min(14, (shown.width - left) / STEPS);
  for (const step of [2, Math.floor(STEPS / 2), STEPS - 1])
    for (const px of [1, stepPx - 1]) {
      await page.mouse.click(shown.left + left + step * stepPx + px, shown.middle);
      await waitForRender(page);
      assert.equal(
        await slider.getAttribute("aria-valuenow"),
        `${step + 1}`,
        `${px} px into step ${step + 1}`,
      );
      await page.locator(`.stream [data-step="0"]`).first().click();
      await waitForRender(page);
    }
});
