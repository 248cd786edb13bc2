// @ts-check
// Runs one lane: its needs, its parts, and the checks on the count. It must not know any lane by name.
import { problemFromError, problemLines } from "../setup/problem.mjs";
import { seconds } from "../setup/progress.mjs";
import { runPart } from "./runPart.mjs";

/** @typedef {import("./results.mjs").Count} Count */

/**
 * Runs a lane and prints what it shows. Never throws: what goes wrong is a failure in the count.
 * @param {string} root
 * @param {import("./lanes.mjs").Lane} lane
 * @param {(need: import("./lanes.mjs").Need) => Promise<NodeJS.ProcessEnv>} provide makes a need ready
 * @returns {Promise<Count>}
 */
export async function runLane(root, lane, provide) {
  const startedMs = performance.now();
  console.log(`\n── ${lane.name}`);
  /** @type {Count} */
  let count;
  try {
    const env = { ...process.env };
    for (const need of lane.needs) Object.assign(env, await provide(need));
    count = withLeastTests(lane, await runParts(root, lane, env));
  } catch (error) {
    count = { passed: 0, failures: [couldNotRun(lane, error)] };
  }
  for (const failure of count.failures) console.log(failureLine(failure));
  const { passed, failures } = count;
  console.log(
    `${lane.name}: ${passed} of ${passed + failures.length} in ${seconds(performance.now() - startedMs)}`,
  );
  return count;
}

/** @param {import("./results.mjs").Failure} failure */
export function failureLine(failure) {
  return `✖ ${failure.name}: ${failure.reason}`;
}

/**
 * @param {string} root
 * @param {import("./lanes.mjs").Lane} lane
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Count>}
 */
async function runParts(root, lane, env) {
  const deadlineMs = performance.now() + lane.timeoutSeconds * 1000;
  /** @type {Count} */
  const count = { passed: 0, failures: [] };
  /** @param {readonly import("./lanes.mjs").Lane["parts"][number][]} parts */
  const run = async (parts) => {
    const timeoutSeconds = Math.max(0.001, (deadlineMs - performance.now()) / 1000);
    const counts = await Promise.all(parts.map((part) => runPart(part, { root, env, timeoutSeconds })));
    for (const { passed, failures } of counts) {
      count.passed += passed;
      count.failures.push(...failures);
    }
  };
  // Programs use one core each and say little; tests share the cores among themselves.
  await run(lane.parts.filter(({ kind }) => kind === "program"));
  for (const part of lane.parts.filter(({ kind }) => kind === "tests")) await run([part]);
  return count;
}

/**
 * @param {import("./lanes.mjs").Lane} lane
 * @param {Count} count
 * @returns {Count}
 */
function withLeastTests(lane, count) {
  const found = count.passed + count.failures.length;
  if (found >= lane.leastTests) return count;
  const reason = `expected at least ${lane.leastTests} tests, found ${found}`;
  return { passed: count.passed, failures: [...count.failures, { name: lane.name, reason }] };
}

/**
 * @param {import("./lanes.mjs").Lane} lane
 * @param {unknown} error
 */
function couldNotRun(lane, error) {
  const problem = problemFromError(lane.name, error);
  for (const line of problemLines(problem)) console.log(line);
  return { name: lane.name, reason: `could not run: ${problem.message}` };
}
