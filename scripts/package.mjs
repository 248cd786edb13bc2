// @ts-check
// `npm run package`: installs, builds and packs the extension; the last line names the .vsix file.
import { fileURLToPath } from "node:url";
import { packageExtension } from "./editor/vsix.mjs";
import { endProgramsOnSignals } from "./programs/run.mjs";
import { buildProduct } from "./setup/build.mjs";
import { installPackages } from "./setup/install.mjs";
import { problemFromError, problemLines } from "./setup/problem.mjs";
import { clearProgress } from "./setup/progress.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
endProgramsOnSignals(clearProgress);
try {
  await installPackages(root, process.stderr);
  await buildProduct(root, process.stderr);
  console.log(await packageExtension(root, process.stderr));
} catch (error) {
  for (const line of problemLines(problemFromError("package", error))) console.error(line);
  process.exitCode = 1;
}
