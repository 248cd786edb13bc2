// Faults of prompt files and chat templates.
import { FaultError, type FaultTable } from "../base/index.ts";
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
  /** Rendered with the given values, the prompt has no message. */
  | { readonly tag: "promptEmpty" }
  /** The model has no chat template. */
  | { readonly tag: "templateMissing" }
  /** The chat template is not valid Jinja. `file`, here and below, replaces the model's own template; null if it is that. */
  | { readonly tag: "templateInvalid"; readonly reason: string; readonly file: string | null }
  /**
   * The chat template itself refuses these messages; `reason` is its own wording. `refusesSystem`: it takes them if their
   * system text is in the user's turn.
   */
  | {
      readonly tag: "templateRefused";
      readonly reason: string;
      readonly refusesSystem: boolean;
      readonly file: string | null;
    }
  /** The chat template failed while rendering. */
  | { readonly tag: "templateFailed"; readonly reason: string; readonly file: string | null };

const TEMPLATE_OPTION = "--chat-template FILE (laser.chatTemplate in the editor)";

function templateOf(file: string | null): string {
  return file === null ? "The chat template of the model" : `The chat template ${file}`;
}

/** Lines are numbered from 1 here. The caller names the file, which the fault doesn't contain. */
const PROMPT_FAULTS: FaultTable<PromptFault> = {
  promptInvalid: {
    blame: "input",
    message: ({ problems }) => {
      const errors = errorsOf(problems);
      const [first] = errors;
      if (first === undefined) return "The prompt has an error.";
      const { line, character } = first.range.start;
      const more = errors.length > 1 ? ` (${errors.length - 1} more)` : "";
      return `Line ${line + 1}, column ${character + 1}: ${first.message}${more}`;
    },
    nextStep: ({ problems }) => {
      const [first] = errorsOf(problems);
      if (first === undefined) return "Correct the prompt file.";
      return first.nextStep ?? "Correct the prompt file at this place.";
    },
  },
  variableMissing: {
    blame: "input",
    message: (fault) => `The variable "${fault.name}" (line ${fault.line + 1}) has no value.`,
    nextStep: (fault) =>
      `Give it with --set ${fault.name}=VALUE, or add it under "sample:" in the front matter.`,
  },
  variableUnknown: {
    blame: "input",
    message: (fault) => `The prompt uses no variable "${fault.name}".`,
    nextStep: (fault) =>
      fault.known.length === 0
        ? "It has no variables: leave the value out."
        : `Its variables are: ${fault.known.join(", ")}.`,
  },
  renderFailed: {
    blame: "input",
    message: (fault) =>
      `The ${fault.role} section can't be rendered (line ${fault.line + 1}): ${fault.reason}.`,
    nextStep: "Check the expression there and the values of its variables.",
  },
  promptEmpty: {
    blame: "input",
    message: "With these values the prompt has no messages.",
    nextStep: 'Write "user:" on a line of its own and the message below it.',
  },
  templateMissing: {
    blame: "input",
    message: "The model file has no chat template, so messages can't be formatted for it.",
    nextStep: `Choose an instruction-tuned ("Instruct" or "Chat") model, or give a template with ${TEMPLATE_OPTION}.`,
  },
  templateInvalid: {
    blame: "input",
    message: ({ file, reason }) => `${templateOf(file)} is not valid Jinja: ${reason}.`,
    nextStep: ({ file }) =>
      file === null
        ? `Give a repaired template with ${TEMPLATE_OPTION}, or choose another GGUF of this model.`
        : "Correct the file, or leave it out to use the model's own template.",
  },
  templateRefused: {
    blame: "input",
    message: ({ file, reason }) => `${templateOf(file)} refuses these messages: ${reason}`,
    nextStep: ({ refusesSystem }) =>
      refusesSystem
        ? "Put the system text into the user's turn: --system-in-user-turn on, laser.systemInUserTurn, or system_in_user_turn: true in the prompt file's model.parameters."
        : "Change the sections of the prompt accordingly: most such templates want user and assistant messages in turn.",
  },
  templateFailed: {
    blame: "input",
    message: ({ file, reason }) => `${templateOf(file)} failed on these messages: ${reason}.`,
    nextStep: ({ file }) =>
      file === null
        ? `Try a prompt with a single user section, or give a repaired template with ${TEMPLATE_OPTION}.`
        : "Try a prompt with a single user section, or correct the file.",
  },
};

export class PromptError extends FaultError<PromptFault> {
  protected override get table() {
    return PROMPT_FAULTS;
  }
}

const errorsOf = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ severity }) => severity === "error");
