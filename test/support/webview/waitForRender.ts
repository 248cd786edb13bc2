// When a page has settled: components draw in their own tasks, some once per frame, and within each other.
import type { Page } from "playwright-core";

/** Until all components have drawn, and what they in turn had drawn: two frames for what is drawn once per frame. */
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

/**
 * Until all components have drawn and nothing has moved for two frames: what observes sizes draws once per frame, and may
 * change the size of the next that does.
 */
export function waitForLayout(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const drawnOf = (part: Element): Promise<unknown> =>
      Promise.resolve((part as unknown as { readonly updateComplete?: Promise<unknown> }).updateComplete);
    const layoutOf = (parts: readonly Element[]): string =>
      parts
        .map((part) => {
          const { x, y, width, height } = part.getBoundingClientRect();
          return `${x} ${y} ${width} ${height}`;
        })
        .join();
    let last = "";
    for (let stillFrames = 0; stillFrames < 2;) {
      await Promise.all([...document.querySelectorAll("*")].map(drawnOf));
      await new Promise(requestAnimationFrame);
      const layout = layoutOf([...document.querySelectorAll("body *")]);
      stillFrames = layout === last ? stillFrames + 1 : 0;
      last = layout;
    }
  });
}
