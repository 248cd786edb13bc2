// Faults of replays and benchmarks, and their texts.
import { unreachable } from "../../../core/base/index.ts";
import type { ErrorText } from "./text.ts";

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
  | { readonly tag: "replayStrategyTwice"; readonly name: string };

const FORMAT = '{"k": 7, "kind": "item", "group": "Drama", "prompt": [1, 2], "out": [3, 4]}';

/** Code, text and next step for a fault of server/bench. */
export function describeBenchFault(fault: BenchFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "recordingsMissing":
      return {
        code,
        message: `There are no recorded answers at ${fault.path}.`,
        nextStep: "Check the path.",
      };
    case "recordingsUnreadable":
      return {
        code,
        message: `The recorded answers ${fault.path} can't be read: ${fault.reason}.`,
        nextStep: "Check that it is a file and that you may read it.",
      };
    case "recordingsEmpty":
      return {
        code,
        message: `The file ${fault.path} contains no recorded answers.`,
        nextStep: `Give a file with one answer per line, such as ${FORMAT}.`,
      };
    case "recordingInvalid": {
      const what = fault.field === null ? "" : `${fault.field} `;
      return {
        code,
        message: `Line ${fault.line} of ${fault.path} is not a recorded answer: ${what}${fault.reason}.`,
        nextStep: `Fix or remove the line; it should look like ${FORMAT}.`,
      };
    }
    case "noTests":
      return {
        code,
        message: `A pool of ${fault.poolAnswers} answers leaves none to test: ${fault.path} contains ${fault.answers}.`,
        nextStep: `Give --pool a number below ${fault.answers}.`,
      };
    case "tooFewTests":
      return {
        code,
        message: `${fault.path} contains ${fault.left} answers after those of the pool, not ${fault.asked}.`,
        nextStep: `Give --tests a number up to ${fault.left}, or leave it out to take all.`,
      };
    case "replayStrategyUnknown":
      return {
        code,
        message: `There is no strategy "${fault.name}" to replay.`,
        nextStep: `Choose from ${fault.known.join(", ")}.`,
      };
    case "replayStrategyTwice":
      return {
        code,
        message: `The strategy "${fault.name}" is named twice.`,
        nextStep: "Name each strategy once.",
      };
    default:
      return unreachable(fault);
  }
}
