// Faults of batch runs.
import { FaultError, several, type FaultTable, t } from "../../core/base/index.ts";

export type BatchFault =
  /** `answers`: how many rows the file holds; null if another program wrote it. */
  | { readonly tag: "outputExists"; readonly path: string; readonly answers: number | null }
  /** There is nothing to continue: no output, or no journal beside it. */
  | { readonly tag: "outputNotARun"; readonly path: string; readonly missing: string }
  /** `differences`: e.g. "strategy is laser, and was laser-strict". */
  | { readonly tag: "outputOfOtherRun"; readonly path: string; readonly differences: readonly string[] }
  /** The journal beside an output was written with another one. */
  | { readonly tag: "journalOfOtherRun"; readonly path: string; readonly journal: string }
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
      t(
        "{0} exists{1}. Nothing was changed.",
        path,
        answers === null ? "" : t(" and holds {0} of an earlier run", several(answers, "row")),
      ),
    nextStep: ({ answers }) =>
      answers === null
        ? "Give another --out, or --overwrite to replace the file."
        : "Give --resume to continue that run, another --out, or --overwrite to begin again.",
  },
  outputNotARun: {
    blame: "input",
    message: ({ path, missing }) => t("There is no run to resume at {0}: {1}.", path, missing),
    nextStep: "Check the path, or leave out --resume to begin a run.",
  },
  outputOfOtherRun: {
    blame: "input",
    message: ({ path, differences }) => t("{0} belongs to another run: {1}.", path, differences.join("; ")),
    nextStep: "Repeat the command with what that run had, or give another --out.",
  },
  journalOfOtherRun: {
    blame: "input",
    message: ({ path, journal }) =>
      t(
        "{0} is the journal of another output: {1} does not begin with its first row. Nothing was changed.",
        journal,
        path,
      ),
    nextStep: ({ path }) => t("Restore the journal that was written with {0}, or give another --out.", path),
  },
  outputBusy: {
    blame: "input",
    message: ({ path, pid, host }) =>
      t("Process {0} on {1} is writing {2}. Nothing was changed.", pid, host, path),
    nextStep: "Wait until it has ended, or give another --out.",
  },
  outputDamaged: {
    blame: "environment",
    message: ({ path, line, reason }) => t("Line {0} of {1} can't be from a run: {2}.", line, path, reason),
    nextStep: "Restore the file from a copy, or begin again with --overwrite.",
  },
  outputDiskFull: {
    blame: "environment",
    message: ({ path, rows }) =>
      t(
        "The disk of {0} is full. {1} of the run {2} kept.",
        path,
        several(rows, "row"),
        rows === 1 ? "is" : "are",
      ),
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
      t("The engine failed in {0} one after another: {1}", several(rows, "row"), reason),
    nextStep: `${RESUME} Add --retry-failed to try the failed rows again.`,
  },
};

export class BatchError extends FaultError<BatchFault> {
  protected override get table() {
    return BATCH_FAULTS;
  }
}
