// What can be wrong with a decode request.
import { FaultError } from "../base/index.ts";

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
      readonly maxTokens: number;
      readonly contextTokens: number;
    };

/** Thrown before anything is evaluated. */
export class DecodeError extends FaultError<DecodeFault> {}
