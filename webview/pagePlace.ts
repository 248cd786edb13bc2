// Where the reader of a long page is: how far it is scrolled, which heading is in view, how much the head covers, and what
// is to be focused once it is drawn. It must not know what the page is about.

/** How near to the head a heading counts as the one in view, in CSS pixels. */
const IN_VIEW_PX = 40;

/** Widths from which there is room for two columns and for three, in sizes of the text. */
const TWO_COLUMNS = 58;
const THREE_COLUMNS = 74;

/**
 * Tells the style sheet how many columns have room (`data-room` of the page) and how much the head covers
 * (`--head-height`), so that what scrolls stops below it. Container queries would do for the first, but Chromium does
 * not ask them anew where only the size of text changes. Ends with the function it returns.
 */
export function watchRoom(page: HTMLElement, head: Element): () => void {
  const observer = new ResizeObserver(() => {
    const width = page.clientWidth / parseFloat(getComputedStyle(page).fontSize);
    page.dataset.room = width >= THREE_COLUMNS ? "three" : width >= TWO_COLUMNS ? "two" : "one";
    // Set through the object model: the page's policy forbids style attributes.
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

/** The last heading that is not below the head, else the first; null where there is none. */
export function headingInView(headings: readonly HTMLElement[], head: Element | null): HTMLElement | null {
  const below = (head === null ? 0 : covered(head)) + IN_VIEW_PX;
  const passed = headings.findLast((heading) => heading.getBoundingClientRect().top <= below);
  return passed ?? headings[0] ?? null;
}

/** Shows an element and puts the focus there, so that keys go on from it. */
export function goTo(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "start" });
  element?.focus({ preventScroll: true });
}

/** Whether a key pressed there would be typed. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, vscode-dropdown") !== null;
}
