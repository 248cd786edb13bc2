// What a page shows below its end, and panes that let it get there: what is positioned in a pane that scrolls, and is
// not itself positioned, belongs to the page and makes that scroll into nothing.
import type { Page } from "playwright-core";

/** What is wrong; panes by their classes or names. */
export function overflowProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollHeight } = document.scrollingElement!;
    const endPx = Math.max(window.innerHeight, Math.ceil(document.body.getBoundingClientRect().height));
    // A field of several lines scrolls only its text.
    const panes = [...document.querySelectorAll<HTMLElement>("body :not(textarea)")].filter((part) => {
      const { overflowX, overflowY, position } = getComputedStyle(part);
      return /auto|scroll/.test(`${overflowX} ${overflowY}`) && position === "static";
    });
    return [
      ...(scrollHeight > endPx ? [`of its ${scrollHeight} pixels ${scrollHeight - endPx} are empty`] : []),
      ...new Set(panes.map((pane) => pane.className || pane.localName)),
    ];
  });
}
