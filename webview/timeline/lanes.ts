// Where the timeline's lanes and steps are on its canvas, and what it is painted with.
import type { Column, Scales } from "./columns.ts";

/** The current colours of the theme. */
export interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly kept: string;
  readonly relaxed: string;
  readonly rejected: string;
  readonly verify: string;
  readonly draft: string;
  readonly flip: string;
  readonly loop: string;
  readonly font: string;
}

/** Heights and positions of the lanes in CSS pixels. */
export interface Lanes {
  readonly width: number;
  readonly height: number;
  /** Start of the first step when not scrolled; the scale is left of it. */
  readonly left: number;
  readonly em: number;
  readonly draftTop: number;
  readonly draftBottom: number;
  readonly timeTop: number;
  readonly timeBottom: number;
}

/** Text size of the labels in em, and the maximum width of their characters in common typefaces. */
export const LABEL_EM = 0.88;
const CHARACTER_EM = 0.62 * LABEL_EM;
const MIN_LEFT_EM = 3.8;

/** Room for the title of a lane above it. */
export const TITLE_EM = 1.2;

/** The label at the end of the time scale; empty if no time was measured. */
export function timeLabel({ mostMs }: Scales): string {
  return mostMs > 0 ? `${mostMs.toFixed(mostMs < 9.95 ? 1 : 0)} ms` : "";
}

export function lanesOf(width: number, em: number, scales: Scales): Lanes {
  const draftTop = (1.1 + TITLE_EM) * em;
  const draftBottom = draftTop + 6.5 * em;
  const timeTop = draftBottom + (1 + TITLE_EM) * em;
  const timeBottom = timeTop + 2.2 * em;
  return {
    width,
    height: Math.ceil(timeBottom + 1.9 * em),
    left: Math.round(em * Math.max(MIN_LEFT_EM, CHARACTER_EM * timeLabel(scales).length + 0.8)),
    em,
    draftTop,
    draftBottom,
    timeTop,
    timeBottom,
  };
}

export interface Painted {
  readonly columns: readonly Column[];
  readonly scales: Scales;
  /** Width of a step, and the scroll offset of the steps. */
  readonly stepPx: number;
  readonly scrolledPx: number;
  readonly steps: number;
  /** How many steps a column holds, if there are more than pixels. */
  readonly stepsTogether: number;
  /** −1 for none. */
  readonly cursor: number;
  /** The first step of the loop in which the answer ends; null without one. */
  readonly loopFrom: number | null;
  readonly isFaint: (column: Column) => boolean;
  readonly isFlipped: (column: Column) => boolean;
}

/** What everything is painted with. */
export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly lanes: Lanes;
  readonly palette: Palette;
}

/** Where a step begins, in CSS pixels. */
export function xOf(step: number, { left }: Lanes, { stepPx, scrolledPx }: Painted): number {
  return left + step * stepPx - scrolledPx;
}
