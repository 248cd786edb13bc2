// The shape of every error that a user sees.
import * as Type from "typebox";

export interface ErrorText {
  /** Stable word for logs, tests and settings, e.g. "modelFileMissing". */
  readonly code: string;
  /** Names the thing and the reason, in one or two sentences. */
  readonly message: string;
  /** What the user can do now. */
  readonly nextStep: string;
}

export const ErrorTextSchema = Type.Object({
  code: Type.String(),
  message: Type.String(),
  nextStep: Type.String(),
});
