// What a reader sees of the trace editor once it is filtered, scrolled, shown again or clicked beside its tokens.
import assert from "node:assert/strict";
import { test, type TestContext } from "vitest";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { panelRun } from "../../support/webview/panelRuns.ts";
import { traceMessage } from "../../support/webview/populatedPages.ts";
import { longTrace } from "../../support/trace/longTrace.ts";
import { WIDE } from "../../support/webview/traceEditorPage.ts";
import { waitForLayout } from "../../support/webview/waitForRender.ts";

const bench = fileBench();
const MIXED = panelRun(16, 60).trace;

async function opened(context: TestContext): Promise<WebviewPage> {
  const editor = await bench.page("trace", { width: 1200, height: 700 });
  context.onTestFinished(() => editor.close());
  await editor.send(traceMessage(MIXED));
  return editor;
}

test("a rejected draft that a filter leaves out keeps its box and its strike", async (context) => {
  const { page } = await opened(context);
  await page.locator("#filter").fill("@verdict:plain");
  const looks = await page
    .locator(".stream .token.rejected.faint")
    .first()
    .evaluate((token) => {
      const { textDecorationLine, borderTopStyle, borderTopColor } = getComputedStyle(token);
      return [textDecorationLine, borderTopStyle, borderTopColor === "rgba(0, 0, 0, 0)"];
    });
  assert.deepEqual(looks, ["line-through", "dashed", false]);
});

test("a line marks only those of its tokens that are relaxed or corrected, not the whole line", async (context) => {
  const { page } = await opened(context);
  await page.locator(".granularity button", { hasText: "line" }).click();
  const mixed = page.locator(".stream .token:has(.part.accepted):has(.part.relaxed)").first();
  await mixed.waitFor();
  const looks = await mixed.evaluate((line) => {
    const lineOf = (element: Element): string => {
      const { textDecorationLine, textDecorationStyle } = getComputedStyle(element);
      return `${textDecorationLine} ${textDecorationStyle}`;
    };
    const part = (name: string): Element => line.querySelector(`.part.${name}`)!;
    return [lineOf(line), lineOf(part("accepted")), lineOf(part("relaxed"))];
  });
  assert.deepEqual(looks, ["none solid", "underline solid", "underline wavy"]);
  // Its text is that of its tokens, in their order.
  const [shown, parts] = await mixed.evaluate((line) => [
    line.textContent,
    [...line.querySelectorAll(".part")].map(({ textContent }) => textContent).join(""),
  ]);
  assert.equal(shown, parts);
});

test("figures stand out from their names and details, and names of a card's values keep one line", async (context) => {
  const { page } = await opened(context);
  const weightOf = (selector: string): Promise<number> =>
    page
      .locator(selector)
      .first()
      .evaluate((part) => Number(getComputedStyle(part).fontWeight));
  assert.ok((await weightOf(".figures .value")) >= 600);
  for (const part of ["dt", ".detail"]) assert.ok((await weightOf(`.figures ${part}`)) <= 400, part);
  const names = await page
    .locator(".card .origin dt")
    .evaluateAll((all) =>
      all.map((name) => [name.textContent, Math.round(name.getBoundingClientRect().height)] as const),
    );
  assert.ok(names.length > 3);
  const linePx = Math.min(...names.map(([, px]) => px));
  assert.deepEqual(
    names.filter(([, px]) => px > 1.5 * linePx),
    [],
  );
});

test("no row shows above the heading of the card", async (context) => {
  const { page } = await opened(context);
  const abovePx = await page.locator("#pane").evaluate((pane) => {
    pane.scrollTop = 100;
    const heading = pane.querySelector(".card header")!.getBoundingClientRect();
    return [pane.scrollTop, heading.top - pane.getBoundingClientRect().top];
  });
  assert.equal(abovePx[0], 100, "the pane is too short to scroll: this test could not fail");
  assert.ok(abovePx[1]! <= 0.5, `${abovePx[1]} pixels`);
});

test("the last token of a long answer is in view as a whole, and so is the first again", async (context) => {
  const editor = await bench.page("trace", WIDE);
  context.onTestFinished(() => editor.close());
  await editor.send(traceMessage(longTrace(5, 2000)));
  const { page } = editor;
  await page.locator(".stream .token").first().click();
  for (const key of ["End", "Home"]) {
    await page.keyboard.press(key);
    await waitForLayout(page);
    const beyondPx = await page.locator(".stream [aria-selected=true]").evaluate((token) => {
      const [at, stream] = [token.getBoundingClientRect(), token.closest(".stream")!.getBoundingClientRect()];
      return Math.max(stream.top - at.top, at.bottom - stream.bottom);
    });
    assert.ok(beyondPx <= 0, `${key}: ${beyondPx} pixels are out of view`);
  }
});

test("the table shows the chosen step when it gets its room back", async (context) => {
  const { page } = await opened(context);
  const last = MIXED.steps.length - 1;
  await page.locator("laser-step-table").focus();
  await page.keyboard.press("End");
  const isShown = async (): Promise<boolean> => {
    await waitForLayout(page);
    return page.locator("laser-step-table").evaluate((grid, step) => {
      const row = grid.querySelector(`[data-step="${step}"]`)?.getBoundingClientRect();
      const { top, bottom } = grid.getBoundingClientRect();
      return row !== undefined && row.top >= top && row.bottom <= bottom + 1;
    }, last);
  };
  assert.ok(await isShown());
  await page.setViewportSize({ width: 1200, height: 1100 });
  await page.locator("laser-step-table").evaluate((grid) => {
    grid.scrollTop = 0;
    grid.style.setProperty("display", "none");
    return new Promise(requestAnimationFrame);
  });
  await page.locator("laser-step-table").evaluate((grid) => {
    grid.style.removeProperty("display");
  });
  assert.ok(await isShown());
});

test("keys of the answer work after a click beside its tokens", async (context) => {
  const { page } = await opened(context);
  const chosen = page.locator('.stream .token[aria-selected="true"]');
  const before = await chosen.getAttribute("data-step");
  await page.locator("laser-stream").evaluate((stream) => {
    stream.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });
  await page.keyboard.press("r");
  assert.notEqual(await chosen.getAttribute("data-step"), before);
});
