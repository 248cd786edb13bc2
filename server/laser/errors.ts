// What can be wrong with a decode request. Raised before anything is evaluated.
import { FaultError } from "./fault.ts";

export type DecodeFault =
  | { readonly tag: "promptEmpty" }
  | {
      readonly tag: "tokenOutsideVocabulary";
      readonly token: number;
      readonly place: number;
      readonly vocabularySize: number;
    }
  | {
      readonly tag: "contextTooSmall";
      readonly promptTokens: number;
      readonly maxTokens: number;
      readonly contextTokens: number;
    };

export class DecodeError extends FaultError<DecodeFault> {}
