// When a page stands still: components draw in tasks of their own, some once a frame, and within each other.
import type { Page } from "playwright-core";

/** Until all components have drawn, and what they in turn had drawn: two frames for what is drawn once a frame. */
export function waitForRender(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const drawnOf = (part: Element): Promise<unknown> =>
      Promise.resolve((part as unknown as { readonly updateComplete?: Promise<unknown> }).updateComplete);
    for (let frames = 0; frames < 2; frames++) {
      const parts = [...document.querySelectorAll("*")].filter(({ tagName }) => tagName.includes("-"));
      await Promise.all(parts.map(drawnOf));
      await new Promise(requestAnimationFrame);
    }
  });
}
