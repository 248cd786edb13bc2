// Faults of replays and benchmarks.
import { FaultError, several, type FaultTable, t } from "../../core/base/index.ts";

export type BenchFault =
  | { readonly tag: "recordingsMissing"; readonly path: string }
  | { readonly tag: "recordingsUnreadable"; readonly path: string; readonly reason: string }
  | { readonly tag: "recordingsEmpty"; readonly path: string }
  | {
      readonly tag: "recordingInvalid";
      readonly path: string;
      /** Counted from 1. */
      readonly line: number;
      /** The field that is wrong, such as "prompt[3]"; null: the line as a whole. */
      readonly field: string | null;
      readonly reason: string;
    }
  /** The pool would use up all answers. */
  | {
      readonly tag: "noTests";
      readonly path: string;
      readonly answers: number;
      readonly poolAnswers: number;
    }
  | { readonly tag: "tooFewTests"; readonly path: string; readonly asked: number; readonly left: number }
  | { readonly tag: "replayStrategyUnknown"; readonly name: string; readonly known: readonly string[] }
  | { readonly tag: "groupModeUnknown"; readonly name: string; readonly known: readonly string[] }
  | { readonly tag: "replayStrategyTwice"; readonly name: string }
  /** The recordings hold more distinct ids than the model has words. */
  | { readonly tag: "vocabularyTooSmall"; readonly words: number; readonly vocabularySize: number }
  /** Too few distinct answers for tests and a pool beside them; poolAnswers null: a pool of one or more. */
  | {
      readonly tag: "ablationTooFewAnswers";
      readonly path: string;
      readonly answers: number;
      readonly tests: number;
      readonly poolAnswers: number | null;
    }
  | { readonly tag: "ablatedUnknown"; readonly name: string; readonly known: readonly string[] }
  /** A recorded trace in which nothing was drafted has nothing to judge under other rules. */
  | { readonly tag: "noDraftedTraces"; readonly traces: number }
  /** Too few distinct answers to leave one part out in turn. */
  | {
      readonly tag: "tooFewAnswers";
      readonly path: string;
      readonly answers: number;
      readonly needed: number;
    };

const FORMAT = '{"k": 7, "kind": "item", "group": "Drama", "prompt": [1, 2], "out": [3, 4]}';

const BENCH_FAULTS: FaultTable<BenchFault> = {
  recordingsMissing: {
    blame: "input",
    message: (fault) => t("There are no recorded answers at {0}.", fault.path),
    nextStep: t("Check the path."),
  },
  recordingsUnreadable: {
    blame: "input",
    message: (fault) => t("The recorded answers {0} can't be read: {1}.", fault.path, fault.reason),
    nextStep: t("Check that it is a file and that you may read it."),
  },
  recordingsEmpty: {
    blame: "input",
    message: (fault) => t("The file {0} contains no recorded answers.", fault.path),
    nextStep: t("Give a file with one answer per line, such as {0}.", FORMAT),
  },
  recordingInvalid: {
    blame: "input",
    message: (fault) => {
      const what = fault.field === null ? "" : `${fault.field} `;
      return t(
        "Line {0} of {1} is not a recorded answer: {2}{3}.",
        fault.line,
        fault.path,
        what,
        fault.reason,
      );
    },
    nextStep: t("Fix or remove the line; it should look like {0}.", FORMAT),
  },
  noTests: {
    blame: "input",
    message: (fault) =>
      t(
        "A pool of {0} leaves none to test: {1} contains {2}.",
        several(fault.poolAnswers, "answer"),
        fault.path,
        fault.answers,
      ),
    nextStep: (fault) => `Give --pool a number below ${fault.answers}.`,
  },
  tooFewTests: {
    blame: "input",
    message: (fault) =>
      t(
        "{0} contains {1} after those of the pool, not {2}.",
        fault.path,
        several(fault.left, "answer"),
        fault.asked,
      ),
    nextStep: (fault) => `Give --tests a number up to ${fault.left}, or leave it out to take all.`,
  },
  replayStrategyUnknown: {
    blame: "input",
    message: (fault) => t('There is no strategy "{0}" to replay.', fault.name),
    nextStep: (fault) => t("Choose from {0}.", fault.known.join(", ")),
  },
  groupModeUnknown: {
    blame: "input",
    message: (fault) => t('There is no way to use groups called "{0}".', fault.name),
    nextStep: (fault) => t("Choose from {0}.", fault.known.join(", ")),
  },
  replayStrategyTwice: {
    blame: "input",
    message: (fault) => t('The strategy "{0}" is named twice.', fault.name),
    nextStep: t("Name each strategy once."),
  },
  vocabularyTooSmall: {
    blame: "input",
    message: (fault) =>
      t(
        "The recordings hold {0} distinct token ids, more than the model's vocabulary of {1}.",
        fault.words,
        fault.vocabularySize,
      ),
    nextStep: t("Use a model with a larger vocabulary, or recordings as texts."),
  },
  ablationTooFewAnswers: {
    blame: "input",
    message: ({ path, answers, tests, poolAnswers }) =>
      t(
        "{0} contains {1}: too few for {2} and a pool of ",
        path,
        several(answers, "different answer"),
        several(tests, "test"),
      ) + (poolAnswers === null ? t("at least one beside them.") : t("{0} beside them.", poolAnswers)),
    nextStep: "Give more answers, or a lower --tests or --pool.",
  },
  ablatedUnknown: {
    blame: "input",
    message: (fault) => t('There is nothing called "{0}" to vary.', fault.name),
    nextStep: (fault) => t("Choose from {0}, each once.", fault.known.join(", ")),
  },
  noDraftedTraces: {
    blame: "input",
    message: (fault) => t("Nothing was drafted in {0}.", several(fault.traces, "recorded trace")),
    nextStep:
      "Record runs with a drafting strategy, such as laser generate --strategy laser-strict --trace FILE.",
  },
  tooFewAnswers: {
    blame: "input",
    message: (fault) =>
      t("{0} contains {1} different answers; {2} are needed.", fault.path, fault.answers, fault.needed),
    nextStep: "Give more earlier answers, or a lower --folds.",
  },
};

export class BenchError extends FaultError<BenchFault> {
  protected override get table() {
    return BENCH_FAULTS;
  }
}
