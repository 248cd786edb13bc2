// Pages in little room, or with text of twice the size: words stay whole, and steps show what they drafted.
import assert from "node:assert/strict";
import { test } from "vitest";
import { table } from "../support/check.ts";
import { receivedRun } from "../support/webview/panelRuns.ts";
import { hydrated, MIXED, stepsButton } from "../support/webview/panelStates.ts";
import { POPULATED_PAGES, populated, type PopulatedPage } from "../support/webview/populatedPages.ts";
import { contrast } from "../support/webview/contrast.ts";
import { fileBench } from "../support/webview/fileBench.ts";
import { THEME_KINDS } from "../support/webview/themes.ts";
import { brokenWords, doubleText, truncatedTexts } from "../support/webview/truncationChecks.ts";
import { tracesMessage } from "../support/webview/comparePages.ts";
import { REAL } from "../support/trace/recordedTrace.ts";
import { treeRun } from "../support/trace/treeTraces.ts";

const bench = fileBench();

const TREES = receivedRun(await treeRun(3, { nodes: 31, steps: 14 }));

/** The least width of a side bar, and of half an editor area. */
const LEAST_PX = { panel: 250, others: 480 };

const PAGES: readonly PopulatedPage[] = [
  ...POPULATED_PAGES,
  {
    name: "the compare page with three traces",
    page: "compare",
    messages: [tracesMessage(REAL, MIXED.trace, TREES.trace)],
    open: ({ page }) => page.getByRole("button", { name: "All figures" }).click(),
  },
];

table("nothing is cut, and no line break divides a word", PAGES, async (shown, context) => {
  const { page } = await populated(bench, context, shown, { width: LEAST_PX.panel, height: 900 });
  assert.deepEqual(await truncatedTexts(page), []);
  assert.deepEqual(await brokenWords(page), [], "in the narrowest side bar or editor");
  if (shown.page !== "panel") {
    await page.setViewportSize({ width: LEAST_PX.others, height: 900 });
    assert.deepEqual(await brokenWords(page), [], "narrow");
  }
  await doubleText(page);
  assert.deepEqual(await brokenWords(page), [], "twice the size");
});

test("the check finds a word that is divided", async (context) => {
  const { page } = await populated(bench, context, POPULATED_PAGES[0]!);
  await page.evaluate(() => {
    const title = document.createElement("h2");
    title.style.setProperty("width", "3em");
    title.style.setProperty("overflow-wrap", "anywhere");
    title.textContent = "whole acceptance";
    document.querySelector("main")!.append(title);
  });
  assert.match((await brokenWords(page)).join(), /^acceptance in <h2/);
});

table(
  "the candidates' probabilities end at one edge",
  [250, 400, 600].map((width) => ({ name: `${width} pixels wide`, width })),
  async ({ width }, context) => {
    const panel = await bench.page("panel", { width, height: 900 });
    context.onTestFinished(() => panel.close());
    await panel.send(hydrated(MIXED.trace));
    await panel.page.locator(".stream .token.rejected").first().click();
    const edges = await panel.page
      .locator(".candidates tbody .probability")
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().right)));
    assert.ok(edges.length > 2, `${edges.length} candidates`);
    assert.equal(new Set(edges).size, 1, edges.join(", "));
  },
);

table(
  "a step whose draft has branches shows its line, its end and their number",
  [
    { name: "in a side bar", width: 300, isDouble: false },
    { name: "in a narrow one", width: 250, isDouble: false },
    { name: "with text of twice the size", width: 300, isDouble: true },
  ],
  async ({ width, isDouble }, context) => {
    const panel = await bench.page("panel", { width, height: 800 });
    context.onTestFinished(() => panel.close());
    await panel.send(hydrated(TREES.trace));
    if (isDouble) await doubleText(panel.page);
    await stepsButton(panel.page).click();
    await panel.page.locator("laser-step-list .folded").first().waitFor();
    const rows = await panel.page.locator("laser-step-list .row:has(.folded)").evaluateAll((all) =>
      all.slice(0, 5).map((row) => {
        const edge = row.getBoundingClientRect().right;
        const widthOf = (selector: string): number =>
          row.querySelector(selector)!.getBoundingClientRect().width;
        const last = [...row.children].findLast((part) => part.getBoundingClientRect().width > 0)!;
        return {
          chipsEm: widthOf(".chips") / Number.parseFloat(getComputedStyle(row).fontSize),
          folded: widthOf(".folded"),
          end: widthOf(".end"),
          beyond: last.getBoundingClientRect().right - edge,
        };
      }),
    );
    assert.ok(rows.length > 2, `${rows.length} rows`);
    for (const { chipsEm, folded, end, beyond } of rows) {
      assert.ok(chipsEm >= 3 && folded > 0 && end > 0, `${chipsEm} em of draft, ${folded} and ${end} pixels`);
      assert.ok(beyond <= 0, `cut by ${beyond}`);
    }
  },
);

table(
  "no text of a token is pale where contrast was asked for",
  [
    { name: "on black", theme: "high-contrast" },
    { name: "on white", theme: "high-contrast-light" },
  ] as const,
  async ({ theme }, context) => {
    const panel = await bench.page("panel");
    context.onTestFinished(() => panel.close());
    await panel.send(hydrated(MIXED.trace));
    await panel.theme(theme);
    const colours = await panel.page
      .locator(".stream .token")
      .evaluateAll((tokens) => [...new Set(tokens.map((token) => getComputedStyle(token).color))]);
    const text = await panel.page.locator("h1").evaluate((title) => getComputedStyle(title).color);
    assert.deepEqual(colours, [text]);
  },
);

test("the button under the pointer is readable in every theme", async (context) => {
  const panel = await bench.page("panel");
  context.onTestFinished(() => panel.close());
  await panel.send(hydrated(MIXED.trace));
  const button = panel.page.getByRole("button", { name: "Run Again" });
  for (const theme of THEME_KINDS) {
    await panel.theme(theme);
    await button.hover();
    const { text, background } = await button.evaluate((one) => {
      const { color, backgroundColor } = getComputedStyle(one);
      return { text: color, background: backgroundColor };
    });
    assert.match(background, /^rgb\(/, `${theme}: the page shows through`);
    assert.ok(contrast(text, background) >= 4.5, `${theme}: ${text} on ${background}`);
  }
});
