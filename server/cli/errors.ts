// Faults of the command line.
import { FaultError, type ErrorText, type FaultEntry, type FaultTable, t } from "../../core/base/index.ts";

export type CliFault =
  | {
      readonly tag: "optionInvalid";
      readonly option: string;
      readonly value: string;
      readonly reason: string;
    }
  /** Neither a file nor a text that contains a word. */
  | { readonly tag: "promptMissing" }
  | { readonly tag: "stdinEmpty" }
  | { readonly tag: "valuesFileInvalid"; readonly path: string; readonly reason: string }
  | { readonly tag: "promptFileMissing"; readonly path: string }
  | { readonly tag: "promptFileUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "promptFileUndecodable"; readonly path: string; readonly reason: string }
  | { readonly tag: "promptFileNotText"; readonly path: string; readonly reason: string }
  | { readonly tag: "tracePathUnusable"; readonly path: string; readonly reason: string }
  | { readonly tag: "traceFileMissing"; readonly path: string }
  | { readonly tag: "traceFileUnreadable"; readonly path: string; readonly reason: string }
  /** The file could be read but is not a trace. */
  | { readonly tag: "traceFileRefused"; readonly path: string; readonly text: ErrorText }
  | { readonly tag: "modelsUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "outputPathUnusable"; readonly path: string; readonly reason: string }
  /** Nothing is replaced without --overwrite. `option` names the output. */
  | { readonly tag: "outputExists"; readonly path: string; readonly option: string }
  /** The built page of the inspector is missing. */
  | { readonly tag: "reportPageMissing"; readonly path: string }
  /** A question without a terminal to ask it on. */
  | { readonly tag: "notConfirmed"; readonly what: string }
  /** Lines of a pool that could be left out; `text` is that of the pool's fault. */
  | { readonly tag: "poolLinesRefused"; readonly text: ErrorText }
  /** `text` is that of the prompt's own fault. */
  | { readonly tag: "promptFileRefused"; readonly path: string; readonly text: ErrorText };

interface Refused {
  readonly path: string;
  readonly text: ErrorText;
}

/** A file's own error, with the path in front. */
const REFUSED: FaultEntry<Refused> = {
  blame: "input",
  code: ({ text }) => text.code,
  message: ({ path, text }) => `${path}: ${text.message}`,
  nextStep: ({ text }) => text.nextStep,
  details: ({ text }) => text.details,
};

const CLI_FAULTS: FaultTable<CliFault> = {
  optionInvalid: {
    blame: "input",
    message: (fault) =>
      `${fault.option} ${fault.value.trim() === "" ? JSON.stringify(fault.value) : fault.value}: ${fault.reason}.`,
    nextStep: "Run the command with --help to see its options.",
  },
  promptMissing: {
    blame: "input",
    message: t("There is no prompt to answer."),
    nextStep: 'Give a .prompty file, --prompt "a question", or - to read standard input.',
  },
  stdinEmpty: {
    blame: "input",
    message: t("There is no prompt to answer: standard input is empty."),
    nextStep: "Pipe a prompt into the command, as in echo QUESTION | laser generate -.",
  },
  valuesFileInvalid: {
    blame: "input",
    message: (fault) => t("The values of {0} can't be used: {1}.", fault.path, fault.reason),
    nextStep: t(
      'Give an object in JSON or YAML, such as {"title": "Emma", "tags": ["novel"]}, or a list of them.',
    ),
  },
  promptFileMissing: {
    blame: "input",
    message: (fault) => t("There is no prompt file at {0}.", fault.path),
    nextStep: t("Check the path; samples/ holds prompt files to start from."),
  },
  promptFileUnreadable: {
    blame: "input",
    message: (fault) => t("The prompt file {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t("Check that it is a file and that you may read it."),
  },
  promptFileUndecodable: {
    blame: "input",
    message: (fault) => t("The prompt file {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t(
      "Save it as UTF-8 in an editor, or convert it, from Windows' Latin-1 for example: iconv -f CP1252 -t UTF-8 FILE.",
    ),
  },
  promptFileNotText: {
    blame: "input",
    message: (fault) => t("The prompt file {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t(
      "Give a prompt file, which is text: usually one whose name ends in .prompty. --model names a model.",
    ),
  },
  tracePathUnusable: {
    blame: "input",
    message: (fault) => t("The trace can't be written to {0}: {1}.", fault.path, fault.reason),
    nextStep: t("Give another path, such as out.lasertrace."),
  },
  traceFileMissing: {
    blame: "input",
    message: (fault) => t("There is no trace at {0}.", fault.path),
    nextStep: "Check the path; laser generate FILE --trace PATH records one.",
  },
  traceFileUnreadable: {
    blame: "input",
    message: (fault) => t("The trace {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t("Check that it is a file and that you may read it."),
  },
  modelsUnreadable: {
    blame: "input",
    message: (fault) => t("The folder {0} can't be searched for models: {1}.", fault.path, fault.reason),
    nextStep: t("Check the path; laser models list without a folder shows what can be fetched."),
  },
  outputPathUnusable: {
    blame: "input",
    message: (fault) => t("{0} can't be written: {1}.", fault.path, fault.reason),
    nextStep: t("Give another path."),
  },
  outputExists: {
    blame: "input",
    message: (fault) => t("{0} exists. Nothing was changed.", fault.path),
    nextStep: ({ option }) => t("Give another {0}, or --overwrite to replace the file.", option),
  },
  reportPageMissing: {
    blame: "environment",
    message: (fault) => t("The page of the report is not built: {0} is missing.", fault.path),
    nextStep: t("Run npm run build, then dist/laser.mjs inspect with the same options."),
  },
  notConfirmed: {
    blame: "input",
    message: (fault) => t("{0} needs a confirmation, and there is no terminal to ask at.", fault.what),
    nextStep: "Add --yes if you agree.",
  },
  poolLinesRefused: {
    blame: "input",
    code: ({ text }) => text.code,
    message: ({ text }) => text.message,
    nextStep: ({ text }) => `${text.nextStep} Or leave out such lines with --skip-bad-lines.`,
    details: ({ text }) => text.details,
  },
  traceFileRefused: REFUSED,
  promptFileRefused: REFUSED,
};

export class CliError extends FaultError<CliFault> {
  protected override get table() {
    return CLI_FAULTS;
  }
}
