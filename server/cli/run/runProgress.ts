// The progress of a batch run: a line on a terminal, or JSON lines for a program.
import { several } from "../../../core/base/index.ts";
import { leftOutWords, usedWords, type PlainRows, type RunProgress } from "../../batch/index.ts";
import { decimals } from "../terminal/figures.ts";
import { drawsProgress, openProgress, printJson } from "../terminal/output.ts";
import type { Progress } from "../terminal/progress.ts";

/** Between two JSON lines of progress. */
const JSON_MS = 250;

/** Between two lines of a log. */
const LOG_MS = 10_000;

export interface RunReporter extends Progress {
  rows(progress: RunProgress): void;
}

/** @param now in ms, for the throttle */
export function openRunReporter(how: "auto" | "json", now: () => number = Date.now): RunReporter {
  if (how === "json") return jsonReporter(now);
  const progress = openProgress();
  let shownAt = -Infinity;
  return {
    ...progress,
    rows: (at) => {
      // In a log, one line per row would be too many.
      if (!drawsProgress() && at.done !== at.rows && now() - shownAt < LOG_MS) return;
      shownAt = now();
      progress.update(progressLine(at), at.rows === null || at.rows === 0 ? undefined : at.done / at.rows);
    },
  };
}

function jsonReporter(now: () => number): RunReporter {
  let printedAt = -Infinity;
  let lastText = "";
  return {
    update(message, fraction) {
      if (message === lastText && now() - printedAt < JSON_MS) return;
      [printedAt, lastText] = [now(), message];
      printJson({ kind: "step", message, share: fraction ?? null });
    },
    done(message) {
      printJson({ kind: "note", message });
    },
    close: () => undefined,
    rows(progress) {
      const isLast = progress.done === progress.rows;
      if (!isLast && now() - printedAt < JSON_MS) return;
      printedAt = now();
      printJson({ kind: "rows", ...progress });
    },
  };
}

/** E.g. "12 of 100 rows, 1 failed · 1.4 rows/s · 220 tokens/s · EDL 2.91 · 1.9× plain (2 rows both ways) · 1 min 3 s left". */
export function progressLine(progress: RunProgress): string {
  const { done, rows, failed, rowsPerSecond, tokensPerSecond, secondsLeft, edl, plainRatio, plainRows } =
    progress;
  return [
    `${rows === null ? several(done, "row") : `${done} of ${several(rows, "row")}`}${failed === 0 ? "" : `, ${failed} failed`}`,
    ...(rowsPerSecond === null ? [] : [`${decimals(rowsPerSecond, 2)} rows/s`]),
    ...(tokensPerSecond === null ? [] : [`${decimals(tokensPerSecond, 0)} tokens/s`]),
    ...(edl === null ? [] : [`EDL ${decimals(edl, 2)}`]),
    ...(plainRows === null || done === 0 ? [] : [ratioWords(plainRatio, plainRows)]),
    ...(secondsLeft === null ? [] : [`${durationOf(secondsLeft)} left`]),
  ].join(" · ");
}

/** E.g. "1.90× plain (7 of 10 rows both ways: 2 failed, 1 without a plain answer)". */
function ratioWords(ratio: number | null, rows: PlainRows): string {
  const leftOut = leftOutWords(rows);
  const rest = leftOut === "" ? "" : `: ${leftOut}`;
  return ratio === null
    ? `ratio to plain not measured yet${rest}`
    : `${decimals(ratio, 2)}× plain (${usedWords(rows)} both ways${rest})`;
}

/** E.g. "45 s", "3 min 20 s", "2 h 5 min". */
export function durationOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
