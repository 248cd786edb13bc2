// The patterns of figures and timeline in the trace editor: there in every pane, each under its own id.
import assert from "node:assert/strict";
import { table } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { PANES, traceMessage } from "../../support/webview/populatedPages.ts";
import { REAL } from "../../support/trace/recordedTrace.ts";

const bench = fileBench();

table(
  "every fill finds its pattern, which is defined once",
  PANES.map((name) => ({ name })),
  async ({ name }, context) => {
    const editor = await bench.page("trace", { width: 1200, height: 860 });
    context.onTestFinished(() => editor.close());
    await editor.send(traceMessage(REAL));
    await editor.page.locator(`#tab-${name}`).click();
    await editor.page.locator("laser-timeline .swatch").first().waitFor();
    const asked = await editor.page.evaluate(() => {
      const fills = [...document.querySelectorAll('[fill^="url("]')].map((part) =>
        part.getAttribute("fill")!,
      );
      return [...new Set(fills)].map((fill) => ({
        fill,
        found: document.querySelectorAll(`[id="${fill.slice("url(#".length, -1)}"]`).length,
      }));
    });
    assert.ok(asked.length >= 2, "relaxed and draft");
    for (const { fill, found } of asked) assert.equal(found, 1, fill);
  },
);
