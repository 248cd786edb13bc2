// @ts-check
// Runs one part of a lane and counts what it showed. It must not know any lane by name.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runProgram } from "../programs/run.mjs";
import { filesBelow } from "../setup/stamp.mjs";
import { seconds } from "../setup/progress.mjs";
import { readResults } from "./results.mjs";

/**
 * @typedef {import("./results.mjs").Count} Count
 *
 * @typedef {object} PartContext
 * @property {string} root
 * @property {NodeJS.ProcessEnv} env
 * @property {number} timeoutSeconds what is left of the lane's time, above 0
 */

/**
 * @param {import("./lanes.mjs").Lane["parts"][number]} part
 * @param {PartContext} context
 * @returns {Promise<Count>}
 */
export function runPart(part, context) {
  return part.kind === "program" ? runProgramPart(part, context) : runTestsPart(part, context);
}

/**
 * @param {import("./lanes.mjs").ProgramPart} part
 * @param {PartContext} context
 * @returns {Promise<Count>}
 */
async function runProgramPart(part, context) {
  const startedMs = performance.now();
  const ended = await runProgram(process.execPath, [part.script, ...part.args], {
    cwd: context.root,
    env: context.env,
    output: "show",
    timeoutSeconds: context.timeoutSeconds,
  });
  if (ended.code === 0 && !ended.timedOut) {
    console.log(`${part.name}: ok in ${seconds(performance.now() - startedMs)}`);
    return { passed: 1, failures: [] };
  }
  const reason = ended.timedOut ? timeoutReason(context) : `ended with code ${ended.code}`;
  return { passed: 0, failures: [{ name: part.name, reason }] };
}

/**
 * @param {import("./lanes.mjs").TestsPart} part
 * @param {PartContext} context
 * @returns {Promise<Count>}
 */
async function runTestsPart(part, context) {
  const files = filesBelow(context.root, part.folder).filter((file) => file.endsWith(".test.ts"));
  // Without file names node --test would look for tests by itself, and not find these.
  if (files.length === 0) return { passed: 0, failures: [] };
  const folder = mkdtempSync(path.join(tmpdir(), "laser-lane-"));
  try {
    const resultsFile = path.join(folder, "results.jsonl");
    const ended = await runProgram(process.execPath, testArguments(part, resultsFile, files), {
      cwd: context.root,
      env: testEnvironment(context.env),
      output: "show",
      timeoutSeconds: context.timeoutSeconds,
    });
    const { count, finished, running } = readResults(context.root, resultsFile);
    const during = running.length === 0 ? "" : ` while running ${running.join(", ")}`;
    if (ended.timedOut) count.failures.push({ name: part.folder, reason: timeoutReason(context) + during });
    else if (!finished || (ended.code !== 0 && count.failures.length === 0)) {
      count.failures.push({
        name: part.folder,
        reason: `the test process ended early with code ${ended.code}`,
      });
    }
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import("./lanes.mjs").TestsPart} part
 * @param {string} resultsFile
 * @param {readonly string[]} files
 * @returns {string[]}
 */
function testArguments(part, resultsFile, files) {
  return [
    "--import",
    import.meta.resolve("tsx"),
    "--test",
    `--test-concurrency=${part.concurrency}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${new URL("reporter.mjs", import.meta.url).href}`,
    `--test-reporter-destination=${resultsFile}`,
    ...files,
  ];
}

/**
 * The lane may itself be run by a test: its node:test must then not report to that one.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function testEnvironment(env) {
  const own = { ...env };
  delete own.NODE_TEST_CONTEXT;
  return own;
}

/** @param {PartContext} context */
function timeoutReason(context) {
  return `timed out: ended after ${Math.ceil(context.timeoutSeconds)} s`;
}
