// Runs the `laser` command in this process.
import type { ErrorReport, ErrorText } from "../../core/base/index.ts";
import { runLaser } from "./laser.ts";
import { tolerateStdoutErrors } from "./terminal/interrupt.ts";

tolerateStdoutErrors();
const exitCode = await runLaser(process.argv.slice(2), reportToParent);
if (exitCode !== undefined) process.exitCode = exitCode;

/** Sends the error to the program that started this one, if they have an IPC channel. */
function reportToParent(error: ErrorText): Promise<void> {
  const report: ErrorReport = { error };
  return new Promise((resolve) => {
    // A parent that has gone is not an error of this command.
    const sent = (): void => {
      resolve();
    };
    if (process.send === undefined) sent();
    else process.send(report, undefined, undefined, sent);
  });
}
