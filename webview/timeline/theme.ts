// The theme colours that the canvas needs, and a notification when they change.
import type { Palette } from "./lanes.ts";

/** @param element an element of the page, whose style sheet defines the variables */
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
    loop: colour("--loop"),
    font: style.fontFamily,
  };
}

/** Editors change the theme by variables on the root and classes on the body. Stop it with `disconnect`. */
export function onThemeChange(changed: () => void): MutationObserver {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributeFilter: ["style", "class", "data-vscode-theme-kind"] });
  return observer;
}
