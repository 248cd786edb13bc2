// @ts-check
// `npm test`: provides what the lanes need, runs the checks that are programs and the tests that vitest runs, and ends
// with one line, `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { endProgramsOnSignals, runProgram } from "./programs/run.mjs";
import { needProvider } from "./setup/needs.mjs";
import { problemFromError, problemLines } from "./setup/problem.mjs";
import { clearProgress, seconds } from "./setup/progress.mjs";
import { countProgram, countTests } from "./testReport.mjs";

/** @typedef {import("./testReport.mjs").Count} Count */
/** @typedef {import("./setup/needs.mjs").Need} Need */

const root = fileURLToPath(new URL("..", import.meta.url));
/** @param {string[]} place */
const module = (...place) => path.join("node_modules", ...place);

/**
 * Lanes whose tests are programs: the exit code decides, and each counts as one test.
 * @type {Readonly<Record<string, readonly (readonly string[])[]>>}
 */
const PROGRAMS = {
  lint: [
    // Types too: see .oxlintrc.json.
    [module("oxlint", "bin", "oxlint")],
    [module("oxfmt", "bin", "oxfmt"), "--list-different"],
    [
      module("dependency-cruiser", "bin", "dependency-cruise.mjs"),
      "core",
      "server",
      "extension",
      "webview",
      "scripts",
    ],
    [path.join("scripts", "boundaryTable.mjs"), "--check"],
    [path.join("scripts", "lintWorkflows.mjs")],
  ],
  cluster: [[path.join("scripts", "clusterTests.mjs")]],
};

/**
 * Lanes that are vitest projects (vitest.config.ts), and what they need, which is made ready in this order.
 * @type {Readonly<Record<string, readonly Need[]>>}
 */
const PROJECTS = {
  unit: [],
  protocol: ["build"],
  host: ["build", "demoModel", "chromium", "vscodeHost"],
  webview: ["build", "chromium"],
  model: ["demoModel", "softwareGpu"],
};

/** Lanes that need no packages: they run while the packages are installed. */
const BARE = ["cluster"];

/**
 * Lanes that run one after the other; the rows run side by side. Each lane leaves a core idle now and then: one VS Code, one
 * last long file, pages that wait for their next frame. Three rows keep both cores busy. The host takes longest, can't use
 * two cores, and has a row of its own, to which the others give way: else it would run alone at the end.
 * @type {readonly (readonly string[])[]}
 */
const ROWS = [["host"], ["unit", "protocol", "model"], ["cluster", "lint", "webview"]];

/** The first lane of a core that several want, and the niceness of the others: it leaves them half a core's share each. */
const FIRST = "host";
const NICENESS = 3;

/**
 * Lanes of one worker where others run beside them: two end no sooner on two cores, and keep VS Code waiting so long for a
 * core that its tests give up.
 */
const ONE_WORKER = ["unit", "protocol"];

const HELP = `npm test
npm run test:<lane> [-- FILE…]
node scripts/test.mjs [LANE…] [FILE…]

Sets up what the lanes need (packages, build, demo model, Chromium, VS Code, software GPU) and runs them, all when none
is named. Lanes: ${[...Object.keys(PROGRAMS), ...Object.keys(PROJECTS)].join(", ")}. Files go to vitest as filters.
The last line is "N passed, N failed"; the exit code is 1 when anything failed.

LASER_TEST_PATIENCE=4 multiplies every deadline, for a slow or busy machine.`;

/** @param {readonly string[]} args */
export async function runTests(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(HELP);
    return;
  }
  endProgramsOnSignals(clearProgress);
  const startedMs = performance.now();
  const isLane = (/** @type {string} */ name) => name in PROGRAMS || name in PROJECTS;
  const named = args.filter(isLane);
  const rows = ROWS.map((row) => row.filter((name) => named.length === 0 || named.includes(name)));
  const filters = args.filter((arg) => !isLane(arg));
  const isAlone = rows.flat().length === 1;
  const nicenessOf = (/** @type {string} */ name) =>
    rows.flat().includes(FIRST) && name !== FIRST ? NICENESS : undefined;
  /** @type {Count[]} */
  const counts = [];
  try {
    const provide = needProvider(root);
    const packages = provide("packages");
    const projects = Object.keys(PROJECTS).filter((name) => rows.flat().includes(name));
    const provided = provideNeeds(projects, provide, packages);
    const runLane = async (/** @type {string} */ name) => {
      if (!BARE.includes(name)) await packages;
      const env = provided[name];
      const niceness = nicenessOf(name);
      if (env === undefined) return runPrograms(PROGRAMS[name] ?? [], niceness);
      const run = (/** @type {NodeJS.ProcessEnv} */ given) =>
        runProject(name, { filters, env: given, isAlone, niceness });
      return [await env.then(run, cannotRun(name))];
    };
    counts.push(...(await Promise.all(rows.map((row) => oneByOne(row, runLane)))).flat());
    if (filters.length > 0 && counts.every(({ passed, failures }) => passed + failures.length === 0))
      counts.push({ passed: 0, failures: [`no test file fits ${filters.join(" ")}`] });
  } catch (error) {
    const problem = problemFromError("test", error);
    for (const line of problemLines(problem)) console.log(line);
    counts.push({ passed: 0, failures: [`could not run: ${problem.message}`] });
  }
  const failures = counts.flatMap((count) => count.failures);
  console.log(`\nall lanes in ${seconds(performance.now() - startedMs)}`);
  for (const skipped of counts.flatMap((count) => count.skipped ?? [])) console.log(`○ ${skipped}`);
  for (const failure of failures) console.log(`✖ ${failure}`);
  console.log(`${counts.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/**
 * @param {readonly string[]} lanes
 * @param {(lane: string) => Promise<Count[]>} run
 */
async function oneByOne(lanes, run) {
  /** @type {Count[]} */
  const counts = [];
  for (const lane of lanes) counts.push(...(await run(lane)));
  return counts;
}

/**
 * Makes ready what the lanes need, one lane after the other, and says so of each as soon as it may run.
 * @param {readonly string[]} lanes
 * @param {ReturnType<typeof needProvider>} provide
 * @param {Promise<unknown>} packages that everything here needs
 * @returns {Record<string, Promise<NodeJS.ProcessEnv>>} what a lane's tests get besides our environment; rejects where
 *   a need can't be met
 */
function provideNeeds(lanes, provide, packages) {
  /** @type {Record<string, Promise<NodeJS.ProcessEnv>>} */
  const provided = {};
  /** @type {Promise<unknown>} */
  let before = packages.catch(() => undefined);
  for (const name of lanes) {
    const own = before.then(() => provideAll(PROJECTS[name] ?? [], provide));
    before = own.catch(() => undefined);
    provided[name] = own;
  }
  return provided;
}

/**
 * @param {readonly Need[]} needs
 * @param {ReturnType<typeof needProvider>} provide
 */
async function provideAll(needs, provide) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const need of needs) Object.assign(env, await provide(need));
  return env;
}

/**
 * A lane whose needs can't be met counts as a failure.
 * @param {string} lane
 * @returns {(error: unknown) => Count}
 */
function cannotRun(lane) {
  return (error) => {
    const problem = problemFromError(lane, error);
    for (const line of problemLines(problem)) console.log(line);
    return { passed: 0, failures: [`${lane}: could not run: ${problem.message}`] };
  };
}

/**
 * @param {readonly (readonly string[])[]} programs
 * @param {number | undefined} niceness
 * @returns {Promise<Count[]>}
 */
async function runPrograms(programs, niceness) {
  /** @type {Count[]} */
  const counts = [];
  for (const program of programs) {
    const startedMs = performance.now();
    const name = path.basename(program.find((word) => word.includes(path.sep)) ?? "");
    const { code, output } = await runProgram(process.execPath, program, {
      cwd: root,
      // The types' checker is written in Go and collects garbage a third of its time at the usual 100.
      env: { GOGC: "400", ...process.env },
      output: "keep",
      ...(niceness !== undefined && { niceness }),
    });
    const count = countProgram(name, code, output);
    if (count.failures.length > 0) process.stdout.write(output);
    const ended = code === 0 ? "ok" : count.skipped === undefined ? `code ${code}` : "skipped";
    console.log(`${name}: ${ended} in ${seconds(performance.now() - startedMs)}`);
    counts.push(count);
  }
  return counts;
}

/**
 * @typedef {object} ProjectRun
 * @property {readonly string[]} filters
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} isAlone whether no other lane writes to the terminal meanwhile
 * @property {number | undefined} niceness
 *
 * @param {string} name of the project
 * @param {ProjectRun} run
 * @returns {Promise<Count>}
 */
async function runProject(name, { filters, env, isAlone, niceness }) {
  const report = path.join(root, "dist", `test-report-${name}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = [
    module("vitest", "vitest.mjs"),
    ...["run", "--project", name],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    // Filters may fit files of other lanes.
    ...(filters.length > 0 ? ["--passWithNoTests", ...filters] : []),
  ];
  const { code } = await runProgram(process.execPath, args, {
    cwd: root,
    env: {
      ...process.env,
      ...env,
      ...(!isAlone && ONE_WORKER.includes(name) && { LASER_TEST_WORKERS: "1" }),
    },
    output: isAlone ? "show" : "both",
    ...(niceness !== undefined && { niceness }),
  });
  return countTests(readReport(report), code, filters.length > 0 ? [] : [name]);
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
