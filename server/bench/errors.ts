// Faults of replays and benchmarks.
import { FaultError, several, type FaultTable } from "../../core/base/index.ts";

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
    message: (fault) => `There are no recorded answers at ${fault.path}.`,
    nextStep: "Check the path.",
  },
  recordingsUnreadable: {
    blame: "input",
    message: (fault) => `The recorded answers ${fault.path} can't be read: ${fault.reason}.`,
    nextStep: "Check that it is a file and that you may read it.",
  },
  recordingsEmpty: {
    blame: "input",
    message: (fault) => `The file ${fault.path} contains no recorded answers.`,
    nextStep: `Give a file with one answer per line, such as ${FORMAT}.`,
  },
  recordingInvalid: {
    blame: "input",
    message: (fault) => {
      const what = fault.field === null ? "" : `${fault.field} `;
      return `Line ${fault.line} of ${fault.path} is not a recorded answer: ${what}${fault.reason}.`;
    },
    nextStep: `Fix or remove the line; it should look like ${FORMAT}.`,
  },
  noTests: {
    blame: "input",
    message: (fault) =>
      `A pool of ${several(fault.poolAnswers, "answer")} leaves none to test: ${fault.path} contains ${fault.answers}.`,
    nextStep: (fault) => `Give --pool a number below ${fault.answers}.`,
  },
  tooFewTests: {
    blame: "input",
    message: (fault) =>
      `${fault.path} contains ${several(fault.left, "answer")} after those of the pool, not ${fault.asked}.`,
    nextStep: (fault) => `Give --tests a number up to ${fault.left}, or leave it out to take all.`,
  },
  replayStrategyUnknown: {
    blame: "input",
    message: (fault) => `There is no strategy "${fault.name}" to replay.`,
    nextStep: (fault) => `Choose from ${fault.known.join(", ")}.`,
  },
  groupModeUnknown: {
    blame: "input",
    message: (fault) => `There is no way to use groups called "${fault.name}".`,
    nextStep: (fault) => `Choose from ${fault.known.join(", ")}.`,
  },
  replayStrategyTwice: {
    blame: "input",
    message: (fault) => `The strategy "${fault.name}" is named twice.`,
    nextStep: "Name each strategy once.",
  },
  vocabularyTooSmall: {
    blame: "input",
    message: (fault) =>
      `The recordings hold ${fault.words} distinct token ids, more than the model's vocabulary of ${fault.vocabularySize}.`,
    nextStep: "Use a model with a larger vocabulary, or recordings as texts.",
  },
  ablationTooFewAnswers: {
    blame: "input",
    message: ({ path, answers, tests, poolAnswers }) =>
      `${path} contains ${several(answers, "different answer")}: too few for ${several(tests, "test")} and a pool of ` +
      (poolAnswers === null ? "at least one beside them." : `${poolAnswers} beside them.`),
    nextStep: "Give more answers, or a lower --tests or --pool.",
  },
  ablatedUnknown: {
    blame: "input",
    message: (fault) => `There is nothing called "${fault.name}" to vary.`,
    nextStep: (fault) => `Choose from ${fault.known.join(", ")}, each once.`,
  },
  noDraftedTraces: {
    blame: "input",
    message: (fault) => `Nothing was drafted in ${several(fault.traces, "recorded trace")}.`,
    nextStep:
      "Record runs with a drafting strategy, such as laser generate --strategy laser-strict --trace FILE.",
  },
  tooFewAnswers: {
    blame: "input",
    message: (fault) =>
      `${fault.path} contains ${fault.answers} different answers; ${fault.needed} are needed.`,
    nextStep: "Give more earlier answers, or a lower --folds.",
  },
};

export class BenchError extends FaultError<BenchFault> {
  protected override get table() {
    return BENCH_FAULTS;
  }
}
