// The Figures view for everyone: nothing that axe would name, parts that are seen in every theme, large text, no motion.
import assert from "node:assert/strict";
import { test } from "vitest";
import { chartsBench, MIXED, WITH_PLAIN } from "../../support/webview/chartsPage.ts";
import { table } from "../../support/check.ts";
import { contrast } from "../../support/webview/contrast.ts";
import { truncatedTexts, doubleText } from "../../support/webview/truncationChecks.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { THEME_KINDS } from "../../support/webview/themes.ts";
import { randomTrace } from "../../support/trace/randomTraces.ts";
import type { ToCharts } from "../fixtures/chartsPage.ts";

const opened = chartsBench();
const STRICT = randomTrace(17, 60);

interface AxeRow {
  readonly name: string;
  readonly message: ToCharts;
  readonly opens?: true;
}

table<AxeRow>(
  "axe finds nothing",
  [
    { name: "drawn", message: WITH_PLAIN },
    { name: "opened as tables", message: WITH_PLAIN, opens: true },
    { name: "nothing relaxed and no plain run", message: { kind: "show", trace: STRICT } },
    { name: "no steps", message: { kind: "show", trace: MIXED, steps: 0 } },
  ],
  async ({ message, opens }, context) => {
    const charts = await opened(context, message);
    if (opens)
      for (const button of await charts.page.getByRole("button", { name: /^(Table|Definition)/ }).all())
        await button.click();
    assert.deepEqual(await charts.axeInThemes(), []);
  },
);

table(
  "what parts are drawn with is seen",
  THEME_KINDS.map((name) => ({ name })),
  async ({ name }, context) => {
    const charts = await opened(context, WITH_PLAIN);
    await charts.theme(name);
    const seen = await charts.page.evaluate(() => {
      const colours = [
        ...document.querySelectorAll('svg [class*="look-"], svg [class*="line-"], .diamond, .cursor path'),
      ].map((part) => {
        const { stroke, fill, color } = getComputedStyle(part);
        const ink = stroke === "none" ? (fill.startsWith("url") ? color : fill) : stroke;
        return [part.getAttribute("class")!, ink] as const;
      });
      return { colours: [...new Map(colours)], background: getComputedStyle(document.body).backgroundColor };
    });
    assert.ok(seen.colours.length >= 10, `${seen.colours.length} kinds of parts`);
    for (const [part, ink] of seen.colours) {
      // WCAG 2.2, 1.4.11: what carries meaning.
      assert.ok(contrast(ink, seen.background) >= 3, `${part}: ${ink} on ${seen.background}`);
    }
  },
);

table(
  "text of twice the size fits",
  [420, 900].map((width) => ({ name: `${width} wide`, width })),
  async ({ width }, context) => {
    const charts = await opened(context, WITH_PLAIN, { width, height: 800 });
    const before = await heightOf(charts);
    await doubleText(charts.page);
    await charts.page.waitForFunction((low) => document.body.scrollHeight > 1.5 * low, before);
    assert.deepEqual(await truncatedTexts(charts.page), []);
    const outside = await charts.page.locator("laser-figures svg.chart text").evaluateAll((texts) =>
      texts.flatMap((text) => {
        const [own, chart] = [text.getBoundingClientRect(), text.closest("svg")!.getBoundingClientRect()];
        const isInside =
          own.left >= chart.left - 1 && own.right <= chart.right + 1 && own.bottom <= chart.bottom + 1;
        return isInside ? [] : [text.textContent];
      }),
    );
    assert.deepEqual(outside, []);
  },
);

const heightOf = ({ page }: WebviewPage) => page.evaluate(() => document.body.scrollHeight);

test("nothing moves", async (context) => {
  const charts = await opened(context, { kind: "show", trace: MIXED });
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    await charts.page.emulateMedia({ reducedMotion });
    assert.equal(await charts.page.evaluate(() => document.getAnimations().length), 0, reducedMotion);
  }
});
