// Keeps a token visible in its scrolling pane. It must not know what a token is.

/** What stays between the token and the edge of the pane. */
const MARGIN_PX = 24;

/** Scrolls the pane, and nothing around it, as little as shows all of the element. */
export function keepInView(pane: Element, element: Element): void {
  const [outer, inner] = [pane.getBoundingClientRect(), element.getBoundingClientRect()];
  const above = outer.top + MARGIN_PX - inner.top;
  const below = inner.bottom + MARGIN_PX - outer.bottom;
  if (above > 0) pane.scrollTop -= above;
  else if (below > 0) pane.scrollTop += below;
}
