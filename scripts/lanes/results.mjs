// @ts-check
// Reads what reporter.mjs wrote and adds it up. The file may end anywhere: its run may have been killed.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{name: string, reason: string}} Failure
 * @typedef {{passed: number, failures: Failure[]}} Count
 *
 * @typedef {object} Results
 * @property {Count} count
 * @property {boolean} finished Whether the run came to its end.
 * @property {string[]} running The tests that had begun and not ended.
 */

/**
 * @param {string} root file names are given relative to it
 * @param {string} file
 * @returns {Results}
 */
export function readResults(root, file) {
  /** @type {Count} */
  const count = { passed: 0, failures: [] };
  const running = new Set(/** @type {string[]} */ ([]));
  let finished = false;
  for (const line of wholeLines(file)) {
    /** @type {import("./events.mjs").TestResult | {kind: "end"}} */
    const result = JSON.parse(line);
    if (result.kind === "passed") count.passed += 1;
    else if (result.kind === "failed") {
      count.failures.push({ name: testName(root, result), reason: result.reason });
    } else if (result.kind === "begun") running.add(testName(root, result));
    else if (result.kind === "ended") running.delete(testName(root, result));
    else finished = true;
  }
  return { count, finished, running: innermost([...running]) };
}

/**
 * The whole lines of a file that may have been cut while it was written, or never begun.
 * @param {string} file
 * @returns {string[]}
 */
function wholeLines(file) {
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

/**
 * The file, and the test unless that is the file itself, which node:test names by its path.
 * @param {string} root
 * @param {{file: string, name: string}} result
 */
function testName(root, { file, name }) {
  const full = file.startsWith("file:") ? fileURLToPath(file) : path.resolve(root, file);
  const short = path.relative(root, full);
  return path.resolve(root, name) === full ? short : `${short}: ${name}`;
}

/**
 * Without the files of which a single test is named as well.
 * @param {readonly string[]} names
 */
function innermost(names) {
  return names.filter((name) => !names.some((other) => other.startsWith(`${name}: `)));
}
