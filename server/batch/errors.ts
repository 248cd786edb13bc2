// Faults of batch runs.
import { FaultError, several, type FaultTable } from "../../core/base/index.ts";

export type BatchFault =
  /** `answers`: how many rows the file holds; null if another program wrote it. */
  | { readonly tag: "outputExists"; readonly path: string; readonly answers: number | null }
  /** There is nothing to continue: no output, or no journal beside it. */
  | { readonly tag: "outputNotARun"; readonly path: string; readonly missing: string }
  /** `differences`: e.g. "strategy is laser, and was laser-strict". */
  | { readonly tag: "outputOfOtherRun"; readonly path: string; readonly differences: readonly string[] }
  | { readonly tag: "outputBusy"; readonly path: string; readonly pid: number; readonly host: string }
  | { readonly tag: "outputDamaged"; readonly path: string; readonly line: number; readonly reason: string }
  /** `rows`: written so far. */
  | { readonly tag: "outputDiskFull"; readonly path: string; readonly rows: number }
  | { readonly tag: "tooManyFailures"; readonly path: string; readonly failures: number }
  /** The engine, not the rows: enough in a row that the rest is unlikely to fare better. */
  | {
      readonly tag: "engineKeepsFailing";
      readonly path: string;
      readonly rows: number;
      readonly reason: string;
    };

const RESUME = "Once that is solved, the same command with --resume continues.";

const BATCH_FAULTS: FaultTable<BatchFault> = {
  outputExists: {
    blame: "input",
    message: ({ path, answers }) =>
      `${path} exists${answers === null ? "" : ` and holds ${several(answers, "row")} of an earlier run`}. Nothing was changed.`,
    nextStep: ({ answers }) =>
      answers === null
        ? "Give another --out, or --overwrite to replace the file."
        : "Give --resume to continue that run, another --out, or --overwrite to begin again.",
  },
  outputNotARun: {
    blame: "input",
    message: ({ path, missing }) => `There is no run to resume at ${path}: ${missing}.`,
    nextStep: "Check the path, or leave out --resume to begin a run.",
  },
  outputOfOtherRun: {
    blame: "input",
    message: ({ path, differences }) => `${path} belongs to another run: ${differences.join("; ")}.`,
    nextStep: "Repeat the command with what that run had, or give another --out.",
  },
  outputBusy: {
    blame: "input",
    message: ({ path, pid, host }) => `Process ${pid} on ${host} is writing ${path}. Nothing was changed.`,
    nextStep: "Wait until it has ended, or give another --out.",
  },
  outputDamaged: {
    blame: "environment",
    message: ({ path, line, reason }) => `Line ${line} of ${path} is not a row of a run: ${reason}.`,
    nextStep: "Restore the file from a copy, or begin again with --overwrite.",
  },
  outputDiskFull: {
    blame: "environment",
    message: ({ path, rows }) =>
      `The disk of ${path} is full. ${several(rows, "row")} of the run ${rows === 1 ? "is" : "are"} kept.`,
    nextStep: "Free some space there; the same command with --resume continues.",
  },
  tooManyFailures: {
    blame: "environment",
    message: ({ failures }) => `${several(failures, "row")} failed, more than --max-failures allows.`,
    nextStep: ({ path }) =>
      `Read the reasons in ${path} (rows whose "error" is not null); --resume --retry-failed tries them again.`,
  },
  engineKeepsFailing: {
    blame: "environment",
    message: ({ rows, reason }) =>
      `The engine failed in ${several(rows, "row")} one after another: ${reason}`,
    nextStep: `${RESUME} Add --retry-failed to try the failed rows again.`,
  },
};

export class BatchError extends FaultError<BatchFault> {
  protected override get table() {
    return BATCH_FAULTS;
  }
}
