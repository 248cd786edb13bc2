// @ts-check
// Shows that a slow step is running: one line with elapsed seconds on a terminal, otherwise a line at its
// begin and end.

const CLEAR_LINE = "\r\x1b[K";

/** Clears the current line, also if the process must end. */
let clearShown = () => {};

/** Clears the progress line, so that the next output starts at the left edge. */
export function clearProgress() {
  clearShown();
}

/** @param {number} ms */
export function seconds(ms) {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/**
 * Runs one step and reports it on `stream`: "install: npm ci … 12 s", then "install: done in 41 s".
 * @template T
 * @param {NodeJS.WriteStream} stream
 * @param {string} name
 * @param {string} doing
 * @param {() => Promise<T>} run must write nothing to the stream itself
 * @returns {Promise<T>}
 */
export async function withProgress(stream, name, doing, run) {
  const startedMs = performance.now();
  const elapsed = () => performance.now() - startedMs;
  const live = stream.isTTY && process.env.TERM !== "dumb";
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  if (live) {
    const draw = () => stream.write(`${CLEAR_LINE}${name}: ${doing} … ${Math.floor(elapsed() / 1000)} s`);
    draw();
    timer = setInterval(draw, 1000);
    clearShown = () => stream.write(CLEAR_LINE);
  } else {
    stream.write(`${name}: ${doing} …\n`);
  }
  try {
    const result = await run();
    clearShown();
    stream.write(`${name}: done in ${seconds(elapsed())}\n`);
    return result;
  } finally {
    clearInterval(timer);
    clearShown();
    clearShown = () => {};
  }
}
