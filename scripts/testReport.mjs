// @ts-check
// Counts what vitest's JSON report holds. A skipped test, a file that could not be loaded and a project without tests
// are failures: each would otherwise pass for a test that ran. Only a lane whose program says that it can't run here, and
// why, is shown as skipped.

/**
 * @typedef {{passed: number, failures: string[], skipped?: string[]}} Count
 * @typedef {{fullName: string, status: string}} TestResult
 * @typedef {{name: string, status: string, message: string, assertionResults: TestResult[]}} FileResult
 */

/** The exit code of a lane's program that can't run here; the last line that it wrote says why. */
export const SKIPPED = 77;

/**
 * Counts a program, which is one test.
 * @param {string} name
 * @param {number} code
 * @param {string} output
 * @returns {Count}
 */
export function countProgram(name, code, output) {
  if (code === 0) return { passed: 1, failures: [] };
  const reason = output.trimEnd().split("\n").at(-1) ?? "";
  if (code === SKIPPED && reason !== "")
    return { passed: 0, failures: [], skipped: [`${name}: skipped: ${reason}`] };
  return { passed: 0, failures: [`${name} ended with code ${code}`] };
}

/** Where the tests of each vitest project lie, as vitest.config.ts says too. */
export const PROJECT_FOLDERS = {
  unit: "test/unit",
  protocol: "test/protocol",
  webview: "test/webview",
  host: "test/host/flows",
  model: "test/model",
};

/**
 * @param {{testResults: FileResult[]} | null} report null if vitest wrote none
 * @param {number} code vitest's exit code
 * @param {readonly string[]} projects that must hold tests
 * @returns {Count}
 */
export function countTests(report, code, projects) {
  if (report === null)
    return { passed: 0, failures: [`vitest ended with code ${code} and without a report`] };
  const files = report.testResults;
  const tests = files.flatMap((file) =>
    file.assertionResults.map((test) => ({ file: shortName(file.name), ...test })),
  );
  const failures = [
    ...tests
      .filter(({ status }) => status !== "passed")
      .map(({ file, fullName, status }) => `${file}: ${fullName} (${status})`),
    ...files
      .filter(({ status, assertionResults }) => status !== "passed" && assertionResults.every(isPassed))
      .map(({ name, message }) => `${shortName(name)}: could not be loaded: ${message.split("\n")[0]}`),
    ...projects
      .filter((name) => !files.some((file) => isIn(file, name)))
      .map((name) => `${name}: no tests were found`),
  ];
  if (code !== 0 && failures.length === 0) {
    failures.push(
      `vitest ended with code ${code} though every test passed: an error was not handled, see above`,
    );
  }
  return { passed: tests.filter(isPassed).length, failures };
}

/** @param {TestResult} test */
const isPassed = ({ status }) => status === "passed";

/**
 * @param {FileResult} file
 * @param {string} project
 */
function isIn({ name }, project) {
  const folder = PROJECT_FOLDERS[/** @type {keyof typeof PROJECT_FOLDERS} */ (project)];
  return name.replaceAll("\\", "/").includes(`/${folder}/`);
}

/** @param {string} file absolute */
function shortName(file) {
  return file.replaceAll("\\", "/").replace(/^.*\/(?=test\/)/, "");
}
