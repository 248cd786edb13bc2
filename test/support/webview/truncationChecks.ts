// Text of twice the editor's usual size on a page, and which of the page's text then overflows its place.
import type { Page } from "playwright-core";
import { waitForLayout } from "./waitForRender.ts";

/** Twice 13 and 14 pixels, as an editor would set them; done when what observes sizes has seen it. */
export async function doubleText(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { style } = document.documentElement;
    style.setProperty("--vscode-font-size", "26px");
    style.setProperty("--vscode-editor-font-size", "28px");
  });
  await waitForLayout(page);
  // Chromium evaluates conditions on a container again when its size changes, not when its text does.
  const size = page.viewportSize()!;
  await page.setViewportSize({ ...size, width: size.width + 1 });
  await waitForLayout(page);
  await page.setViewportSize(size);
  await waitForLayout(page);
}

/** Parts with text that is cut or outside of the page, as markup; lines that end in "…" on purpose are not looked at. */
export function truncatedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = [
      ...document.querySelectorAll<HTMLElement>(
        "main button, summary, p, dt, dd, h2, h3, td, .detail, .head *, .description, .problem, .control > *",
      ),
    ];
    const isCut = (part: HTMLElement): boolean => {
      const { right, left } = part.getBoundingClientRect();
      const isInline = part.clientWidth === 0;
      return (
        left < 0 || right > window.innerWidth + 1 || (!isInline && part.scrollWidth > part.clientWidth + 1)
      );
    };
    // A table or a tree that is wider than the page scrolls in itself.
    const isSeen = (part: HTMLElement): boolean =>
      part.checkVisibility() &&
      part.closest(".sr-only, [role=grid], [role=tree], [role=region][tabindex]") === null;
    const cut = parts.filter((part) => isSeen(part) && isCut(part));
    const page = document.documentElement;
    return [
      ...cut.map((part) => part.outerHTML.replace(/<!--.*?-->/g, "").slice(0, 160)),
      ...(page.scrollWidth > window.innerWidth ? [`the page is ${page.scrollWidth} wide`] : []),
    ];
  });
}

/**
 * Controls that exist but can't be seen: without room, or outside of the page.
 * @param optional selector of what may disappear when room runs out
 */
export function hiddenControls(page: Page, optional: string): Promise<string[]> {
  return page.evaluate(
    (selector) =>
      [...document.querySelectorAll<HTMLElement>("button, input, select, summary")].flatMap((control) => {
        if (control.closest(selector) !== null) return [];
        const { width, height, left, right } = control.getBoundingClientRect();
        const scrolls = control.closest("[role=grid], [role=tree], .table") !== null;
        const isSeen = width > 0 && height > 0 && (scrolls || (left >= 0 && right <= window.innerWidth + 1));
        return isSeen ? [] : [control.outerHTML.replace(/<!--.*?-->/g, "").slice(0, 140)];
      }),
    optional,
  );
}

/** Words that a line break divides, in headings, tables and buttons; texts of models and files may be cut anywhere. */
export function brokenWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement!;
      if (parent.closest("h1, h2, h3, th, td, dt, button, summary, label") === null) continue;
      if (parent.closest("bdi, code, .token, .sr-only, .stream") !== null || !parent.checkVisibility())
        continue;
      for (const { 0: word, index } of (node.textContent ?? "").matchAll(/[\p{L}\d.]{2,}/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom)));
        if (lines.size > 1)
          found.push(`${word} in ${parent.outerHTML.replace(/<!--.*?-->/g, "").slice(0, 100)}`);
      }
    }
    return found;
  });
}
