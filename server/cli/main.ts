// Runs the `laser` command in this process.
import { runLaser } from "./laser.ts";
import { toleratePipeEnd } from "./terminal/interrupt.ts";

toleratePipeEnd();
const exitCode = await runLaser(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
