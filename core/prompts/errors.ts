// Faults of prompt files and chat templates.
import { FaultError } from "../base/index.ts";
import type { Problem } from "./problem.ts";
import type { Role } from "./promptFile.ts";

export type PromptFault =
  /** The file has at least one error; `problems` holds its warnings too. */
  | { readonly tag: "promptInvalid"; readonly problems: readonly Problem[] }
  /** A variable without a value; `line` counts from 0 and is where it is first read. */
  | { readonly tag: "variableMissing"; readonly name: string; readonly line: number }
  /** A value was given for a name that is not used in the file. */
  | { readonly tag: "variableUnknown"; readonly name: string; readonly known: readonly string[] }
  /** Jinja failed with the given values; `line` counts from 0. */
  | { readonly tag: "renderFailed"; readonly role: Role; readonly line: number; readonly reason: string }
  /** The model has no chat template. */
  | { readonly tag: "templateMissing" }
  /** The model's chat template is not valid Jinja. */
  | { readonly tag: "templateInvalid"; readonly reason: string }
  /** The model's chat template itself refuses these messages; `reason` is its own wording. */
  | { readonly tag: "templateRefused"; readonly reason: string }
  /** The model's chat template failed while rendering. */
  | { readonly tag: "templateFailed"; readonly reason: string }
  /** Every private-use character occurs in the messages, so none is left to separate text from control tokens. */
  | { readonly tag: "noPrivateCharacter" };

export class PromptError extends FaultError<PromptFault> {}
