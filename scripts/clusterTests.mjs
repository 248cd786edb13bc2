// @ts-check
// The tests of server/cluster that need only Python 3.10 or newer: its standard library runs them. Ends with 77,
// and a last line that says why, where they can't run. The tests with Ray are `npm run cluster:test`.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs/run.mjs";
import { SKIPPED } from "./testReport.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const PROBE = "import sys; print('laser-python', *sys.version_info[:2])";
const LEAST_MINOR = 10;

/** @returns {Promise<{command: readonly string[]} | {reason: string}>} */
async function findPython() {
  if (process.platform === "win32") return { reason: "laser-cluster runs on Linux and macOS" };
  /** @type {string[]} */
  const seen = [];
  const { LASER_PYTHON } = process.env;
  for (const program of LASER_PYTHON ? [LASER_PYTHON] : ["python3", "python"]) {
    const { code, output } = await runProgram(program, ["-c", PROBE], { cwd: root, output: "keep" }).catch(
      () => ({ code: 1, output: "" }),
    );
    const found = /laser-python (\d+) (\d+)/.exec(output);
    if (code !== 0 || found === null) continue;
    const [major, minor] = [Number(found[1]), Number(found[2])];
    if (major === 3 && minor >= LEAST_MINOR) return { command: [program] };
    seen.push(`${program} is ${major}.${minor}`);
  }
  return {
    reason: `it needs Python 3.${LEAST_MINOR} or newer, and ${seen.join(", ") || "none was found"}`,
  };
}

const python = await findPython();
if ("reason" in python) {
  console.log(python.reason);
  process.exitCode = SKIPPED;
} else {
  const [program = "", ...before] = python.command;
  const tests = path.join("server", "cluster", "tests");
  const args = [...before, "-B", "-W", "error", "-m", "unittest", "discover", "-s", tests, "-b"];
  const { code, output } = await runProgram(program, args, { cwd: root, output: "keep" });
  process.stdout.write(output);
  // Python 3.12 ends with 5 if it found no tests; older ones with 0.
  process.exitCode = /\nRan 0 tests/.test(output) ? 1 : code;
}
