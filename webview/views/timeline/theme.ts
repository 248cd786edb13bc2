// The colours of the theme as a canvas needs them, and word when they change. It must not know what is painted.
import type { Palette } from "./paint.ts";

/** @param element one in the page, whose style sheet defines the variables */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim() || style.color;
  return {
    text: style.color,
    quiet: colour("--quiet"),
    grid: colour("--chart-grid"),
    kept: colour("--accepted"),
    relaxed: colour("--relaxed"),
    rejected: colour("--rejected"),
    verify: colour("--chart-time"),
    draft: colour("--chart-draft"),
    flip: colour("--correction"),
    font: style.fontFamily,
  };
}

/** An editor changes its theme by variables on the root and classes on the body. Ends with `disconnect`. */
export function onThemeChange(changed: () => void): MutationObserver {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributeFilter: ["style", "class", "data-vscode-theme-kind"] });
  return observer;
}
