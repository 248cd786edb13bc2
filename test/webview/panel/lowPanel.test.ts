// The panel at the height that the side bar leaves when every view is open in a small window, as at twice the size: its head is
// one line, and tokens are in view.
import assert from "node:assert/strict";
import { table } from "../../support/check.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { hydrated, MIXED, stepsButton } from "../../support/webview/panelStates.ts";
import { messagesOf } from "../../support/webview/panelRuns.ts";

const bench = fileBench();

/** The least height that VS Code gives an open view. */
const LEAST_HEIGHT_PX = 120;
const RUNNING = messagesOf(MIXED).slice(0, -1);
const ENDED = [hydrated(MIXED.trace)];

table(
  "a view of the least height shows three lines",
  [
    { name: "of an answer that has ended", messages: ENDED, view: "text", width: 300 },
    { name: "of an answer that is being written", messages: RUNNING, view: "text", width: 300 },
    { name: "of steps", messages: ENDED, view: "steps", width: 300 },
    { name: "of an answer in a narrow side bar", messages: ENDED, view: "text", width: 248 },
    { name: "of steps of a run in a narrow side bar", messages: RUNNING, view: "steps", width: 248 },
  ],
  async ({ messages, view, width }, context) => {
    const panel = await bench.page("panel", { width, height: LEAST_HEIGHT_PX });
    context.onTestFinished(() => panel.close());
    await panel.send(...messages);
    if (view === "steps") await stepsButton(panel.page).click();
    // A running run is drawn once per frame.
    await panel.page
      .locator(view === "text" ? ".stream .token" : "laser-step-list .chip")
      .first()
      .waitFor();
    const lines = await panel.page.evaluate(
      (selector) => {
        const list = document.querySelector(selector.list)!.getBoundingClientRect();
        const bottom = Math.min(list.bottom, window.innerHeight);
        const tops = [...document.querySelectorAll(selector.token)]
          .map((token) => token.getBoundingClientRect())
          .filter((box) => box.top >= list.top && box.bottom <= bottom && box.height > 0)
          .map((box) => (box.top + box.bottom) / 2)
          .sort((a, b) => a - b);
        // Tokens of one line differ by some pixels.
        return tops.filter((top, i) => i === 0 || top - tops[i - 1]! > 8).length;
      },
      view === "text"
        ? { list: ".stream", token: ".stream .token" }
        : { list: "laser-step-list", token: ".row .chip" },
    );
    assert.ok(lines >= 3, `${lines} lines of tokens`);
    const { scrollWidth, clientWidth } = await panel.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return { scrollWidth, clientWidth };
    });
    assert.ok(scrollWidth <= clientWidth, `${scrollWidth} of ${clientWidth}`);
  },
);

table(
  "the card of a token shows its verdict",
  [
    { name: "in a view of the least height", width: 300, height: LEAST_HEIGHT_PX, linePx: 0 },
    { name: "in a narrow side bar with other views open", width: 250, height: 340, linePx: 18 },
  ],
  async ({ width, height, linePx }, context) => {
    const panel = await bench.page("panel", { width, height });
    context.onTestFinished(() => panel.close());
    await panel.send(...ENDED);
    await panel.page.locator(".stream .token.rejected").first().click();
    const box = (await panel.page.locator(".card .sentence").boundingBox())!;
    assert.ok(box.y > 0 && box.y + linePx < height, `the verdict begins at ${box.y}`);
  },
);
