// @ts-check
// `npm test` and `npm run test:<lane>`: checks Node's version and hands over to testCommand.mjs.
// It must stay readable for a Node that is too old: no static import but the check itself.
import { nodeVersionProblem } from "./nodeVersion.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === null) {
  import("./testCommand.mjs").then((command) => command.runTests(process.argv.slice(2)));
} else {
  console.error(problem);
  process.exitCode = 1;
}
