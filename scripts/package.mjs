// @ts-check
// `npm run package`: installs, builds and packs the extension, for this platform or for those that --target names; a line
// on stdout names each .vsix file.
import { fileURLToPath } from "node:url";
import { parsePackageArguments } from "./editor/targets.mjs";
import { packageExtension } from "./editor/vsix.mjs";
import { endProgramsOnSignals } from "./programs/run.mjs";
import { buildProduct } from "./setup/build.mjs";
import { installPackages } from "./setup/install.mjs";
import { problemFromError, problemLines } from "./setup/problem.mjs";
import { clearProgress } from "./setup/progress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
endProgramsOnSignals(clearProgress);
try {
  const targets = parsePackageArguments(process.argv.slice(2));
  await installPackages(root, process.stderr);
  await buildProduct(root, process.stderr);
  for (const target of targets) {
    await packageExtension(root, process.stderr, target).then((file) => console.log(file), report);
  }
} catch (error) {
  report(error);
}

/** One platform that can't be packed doesn't keep the others from it. @param {unknown} error */
function report(error) {
  for (const line of problemLines(problemFromError("package", error))) console.error(line);
  process.exitCode = 1;
}
