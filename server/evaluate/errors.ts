// Faults of an evaluation, as data.
import { FaultError, type FaultTable, t } from "../../core/base/index.ts";

export type EvaluateFault =
  | {
      readonly tag: "knowledgeLineInvalid";
      readonly path: string;
      readonly line: number;
      readonly reason: string;
    }
  /** Not written `NAME=FILE`, or a name given twice, or one that the study uses itself. */
  | { readonly tag: "armInvalid"; readonly given: string; readonly reason: string }
  /** Users' knowledge and items' under other names. */
  | { readonly tag: "userArmsDiffer"; readonly users: readonly string[]; readonly items: readonly string[] }
  /** Knowledge about users that may have been made from all of their interactions. */
  | { readonly tag: "splitMissing"; readonly path: string }
  /** The tokens of an answer are not those of the model that is to score it. */
  | { readonly tag: "targetDiffers"; readonly path: string; readonly id: string }
  | { readonly tag: "strictMissing"; readonly names: readonly string[] }
  /** Too few items have text in every file and interactions in the data. */
  | { readonly tag: "tooFewItems"; readonly items: number; readonly needed: number }
  | { readonly tag: "tooFewClicks"; readonly clicks: number; readonly rows: number }
  /** Without times, the past of an interaction is not known. */
  | { readonly tag: "timesMissing"; readonly path: string }
  | { readonly tag: "clickModelMissing"; readonly requirement: string; readonly megabytes: number }
  | {
      readonly tag: "clickModelFailed";
      readonly exitCode: number | null;
      readonly output: readonly string[];
    };

export const EVALUATE_FAULTS: FaultTable<EvaluateFault> = {
  knowledgeLineInvalid: {
    blame: "input",
    message: ({ path, line, reason }) =>
      t("Line {0} of {1} is not an answer of a run: {2}.", line, path, reason),
    nextStep: t('Give the output of laser run, one JSON object per line with "id" and "text".'),
  },
  armInvalid: {
    blame: "input",
    message: ({ given, reason }) => `--knowledge ${given} can't be used: ${reason}.`,
    nextStep: "Write --knowledge NAME=FILE once for each file, such as --knowledge strict=strict.jsonl.",
  },
  userArmsDiffer: {
    blame: "input",
    message: ({ users, items }) =>
      t(
        "Knowledge about users is given for {0}, and about items for {1}.",
        users.join(", "),
        items.join(", "),
      ),
    nextStep:
      "Give --user-knowledge NAME=FILE once for each --knowledge, under the same names, or not at all.",
  },
  splitMissing: {
    blame: "input",
    message: ({ path }) =>
      t("{0} has no split, so users' knowledge may contain the interactions to predict.", path),
    nextStep:
      "Import the data with --split user:40/45/15, write users' knowledge from that file, and evaluate with it.",
  },
  targetDiffers: {
    blame: "input",
    message: ({ path, id }) =>
      `The tokens of ${JSON.stringify(id)} in ${path} are not those of the model of --target.`,
    nextStep: "Name the model that wrote the answers with --target, or leave it out.",
  },
  strictMissing: {
    blame: "input",
    message: ({ names }) =>
      t(
        "None of the files is named strict, which relaxed knowledge is compared with (given: {0}).",
        names.join(", ") || "none",
      ),
    nextStep: "Add --knowledge strict=FILE, the answers written with --strategy laser-strict or plain.",
  },
  tooFewItems: {
    blame: "input",
    message: ({ items, needed }) =>
      t(
        "Only {0} items have an answer in every file and an interaction in the data; a click model needs {1}.",
        items,
        needed,
      ),
    nextStep: t("Write knowledge for more items, or check that the ids are those of the data set."),
  },
  tooFewClicks: {
    blame: "input",
    message: ({ clicks, rows }) =>
      t(
        "{0} of {1} interactions are clicks; a click model needs both kinds, at least 20 of each.",
        clicks,
        rows,
      ),
    nextStep: "Change --min-rating, or write knowledge for more items.",
  },
  timesMissing: {
    blame: "input",
    message: ({ path }) => t("{0} has interactions without a time, so the past of each is unknown.", path),
    nextStep: "Import a data set with times; --map time=COLUMN names their column.",
  },
  clickModelMissing: {
    blame: "environment",
    message: ({ requirement }) =>
      t("The click model needs the Python package {0}, which is not installed.", requirement),
    nextStep: ({ megabytes }) =>
      `Run again with --install (fetches about ${megabytes} MB from the Python package index into the cache, each file checked by its hash), or set LASER_PYTHON to a Python that has it.`,
  },
  clickModelFailed: {
    blame: "environment",
    message: ({ exitCode, output }) =>
      t(
        "The click model ended with {0}: {1}.",
        exitCode === null ? t("a signal") : t("exit code {0}", exitCode),
        (output.at(-1) ?? t("no output")).replace(/\.$/, ""),
      ),
    nextStep: t("Run it again; if it fails again, report the last lines with the data's layout."),
  },
};

export class EvaluateError extends FaultError<EvaluateFault> {
  protected override get table() {
    return EVALUATE_FAULTS;
  }
}
