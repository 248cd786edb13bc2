// Texts for decode requests that can't be met.
import { unreachable } from "../../../core/base/index.ts";
import type { DecodeFault } from "../../../core/laser/index.ts";
import type { ErrorText } from "./text.ts";

export function describeDecodeFault(fault: DecodeFault): ErrorText {
  const { tag: code } = fault;
  switch (fault.tag) {
    case "promptEmpty":
      return { code, message: "The prompt is empty.", nextStep: "Write something in the prompt." };
    case "tokenOutsideVocabulary":
      return {
        code,
        message: `Token ${fault.token} at position ${fault.place} is outside the model's vocabulary of ${fault.vocabularySize}.`,
        nextStep: "The prompt was made for another model: tokenize it with this one.",
      };
    case "contextTooSmall":
      return {
        code,
        message: `The prompt has ${fault.promptTokens} tokens and up to ${fault.maxTokens} more may be written, but the context holds only ${fault.contextTokens}.`,
        nextStep: "Raise the context size, lower the maximum number of tokens, or shorten the prompt.",
      };
    default:
      return unreachable(fault);
  }
}
