// The `laser` command: its subcommands, and errors as texts and exit codes.
// 0 done · 1 failed · 2 usage or bad input, nothing written · 130 stopped.
import { Command, CommanderError } from "commander";
import { blameOf, describeError, type ErrorText } from "../../core/base/index.ts";
import { addAblateCommand } from "./commands/ablateCommand.ts";
import { addBenchCommand } from "./commands/benchCommand.ts";
import { addContinueCommand } from "./commands/continueCommand.ts";
import { addDataCommand } from "./commands/dataCommand.ts";
import { addDemoCommand } from "./commands/demoCommand.ts";
import { addDevicesCommand } from "./commands/devicesCommand.ts";
import { addEstimateCommand } from "./commands/estimateCommand.ts";
import { addEvaluateCommand } from "./commands/evaluateCommand.ts";
import { addGenerateCommand } from "./commands/generateCommand.ts";
import { addGroupsCommand } from "./commands/groupsCommand.ts";
import { addInspectCommand } from "./commands/inspectCommand.ts";
import { addModelsCommand } from "./commands/modelsCommand.ts";
import { addPoolCommand } from "./commands/poolCommand.ts";
import { addReplayCommand } from "./commands/replayCommand.ts";
import { addRunCommand } from "./commands/runCommand.ts";
import { addWorkerCommand } from "./commands/workerCommand.ts";
import { addExamples } from "./help/examples.ts";
import { refuseEmpty } from "./options/emptyValues.ts";
import { withOptionHint } from "./help/optionHints.ts";
import { EXIT_FAILED, EXIT_STOPPED } from "./terminal/interrupt.ts";
import { complain, setQuiet, writeErr, writeOut } from "./terminal/output.ts";
import { VERSION } from "./version.ts";

const EXIT_USAGE = 2;

/**
 * Runs the command with these arguments and returns its exit code, unless a command has set `process.exitCode`. Errors
 * are printed, not thrown.
 * @param onError receives an error that was printed
 */
export async function runLaser(
  args: readonly string[],
  onError?: (error: ErrorText) => Promise<void>,
): Promise<number | undefined> {
  try {
    await laserProgram().parseAsync(args, { from: "user" });
    return undefined;
  } catch (error) {
    return await report(error, onError);
  } finally {
    setQuiet(false);
  }
}

/** The whole command, not run yet. */
export function laserProgram(): Command {
  const program = new Command("laser")
    .description(
      "Runs a local language model by retrieval-based speculative decoding and keeps every decision.",
    )
    .version(VERSION)
    .showHelpAfterError("(run with --help for the options)")
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text, write) => {
        write(withOptionHint(text));
      },
    })
    .hook("preAction", (_, command) => {
      setQuiet(command.opts<{ quiet?: boolean }>().quiet ?? false);
      refuseEmpty(command);
    })
    .exitOverride();
  addGenerateCommand(program);
  addRunCommand(program);
  addContinueCommand(program);
  addInspectCommand(program);
  addModelsCommand(program);
  addDevicesCommand(program);
  addDemoCommand(program);
  addBenchCommand(program);
  addAblateCommand(program);
  addEstimateCommand(program);
  addEvaluateCommand(program);
  addGroupsCommand(program);
  addPoolCommand(program);
  addDataCommand(program);
  addReplayCommand(program);
  addWorkerCommand(program);
  addExamples(program);
  return program;
}

/** Prints the error on stderr and returns the exit code. */
async function report(error: unknown, onError?: (error: ErrorText) => Promise<void>): Promise<number> {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    await onError?.({ code: "usage", message: error.message.replace(/^error: /, ""), nextStep: "" });
    return EXIT_USAGE;
  }
  if (error instanceof Error && error.name === "AbortError") return EXIT_STOPPED;
  const text = describeError(error);
  complain(`error: ${text.message}\n${text.nextStep}`);
  await onError?.(text);
  return blameOf(error) === "input" ? EXIT_USAGE : EXIT_FAILED;
}
