// The layout of the trace editor: panes and columns fit the window, text of twice the size is not cut.
import assert from "node:assert/strict";
import { test } from "vitest";
import { PANES } from "../../../webview/trace/traceState.ts";
import { table } from "../../support/check.ts";
import { truncatedTexts, doubleText } from "../../support/webview/truncationChecks.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import { REAL_TEXT } from "../../support/trace/recordedTrace.ts";
import { waitForLayout } from "../../support/webview/waitForRender.ts";
import { openedTrace, WIDE } from "../../support/webview/traceEditorPage.ts";

const bench = fileBench();

table(
  "with every pane the page fits its window",
  PANES.map((pane) => ({ name: pane, pane })),
  async ({ pane }, context) => {
    const { page } = await openedTrace(bench, context, REAL_TEXT);
    await page.locator(`#tab-${pane}`).click();
    await waitForLayout(page);
    const height = await page.evaluate(() => document.scrollingElement!.scrollHeight);
    assert.equal(height, WIDE.height);
  },
);

table(
  "text of twice the size is not cut",
  [
    { name: "wide", size: WIDE },
    { name: "narrow", size: { width: 420, height: 800 } },
  ],
  async ({ size }, context) => {
    const editor = await openedTrace(bench, context, REAL_TEXT, size);
    await doubleText(editor.page);
    for (const pane of ["step", "whatIf", "about"]) {
      await editor.page.locator(`#tab-${pane}`).click();
      await waitForLayout(editor.page);
      assert.deepEqual(await truncatedTexts(editor.page), [], pane);
    }
  },
);

table(
  "a candidate takes one line with its role and its button, and no figure of the table is cut",
  [480, 760, 1100, 1200, 1440].map((width) => ({ name: `${width} pixels wide`, width })),
  async ({ width }, context) => {
    const { page } = await openedTrace(bench, context, REAL_TEXT, { width, height: 860 });
    await waitForLayout(page);
    // The first candidate is the target's choice, was kept and drafted: the longest role there is.
    const [rolePx, rankPx] = await page
      .locator(".candidates tbody tr")
      .first()
      .evaluate((row) =>
        ["td.role", "td.rank"].map((cell) => row.querySelector(cell)!.getBoundingClientRect().height),
      );
    assert.match(await page.locator(".candidates td.role").first().innerText(), /^target, kept, drafted$/);
    assert.ok(rolePx! < 1.5 * rankPx!, `${rolePx} pixels, a line has ${rankPx}`);
    // A long token may take more lines than one; what is said of it stays beside it.
    const lowestPx = await page.locator(".candidates tbody tr").evaluateAll((rows) =>
      rows.map((row) => {
        const { top } = row.getBoundingClientRect();
        const cells = [...row.children].filter((cell) => cell.textContent.trim() !== "");
        return Math.max(...cells.map((cell) => cell.getBoundingClientRect().top - top));
      }),
    );
    assert.ok(Math.max(...lowestPx) < rankPx! / 2, `cells begin ${lowestPx.join()} pixels below their row`);
    // Bars are as long as there is room, or left out.
    const barPx = await page
      .locator(".candidates td.bar svg")
      .first()
      .evaluate((bar) => bar.getBoundingClientRect().width);
    assert.ok(width > 1400 ? barPx >= 60 : barPx === 0 || barPx >= 30, `bars of ${barPx} pixels`);
    const cut = await page
      .locator("laser-step-table [role=gridcell]")
      .evaluateAll((cells) =>
        cells
          .filter(
            (cell) => /^[\d.,]+$/.test(cell.textContent.trim()) && cell.scrollWidth > cell.clientWidth + 1,
          )
          .map((cell) => cell.textContent.trim()),
      );
    assert.deepEqual(cut, []);
  },
);

test("actions are side by side, and in a narrow page in a menu that closes after a choice", async (context) => {
  const editor = await openedTrace(bench, context, REAL_TEXT, WIDE);
  const { page } = editor;
  const [opener, csv] = ["Actions", "Export CSV…"].map((name) => page.getByRole("button", { name }));
  assert.deepEqual([await opener!.isVisible(), await csv!.isVisible()], [false, true]);
  await page.setViewportSize({ width: 420, height: 800 });
  assert.deepEqual([await opener!.isVisible(), await csv!.isVisible()], [true, false]);
  await opener!.focus();
  await page.keyboard.press("Enter");
  await csv!.click();
  await csv!.waitFor({ state: "hidden" });
  assert.deepEqual((await editor.sent()).at(-1), { kind: "command", command: "exportCsv" });
});

table(
  "the columns fill the window, and every head of the table of steps is in sight",
  [WIDE, { width: 1000, height: 700 }, { width: 1600, height: 1000 }].flatMap((size) =>
    [false, true].map((isDouble) => ({
      name: `${size.width} × ${size.height}${isDouble ? ", text of twice the size" : ""}`,
      size,
      isDouble,
    })),
  ),
  async ({ size, isDouble }, context) => {
    const { page } = await openedTrace(bench, context, REAL_TEXT, size);
    await (isDouble ? doubleText(page) : waitForLayout(page));
    const seen = await page.evaluate(() => {
      const { scrollHeight, clientHeight } = document.scrollingElement!;
      const table = document.querySelector("laser-step-table")!;
      const { left } = table.getBoundingClientRect();
      const heads = [...table.querySelectorAll("[role=columnheader]")].map((head) => {
        const shown = head.getBoundingClientRect();
        return { title: head.textContent.trim(), from: shown.left - left, to: shown.right - left };
      });
      const columns = document.querySelector(".columns")!.getBoundingClientRect();
      return { heads, widthPx: table.clientWidth, below: scrollHeight - clientHeight, columns };
    });
    assert.equal(seen.heads.length, 9);
    for (const { title, from, to } of seen.heads)
      assert.ok(from >= 0 && to <= seen.widthPx + 1, `${title}: ${from} to ${to} of ${seen.widthPx}`);
    // Large text has no room for columns: there the page scrolls.
    if (isDouble) return;
    assert.equal(seen.below, 0);
    assert.ok(seen.columns.bottom > size.height - 20, `the columns end at ${seen.columns.bottom}`);
  },
);
