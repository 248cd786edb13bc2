// The `laser` command: its subcommands, and errors as texts and exit codes.
// 0 done · 1 failed · 2 usage or bad input, nothing written · 130 stopped.
import { Command, CommanderError } from "commander";
import { blameOf, describeError } from "../../core/base/index.ts";
import { addBenchCommand } from "./commands/benchCommand.ts";
import { addContinueCommand } from "./commands/continueCommand.ts";
import { addDemoCommand } from "./commands/demoCommand.ts";
import { addDevicesCommand } from "./commands/devicesCommand.ts";
import { addEstimateCommand } from "./commands/estimateCommand.ts";
import { addGenerateCommand } from "./commands/generateCommand.ts";
import { addInspectCommand } from "./commands/inspectCommand.ts";
import { EXIT_STOPPED, toleratePipeEnd } from "./terminal/interrupt.ts";
import { addModelsCommand } from "./commands/modelsCommand.ts";
import { addPoolCommand } from "./commands/poolCommand.ts";
import { addReplayCommand } from "./commands/replayCommand.ts";
import { VERSION } from "./version.ts";
import { addWorkerCommand } from "./commands/workerCommand.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const program = new Command("laser")
  .description(
    "Runs a local language model by retrieval-based speculative decoding and keeps every decision.",
  )
  .version(VERSION)
  .showHelpAfterError("(run with --help for the options)")
  .exitOverride();
addGenerateCommand(program);
addContinueCommand(program);
addInspectCommand(program);
addModelsCommand(program);
addDevicesCommand(program);
addDemoCommand(program);
addBenchCommand(program);
addEstimateCommand(program);
addPoolCommand(program);
addReplayCommand(program);
addWorkerCommand(program);
for (const command of program.commands) command.copyInheritedSettings(program);

toleratePipeEnd();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Prints the error on stderr and returns the exit code. */
function report(error: unknown): number {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof Error && error.name === "AbortError") return EXIT_STOPPED;
  const { message, nextStep } = describeError(error);
  process.stderr.write(`error: ${message}\n${nextStep}\n`);
  return blameOf(error) === "input" ? EXIT_USAGE : EXIT_FAILED;
}
