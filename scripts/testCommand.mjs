// @ts-check
// `npm test`: runs the lanes and ends with one line, `N passed, N failed`. It must not know what a lane does.
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { lanes as ownLanes } from "./lanes/lanes.mjs";
import { needProvider, provideAhead } from "./lanes/needs.mjs";
import { failureLine, runLane } from "./lanes/runLane.mjs";
import { endProgramsOnSignals } from "./programs/run.mjs";
import { clearProgress, seconds } from "./setup/progress.mjs";

/** @typedef {import("./lanes/lanes.mjs").Lane} Lane */

const HELP = `npm test
npm run test:<lane>
node scripts/test.mjs [LANE…] [--lanes FILE]

Sets up what the lanes need (packages, build, demo model, software GPU) and runs them, all when none is named.
The last line is "N passed, N failed"; the exit code is 1 when anything failed, 2 for an unknown lane.

  --lanes FILE   run the lanes that FILE exports, in FILE's folder, in place of the project's own`;

/** @param {readonly string[]} args */
export async function runTests(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return;
  }
  const { root, lanes, names } = await readArguments(args);
  const unknown = names.filter((name) => !lanes.some((lane) => lane.name === name));
  if (unknown.length > 0) {
    console.error(
      `There is no lane ${unknown.join(", ")}; lanes: ${lanes.map(({ name }) => name).join(", ")}.`,
    );
    process.exitCode = 2;
    return;
  }
  endProgramsOnSignals(clearProgress);
  const startedMs = performance.now();
  const provide = needProvider(root);
  let passed = 0;
  /** @type {import("./lanes/results.mjs").Failure[]} */
  const failures = [];
  const chosen = lanes.filter(({ name }) => names.length === 0 || names.includes(name));
  // On a terminal lines of progress would run into those of the tests.
  if (!process.stdout.isTTY) void provideAhead([...new Set(chosen.flatMap(({ needs }) => needs))], provide);
  for (const beside of besideEachOther(chosen)) {
    for (const count of await Promise.all(beside.map((lane) => runLane(root, lane, provide)))) {
      passed += count.passed;
      failures.push(...count.failures);
    }
  }
  console.log(`\nall lanes in ${seconds(performance.now() - startedMs)}`);
  for (const failure of failures) console.log(failureLine(failure));
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/**
 * Lanes of nothing but programs run beside those next to them: a program keeps one core busy. All others run alone.
 * @param {readonly Lane[]} lanes
 * @returns {Lane[][]}
 */
function besideEachOther(lanes) {
  /** @type {Lane[][]} */
  const groups = [];
  /** @param {Lane | undefined} lane */
  const isPrograms = (lane) => lane?.parts.every(({ kind }) => kind === "program") ?? false;
  for (const lane of lanes) {
    const last = groups.at(-1);
    if (isPrograms(lane) && last !== undefined && isPrograms(last[0])) last.push(lane);
    else groups.push([lane]);
  }
  return groups;
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<{root: string, lanes: readonly Lane[], names: string[]}>}
 */
async function readArguments(args) {
  const at = args.indexOf("--lanes");
  const file = at === -1 ? undefined : args[at + 1];
  if (file === undefined) {
    return { root: fileURLToPath(new URL("..", import.meta.url)), lanes: ownLanes, names: [...args] };
  }
  /** @type {{lanes: readonly Lane[]}} */
  const other = await import(pathToFileURL(file).href);
  return { root: path.dirname(path.resolve(file)), lanes: other.lanes, names: args.toSpliced(at, 2) };
}
