// The faults of prompt files and chat templates.
import { FaultError } from "../laser/index.ts";
import type { Problem } from "./problem.ts";
import type { Role } from "./promptFile.ts";

export type PromptFault =
  /** The file has at least one error; `problems` holds its warnings too. */
  | { readonly tag: "promptInvalid"; readonly problems: readonly Problem[] }
  /** A variable without a value; `line` counts from 0 and is the first place that reads it. */
  | { readonly tag: "variableMissing"; readonly name: string; readonly line: number }
  /** A value was given for a name that nothing in the file reads. */
  | { readonly tag: "variableUnknown"; readonly name: string; readonly known: readonly string[] }
  /** Jinja failed on the values given; `line` counts from 0. */
  | { readonly tag: "renderFailed"; readonly role: Role; readonly line: number; readonly reason: string }
  /** The model carries no chat template. */
  | { readonly tag: "templateMissing" }
  /** The model's chat template is no valid Jinja. */
  | { readonly tag: "templateInvalid"; readonly reason: string }
  /** The model's chat template itself refuses these messages; `reason` is its own wording. */
  | { readonly tag: "templateRefused"; readonly reason: string }
  /** The model's chat template broke while it ran. */
  | { readonly tag: "templateFailed"; readonly reason: string }
  /** Every private-use character occurs in the messages, so that none is left to keep text apart from control tokens. */
  | { readonly tag: "noPrivateCharacter" };

export class PromptError extends FaultError<PromptFault> {}
