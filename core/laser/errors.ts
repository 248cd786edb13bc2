// What can be wrong with a decode request.
import { FaultError, several, type FaultTable } from "../base/index.ts";

/** Counts are in tokens. */
export type DecodeFault =
  | { readonly tag: "promptEmpty" }
  | {
      readonly tag: "tokenOutsideVocabulary";
      readonly token: number;
      /** Position in the prompt, from 0. */
      readonly place: number;
      readonly vocabularySize: number;
    }
  | {
      readonly tag: "contextTooSmall";
      readonly promptTokens: number;
      /** The tokens were not counted: the text alone is too long. */
      readonly isLeast?: true;
      readonly maxTokens: number;
      readonly contextTokens: number;
    };

const DECODE_FAULTS: FaultTable<DecodeFault> = {
  promptEmpty: {
    blame: "input",
    message: "The prompt is empty.",
    nextStep: "Write something in the prompt.",
  },
  tokenOutsideVocabulary: {
    blame: "input",
    message: (fault) =>
      `Token ${fault.token} at position ${fault.place} is outside the model's vocabulary of ${fault.vocabularySize}.`,
    nextStep: "The prompt was made for another model: tokenize it with this one.",
  },
  contextTooSmall: {
    blame: "input",
    message: (fault) =>
      fault.isLeast === true
        ? `The prompt has at least ${several(fault.promptTokens, "token")}, but the context holds only ${fault.contextTokens}.`
        : `The prompt has ${several(fault.promptTokens, "token")} and up to ${fault.maxTokens} more may be written, but the context holds only ${fault.contextTokens}.`,
    nextStep:
      "Raise the context size, at most to what the model was trained for, lower the maximum number of tokens, or shorten the prompt.",
    details: ({ isLeast, promptTokens, maxTokens }) =>
      isLeast === true ? undefined : { neededTokens: promptTokens + maxTokens },
  },
};

/** Thrown before anything is evaluated. */
export class DecodeError extends FaultError<DecodeFault> {
  protected override get table() {
    return DECODE_FAULTS;
  }
}
