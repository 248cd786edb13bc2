// The cursor while a filter is on: its token looks as it does without a filter, and its text is read in every theme.
import assert from "node:assert/strict";
import { table } from "../../support/check.ts";
import { contrast } from "../../support/webview/contrast.ts";
import { fileBench } from "../../support/webview/fileBench.ts";
import type { WebviewPage } from "../../support/webview/page.ts";
import { panelRun } from "../../support/webview/panelRuns.ts";
import { traceMessage } from "../../support/webview/populatedPages.ts";
import { THEME_KINDS } from "../../support/webview/themes.ts";

const bench = fileBench();

const MIXED = panelRun(16, 60).trace;

interface Look {
  readonly outline: string;
  readonly outlineColour: string;
  readonly background: string;
  readonly colour: string;
  /** The element with the outline. */
  readonly around: string;
}

const looksOf = ({ page }: WebviewPage): Promise<Look> =>
  page.locator('.stream .token[aria-selected="true"]').evaluate((token) => {
    const style = getComputedStyle(token);
    return {
      outline: `${style.outlineStyle} ${style.outlineWidth}`,
      outlineColour: style.outlineColor,
      background: style.backgroundColor,
      colour: style.color,
      around: getComputedStyle(token.closest(".stream")!).backgroundColor,
    };
  });

table(
  "the cursor's token is seen with a filter as without",
  THEME_KINDS.flatMap((theme) =>
    [
      { where: "in the answer, with the focus", hasFocus: true },
      { where: "in the answer, the focus elsewhere", hasFocus: false },
    ].map(({ where, hasFocus }) => ({ name: `${theme}: ${where}`, theme, hasFocus })),
  ),
  async ({ theme, hasFocus }, context) => {
    const editor = await bench.page("trace", { width: 1200, height: 860 });
    context.onTestFinished(() => editor.close());
    await editor.send(traceMessage(MIXED));
    await editor.theme(theme);
    const { page } = editor;
    const atCursor = async (filter: string): Promise<Look> => {
      await page.locator("#filter").fill(filter);
      if (hasFocus) {
        // A key came last, so that the focus is drawn.
        await page.locator('.stream [tabindex="0"]').focus();
        await page.keyboard.press("n");
        await page.keyboard.press("Shift+N");
      }
      return looksOf(editor);
    };
    await page.locator(".stream .token.rejected").nth(1).click();
    const plain = await atCursor("");
    const filtered = await atCursor("@verdict:rejected");
    assert.ok((await page.locator(".stream .token.faint").count()) > 0, "the filter is on");
    assert.deepEqual(filtered, plain);
    assert.equal(filtered.outline, hasFocus ? "solid 2px" : "solid 1px");
    // WCAG 2.2: 1.4.3 for text, 1.4.11 for what shows where the focus is.
    const { colour, background, outlineColour, around } = filtered;
    assert.ok(contrast(colour, background) >= 4.5, `${colour} on ${background}`);
    assert.ok(contrast(outlineColour, around) >= 3, `${outlineColour} on ${around}`);
  },
);
