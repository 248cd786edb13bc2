// @ts-check
// `npm run cluster:test`: mypy, ruff and all tests of server/cluster, those with Ray included, in server/cluster/.venv
// or in the environment whose Python LASER_CLUSTER_PYTHON names. Its README says how to make one.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "./programs/run.mjs";

const cluster = fileURLToPath(new URL("../server/cluster", import.meta.url));
const python = process.env.LASER_CLUSTER_PYTHON ?? path.join(cluster, ".venv", "bin", "python");

if (existsSync(python)) {
  for (const args of [
    ["mypy"],
    ["ruff", "check", "laser_cluster", "tests"],
    ["ruff", "format", "--check", "laser_cluster", "tests"],
    ["pytest", "-q", "-s", ...process.argv.slice(2)],
  ]) {
    const { code } = await runProgram(python, ["-m", ...args], { cwd: cluster, output: "show" });
    process.exitCode ||= code;
  }
} else {
  console.error(`${python} is missing.\nMake the environment that server/cluster/README.md describes.`);
  process.exitCode = 2;
}
