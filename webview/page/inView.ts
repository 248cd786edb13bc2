// Keeps a token visible in its scrolling pane.

/** Margin between the token and the edge of the pane. */
const MARGIN_PX = 24;

/** Scrolls the pane, and nothing around it, by the least amount that shows the whole element. */
export function keepInView(pane: Element, element: Element): void {
  const [outer, inner] = [pane.getBoundingClientRect(), element.getBoundingClientRect()];
  const above = outer.top + MARGIN_PX - inner.top;
  const below = inner.bottom + MARGIN_PX - outer.bottom;
  if (above > 0) pane.scrollTop -= above;
  else if (below > 0) pane.scrollTop += below;
}
