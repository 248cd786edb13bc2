// @ts-check
// What one event of node:test means for the count. A skipped test, one marked todo and a file without tests have
// shown nothing: each counts as failed, so that a green line means that everything ran.
import path from "node:path";

/** Enough for both sides of a short comparison; the spec reporter has shown the rest. */
const MOST_REASON_CHARACTERS = 240;

/**
 * `begun` and `ended` come as they happen and name what ran when a lane had to be ended; they count nothing.
 * @typedef {{kind: "passed"}
 *   | {kind: "failed", name: string, file: string, reason: string}
 *   | {kind: "begun" | "ended", name: string, file: string}} TestResult
 *
 * The part of node:test's event data that is read here.
 * @typedef {object} EventData
 * @property {string} name
 * @property {string} [file]
 * @property {string | boolean} [skip]
 * @property {string | boolean} [todo]
 * @property {{type?: string | undefined, error?: unknown}} [details]
 *
 * @param {string} type
 * @param {EventData} data
 * @returns {TestResult | null} null for events that count nothing
 */
export function testResult(type, data) {
  const file = data.file ?? data.name;
  if (type === "test:dequeue") return { kind: "begun", name: data.name, file };
  if (type === "test:complete") return { kind: "ended", name: data.name, file };
  if (type !== "test:pass" && type !== "test:fail") return null;
  const isSuite = data.details?.type === "suite";
  /** @param {string} reason */
  const failed = (reason) => /** @type {const} */ ({ kind: "failed", name: data.name, file, reason });
  if (type === "test:fail") {
    // A suite fails with its tests, which are counted themselves; its own failure is that of a hook.
    if (isSuite && failureType(data.details?.error) === "subtestsFailed") return null;
    return failed(failureReason(data.details?.error));
  }
  if (isSet(data.skip)) return failed(`skipped${reasonOf(data.skip)}`);
  if (isSet(data.todo)) return failed(`marked todo${reasonOf(data.todo)}`);
  if (isSuite) return null;
  if (isFileItself(data)) return failed("the file holds no tests");
  return { kind: "passed" };
}

/** @param {string | boolean | undefined} mark an empty text marks as well */
function isSet(mark) {
  return mark !== undefined && mark !== false;
}

/** @param {string | boolean | undefined} mark */
function reasonOf(mark) {
  return typeof mark === "string" && mark !== "" ? `: ${mark}` : "";
}

/**
 * node:test reports a file as a test of its own where nothing inside it reported.
 * @param {EventData} data
 */
function isFileItself(data) {
  return data.file === undefined
    ? /\.test\.\w+$/.test(data.name)
    : path.resolve(data.name) === path.resolve(data.file);
}

/** @param {unknown} error */
function failureType(error) {
  return isRecord(error) && typeof error.failureType === "string" ? error.failureType : null;
}

/** @param {unknown} error */
function failureReason(error) {
  if (!isRecord(error)) return "failed";
  const { cause, exitCode, signal } = error;
  if (typeof signal === "string") return `the file's process was ended by ${signal}`;
  if (typeof exitCode === "number") return `the file's process ended with code ${exitCode}`;
  const inner = isRecord(cause) && typeof cause.message === "string" ? cause.message : cause;
  const text =
    typeof inner === "string" ? inner : typeof error.message === "string" ? error.message : "failed";
  return text.replace(/\s+/g, " ").trim().slice(0, MOST_REASON_CHARACTERS);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === "object" && value !== null;
}
