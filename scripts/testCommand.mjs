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

const root = fileURLToPath(new URL("..", import.meta.url));
/** @param {string[]} place */
const module = (...place) => path.join("node_modules", ...place);

/**
 * Lanes whose tests are programs: the exit code decides, and each counts as one test.
 * @type {Readonly<Record<string, readonly (readonly string[])[]>>}
 */
const PROGRAMS = {
  types: [[module("typescript-native", "bin", "tsc"), "-b"]],
  lint: [
    [module("eslint", "bin", "eslint.js"), ".", "--max-warnings=0"],
    [module("prettier", "bin", "prettier.cjs"), "--check", "--log-level=warn", "--no-color", "."],
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
 * Lanes that are vitest projects (vitest.config.ts), and what they need.
 * @type {Readonly<Record<string, readonly import("./setup/needs.mjs").Need[]>>}
 */
const PROJECTS = {
  unit: [],
  protocol: ["build"],
  webview: ["build", "chromium"],
  host: ["build", "demoModel", "chromium", "vscodeHost"],
  model: ["demoModel", "softwareGpu"],
};

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
  const chosen = named.length > 0 ? named : [...Object.keys(PROGRAMS), ...Object.keys(PROJECTS)];
  const projects = chosen.filter((name) => name in PROJECTS);
  const filters = args.filter((arg) => !isLane(arg));
  /** @type {Count[]} */
  const counts = [];
  try {
    const provide = needProvider(root);
    await provide("packages");
    const ahead = provideNeeds(projects, provide);
    const programs = await Promise.all(
      chosen.filter((name) => name in PROGRAMS).map((name) => runPrograms(PROGRAMS[name] ?? [])),
    );
    counts.push(...programs.flat());
    const { ready, env, unmet } = await ahead;
    counts.push({ passed: 0, failures: unmet });
    if (ready.length > 0) counts.push(await runVitest(ready, filters, env));
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
 * Makes ready what the projects need, one after the other: much of it waits for a network while programs use the cores.
 * A project whose needs can't be met is left out and counts as a failure.
 * @param {readonly string[]} projects
 * @param {ReturnType<typeof needProvider>} provide
 * @returns {Promise<{ready: string[], env: NodeJS.ProcessEnv, unmet: string[]}>} env: what the tests get besides ours
 */
async function provideNeeds(projects, provide) {
  /** @type {string[]} */
  const ready = [];
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  /** @type {string[]} */
  const unmet = [];
  for (const name of projects) {
    try {
      for (const need of PROJECTS[name] ?? []) Object.assign(env, await provide(need));
      ready.push(name);
    } catch (error) {
      const problem = problemFromError(name, error);
      for (const line of problemLines(problem)) console.log(line);
      unmet.push(`${name}: could not run: ${problem.message}`);
    }
  }
  return { ready, env, unmet };
}

/**
 * @param {readonly (readonly string[])[]} programs
 * @returns {Promise<Count[]>}
 */
async function runPrograms(programs) {
  /** @type {Count[]} */
  const counts = [];
  for (const program of programs) {
    const startedMs = performance.now();
    const name = path.basename(program.find((word) => word.includes(path.sep)) ?? "");
    const { code, output } = await runProgram(process.execPath, program, { cwd: root, output: "keep" });
    const count = countProgram(name, code, output);
    if (count.failures.length > 0) process.stdout.write(output);
    const ended = code === 0 ? "ok" : count.skipped === undefined ? `code ${code}` : "skipped";
    console.log(`${name}: ${ended} in ${seconds(performance.now() - startedMs)}`);
    counts.push(count);
  }
  return counts;
}

/**
 * @param {readonly string[]} projects
 * @param {readonly string[]} filters
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Count>}
 */
async function runVitest(projects, filters, env) {
  const report = path.join(root, "dist", "test-report.json");
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = [
    module("vitest", "vitest.mjs"),
    "run",
    ...projects.flatMap((name) => ["--project", name]),
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    ...filters,
  ];
  const { code } = await runProgram(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    output: "show",
  });
  return countTests(readReport(report), code, filters.length > 0 ? [] : projects);
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}
