// Shows the progress of a slow step: one rewritten line on a terminal, a few plain lines elsewhere.
import { writable } from "./styles.ts";

/** On a terminal, the minimum time between two rewrites of the line. */
const REDRAW_MS = 100;
/** Without a terminal, the minimum time between two lines of one step: quick steps print one line. */
const LINE_MS = 1_000;
const BAR_CELLS = 24;

export interface Progress {
  /** `fraction` 0 … 1 of this step, if known. A new text starts a new step. */
  update(text: string, fraction?: number): void;
  /** Prints `text` as the final line of the step. */
  done(text: string): void;
  /** Clears the progress line. Call it before printing anything else, and at the end. */
  close(): void;
}

export type ProgressStream = Pick<NodeJS.WriteStream, "write"> &
  Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns">>;

/** `now` in ms, for the throttle. */
export function createProgress(stream: ProgressStream, now: () => number = Date.now): Progress {
  return stream.isTTY === true ? onTerminal(stream, now) : onPlainLines(stream, now);
}

function onTerminal(stream: ProgressStream, now: () => number): Progress {
  let drawnAt = -Infinity;
  let drawnText = "";
  const wipe = (): void => {
    if (drawnText !== "") stream.write("\r\x1b[K");
    drawnText = "";
  };
  return {
    update(text, fraction) {
      const time = now();
      if (text === drawnText && time - drawnAt < REDRAW_MS) return;
      drawnAt = time;
      drawnText = text;
      const shown = writable(text).replaceAll("\n", " ");
      const line = fraction === undefined ? shown : `${shown} ${bar(fraction)} ${percent(fraction)}`;
      // A wrapped line could not be rewritten.
      stream.write(`\r\x1b[K${line.slice(0, widthOf(stream) - 1)}`);
    },
    done(text) {
      wipe();
      stream.write(`${writable(text)}\n`);
    },
    close: wipe,
  };
}

/** One line when a step begins and at most one per further tenth. */
function onPlainLines(stream: ProgressStream, now: () => number): Progress {
  let writtenAt = -Infinity;
  let lastText = "";
  let lastTenth = 0;
  return {
    update(text, fraction) {
      const tenth = fraction === undefined ? 0 : Math.floor(clamp(fraction) * 10);
      const time = now();
      if (text === lastText && (tenth <= lastTenth || time - writtenAt < LINE_MS)) return;
      writtenAt = time;
      lastText = text;
      lastTenth = tenth;
      const shown = writable(text);
      stream.write(fraction === undefined ? `${shown}\n` : `${shown} ${percent(fraction)}\n`);
    },
    done(text) {
      lastText = "";
      stream.write(`${writable(text)}\n`);
    },
    close() {
      lastText = "";
    },
  };
}

/** Some terminals report a width of 0. */
function widthOf({ columns = 0 }: ProgressStream): number {
  return columns > 0 ? columns : 80;
}

const clamp = (fraction: number): number => Math.min(1, Math.max(0, fraction));

const percent = (fraction: number): string => `${Math.floor(clamp(fraction) * 100)} %`;

function bar(fraction: number): string {
  const filled = Math.round(clamp(fraction) * BAR_CELLS);
  return `[${"#".repeat(filled)}${"-".repeat(BAR_CELLS - filled)}]`;
}
