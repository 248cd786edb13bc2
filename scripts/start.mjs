// @ts-check
// `npm start`: the first command of the README. It checks Node's version and hands over to startCommand.mjs.
// It must stay readable for a Node that is too old: no static import but the check itself.
import { nodeVersionProblem } from "./nodeVersion.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === null) {
  import("./startCommand.mjs").then((command) => command.runStart(process.argv.slice(2)));
} else {
  console.error(problem);
  process.exitCode = 1;
}
