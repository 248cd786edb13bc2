// Each page in a pseudo-locale: every text that is shown or read out is in the brackets of its bundle. What remains outside
// is data:
// texts that the page was sent.
import assert from "node:assert/strict";
import { afterAll, beforeAll } from "vitest";
import { SETTING_NAMES } from "../../core/settings/index.ts";
import { table } from "../support/check.ts";
import { pseudoBundle, untranslatedParts } from "../support/pseudoLocale.ts";
import { WebviewBench } from "../support/webview/page.ts";
import { POPULATED_PAGES } from "../support/webview/populatedPages.ts";

let bench: WebviewBench;
beforeAll(async () => {
  bench = await WebviewBench.open(null, { code: "qps-ploc", translations: pseudoBundle() });
});
afterAll(async () => {
  await bench.close();
});

/** Runs in the page: its visible texts, and those that only screen readers and pointers meet. */
function textsOnShow(): readonly string[] {
  const found: string[] = [];
  const walk = (root: ParentNode & Node): void => {
    for (const element of root.querySelectorAll<HTMLElement>("*")) {
      for (const name of ["aria-label", "title", "placeholder", "aria-description"])
        if (element.hasAttribute(name)) found.push(element.getAttribute(name) ?? "");
      if (element.shadowRoot !== null) walk(element.shadowRoot);
      if (element.closest("script, style, .token, .text, pre, code, bdi, kbd") !== null) continue;
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      if (own.length > 0) found.push(element.textContent);
    }
  };
  walk(document.body);
  return found.filter((text) => text.trim() !== "");
}

/** One state a page; the trace editor's panes are opened one after another. */
const SHOWN = POPULATED_PAGES.filter(
  ({ page }, index) => POPULATED_PAGES.findIndex((other) => other.page === page) === index,
);
/** Texts that the pages were sent as bytes, and names of settings, which the editor itself makes of their keys. */
const DATA = [
  /^Film \d+ is about|^The variable "genre"|^Describe the movie\.$|drama film caf|naïve movie|naïve|<U\\+FEFF>/,
  new RegExp(`${SETTING_NAMES.map(titleOf).join("|")}|GPU layers|JSON schema`),
];
const PANES = ["figures", "whatIf", "about"];

/** E.g. "Max consecutive relaxed" of guards.maxConsecutiveRelaxed. */
function titleOf(name: string): string {
  const words = (name.split(".").at(-1) ?? name).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

table("no text of a page is left untranslated", SHOWN, async ({ page: name, messages }) => {
  const webview = await bench.page(name, { width: 1200, height: 860 });
  const { page } = webview;
  await webview.send(...messages);
  const texts = [...(await page.evaluate(textsOnShow))];
  if (name === "trace")
    for (const pane of PANES) {
      await page.locator(`#tab-${pane}`).click();
      texts.push(...(await page.evaluate(textsOnShow)));
    }
  if (name === "table") {
    await page.locator("#run-row-1").click();
    texts.push(...(await page.evaluate(textsOnShow)));
  }
  assert.ok(
    texts.some((text) => text.includes("⟦")),
    "the page does not use the bundle",
  );
  const data = JSON.stringify(messages);
  const left = texts
    .flatMap(untranslatedParts)
    .filter((part) => !data.includes(part) && !DATA.some((pattern) => pattern.test(part)));
  await webview.close();
  assert.deepEqual([...new Set(left)], []);
});
