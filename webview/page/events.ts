// The events that elements send to the page around them, each with what it carries.

declare global {
  interface HTMLElementEventMap {
    /** The text of a filter to set. */
    "laser-filter": CustomEvent<string>;
    /** A step to move the cursor to; its first token if no place is named. */
    "laser-cursor": CustomEvent<{ readonly step: number; readonly place?: number }>;
    /** A plain run of the same prompt is wanted. */
    "laser-measure-plain": CustomEvent<null>;
    /** Words for the live region. */
    "laser-say": CustomEvent<string>;
    /** The step of a row, or the number of a mark, that was chosen by click or key. */
    "laser-choose": CustomEvent<number>;
    /** The position in a draft that was chosen in its tree. */
    "laser-place": CustomEvent<number>;
  }
}

type LaserEvent = Extract<keyof HTMLElementEventMap, `laser-${string}`>;

/** Sends an event to the element and everything around it. */
export function emit<Name extends LaserEvent>(
  element: HTMLElement,
  name: Name,
  detail: HTMLElementEventMap[Name]["detail"],
): void {
  element.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}
