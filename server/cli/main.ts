// Runs the `laser` command in this process.
import { runLaser } from "./laser.ts";
import { tolerateStdoutErrors } from "./terminal/interrupt.ts";

tolerateStdoutErrors();
const exitCode = await runLaser(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
