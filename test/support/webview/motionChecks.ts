// What of a page moves, or would when something changes: animations that run, transitions, smooth scrolling; within
// shadow roots as well.
import type { Page } from "playwright-core";

/** One line for each element that moves; empty = none. */
export function movingElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const moving = document.getAnimations().map((animation) => {
      const { target } = animation.effect as KeyframeEffect;
      return `an animation of ${target?.tagName.toLowerCase() ?? "nothing"}`;
    });
    const visit = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll("*")) {
        for (const pseudo of [undefined, "::before", "::after"]) {
          const style = getComputedStyle(element, pseudo);
          const has = (list: string): boolean => list.split(",").some((value) => parseFloat(value) > 0);
          const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}${pseudo ?? ""}`;
          if (has(style.transitionDuration) || has(style.transitionDelay))
            moving.push(`${name}: transition of ${style.transitionProperty}`);
          if (style.animationName !== "none") moving.push(`${name}: animation ${style.animationName}`);
          if (pseudo === undefined && style.scrollBehavior !== "auto")
            moving.push(`${name}: scrolls ${style.scrollBehavior}`);
        }
        if (element.shadowRoot !== null) visit(element.shadowRoot);
      }
    };
    visit(document);
    return [...new Set(moving)];
  });
}
