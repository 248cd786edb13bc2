// Where the reader of a long page is: the scroll position, the heading in view, how much the page head
// covers, and what gets the focus after the next render.

/** Distance from the head within which a heading counts as in view, in CSS pixels. */
const IN_VIEW_PX = 40;

/** Minimum widths for two and for three columns, in em. */
const TWO_COLUMNS = 58;
const THREE_COLUMNS = 74;

/**
 * Provides the style sheet with the number of columns that fit (`data-room` of the page) and the height that the head
 * covers (`--head-height`), so that scrolling stops below it. Container queries could do the first, but Chromium does
 * not re-evaluate them if only the size of text changes. Call the returned function to stop.
 */
export function watchRoom(page: HTMLElement, head: Element): () => void {
  const observer = new ResizeObserver(() => {
    const width = page.clientWidth / parseFloat(getComputedStyle(page).fontSize);
    page.dataset.room = width >= THREE_COLUMNS ? "three" : width >= TWO_COLUMNS ? "two" : "one";
    // Set by script, because the page's content policy forbids style attributes.
    document.documentElement.style.setProperty("--head-height", `${covered(head)}px`);
  });
  observer.observe(head);
  observer.observe(document.documentElement);
  return () => {
    observer.disconnect();
  };
}

function covered(head: Element): number {
  return getComputedStyle(head).position === "sticky" ? head.getBoundingClientRect().height : 0;
}

/** The last heading that is not below the head, otherwise the first; null if there is none. */
export function headingInView(headings: readonly HTMLElement[], head: Element | null): HTMLElement | null {
  const below = (head === null ? 0 : covered(head)) + IN_VIEW_PX;
  const passed = headings.findLast((heading) => heading.getBoundingClientRect().top <= below);
  return passed ?? headings[0] ?? null;
}

/** Scrolls to an element and focuses it, so that keys continue from there. */
export function goTo(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "start" });
  element?.focus({ preventScroll: true });
}

/** Whether a key pressed there would type text. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, vscode-dropdown") !== null;
}
