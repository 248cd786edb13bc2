// Faults of prompt files and chat templates.
import { FaultError, type FaultTable, t } from "../base/index.ts";
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
  return file === null ? t("The chat template of the model") : t("The chat template {0}", file);
}

/** Lines are numbered from 1 here. The caller names the file, which the fault doesn't contain. */
const PROMPT_FAULTS: FaultTable<PromptFault> = {
  promptInvalid: {
    blame: "input",
    message: ({ problems }) => {
      const errors = errorsOf(problems);
      const [first] = errors;
      if (first === undefined) return t("The prompt has an error.");
      const { line, character } = first.range.start;
      const more = errors.length > 1 ? t(" ({0} more)", errors.length - 1) : "";
      return t("Line {0}, column {1}: {2}{3}", line + 1, character + 1, first.message, more);
    },
    nextStep: ({ problems }) => {
      const [first] = errorsOf(problems);
      if (first === undefined) return t("Correct the prompt file.");
      return first.nextStep ?? t("Correct the prompt file at this place.");
    },
  },
  variableMissing: {
    blame: "input",
    message: (fault) => t('The variable "{0}" (line {1}) has no value.', fault.name, fault.line + 1),
    nextStep: (fault) =>
      `Give it with --set ${fault.name}=VALUE, or add it under "sample:" in the front matter.`,
  },
  variableUnknown: {
    blame: "input",
    message: (fault) => t('The prompt uses no variable "{0}".', fault.name),
    nextStep: (fault) =>
      fault.known.length === 0
        ? t("It has no variables: leave the value out.")
        : t("Its variables are: {0}.", fault.known.join(", ")),
  },
  renderFailed: {
    blame: "input",
    message: (fault) =>
      t("The {0} section can't be rendered (line {1}): {2}.", fault.role, fault.line + 1, fault.reason),
    nextStep: t("Check the expression there and the values of its variables."),
  },
  promptEmpty: {
    blame: "input",
    message: t("With these values the prompt has no messages."),
    nextStep: t('Write "user:" on a line of its own and the message below it.'),
  },
  templateMissing: {
    blame: "input",
    message: t("The model file has no chat template, so messages can't be formatted for it."),
    nextStep: t(
      'Choose an instruction-tuned ("Instruct" or "Chat") model, or give a template with {0}.',
      TEMPLATE_OPTION,
    ),
  },
  templateInvalid: {
    blame: "input",
    message: ({ file, reason }) => t("{0} is not valid Jinja: {1}.", templateOf(file), reason),
    nextStep: ({ file }) =>
      file === null
        ? t("Give a repaired template with {0}, or choose another GGUF of this model.", TEMPLATE_OPTION)
        : t("Correct the file, or leave it out to use the model's own template."),
  },
  templateRefused: {
    blame: "input",
    message: ({ file, reason }) => t("{0} refuses these messages: {1}", templateOf(file), reason),
    nextStep: ({ refusesSystem }) =>
      refusesSystem
        ? "Put the system text into the user's turn: --system-in-user-turn on, laser.systemInUserTurn, or system_in_user_turn: true in the prompt file's model.parameters."
        : t(
            "Change the sections of the prompt accordingly: most such templates want user and assistant messages in turn.",
          ),
  },
  templateFailed: {
    blame: "input",
    message: ({ file, reason }) => t("{0} failed on these messages: {1}.", templateOf(file), reason),
    nextStep: ({ file }) =>
      file === null
        ? t("Try a prompt with a single user section, or give a repaired template with {0}.", TEMPLATE_OPTION)
        : t("Try a prompt with a single user section, or correct the file."),
  },
};

export class PromptError extends FaultError<PromptFault> {
  protected override get table() {
    return PROMPT_FAULTS;
  }
}

const errorsOf = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ severity }) => severity === "error");
