// Texts for faults of prompt files and chat templates. Lines are numbered from 1.
import { unreachable } from "../../../core/base/index.ts";
import type { Problem, PromptFault } from "../../../core/prompts/index.ts";
import type { ErrorText } from "./text.ts";

/**
 * Code, text and next step for a fault of core/prompts. The caller names the file, which the fault doesn't
 * contain.
 */
export function describePromptFault(fault: PromptFault): ErrorText {
  const code = fault.tag;
  switch (fault.tag) {
    case "promptInvalid":
      return { code, ...describeProblems(fault.problems) };
    case "variableMissing":
      return {
        code,
        message: `The variable "${fault.name}" (line ${fault.line + 1}) has no value.`,
        nextStep: `Give it with --set ${fault.name}=VALUE, or add it under "sample:" in the front matter.`,
      };
    case "variableUnknown":
      return {
        code,
        message: `The prompt uses no variable "${fault.name}".`,
        nextStep:
          fault.known.length === 0
            ? "It has no variables: leave the value out."
            : `Its variables are: ${fault.known.join(", ")}.`,
      };
    case "renderFailed":
      return {
        code,
        message: `The ${fault.role} section can't be rendered (line ${fault.line + 1}): ${fault.reason}.`,
        nextStep: "Check the expression there and the values of its variables.",
      };
    case "templateMissing":
      return {
        code,
        message: "The model file has no chat template, so messages can't be formatted for it.",
        nextStep: 'Choose an instruction-tuned ("Instruct" or "Chat") model.',
      };
    case "templateInvalid":
      return {
        code,
        message: `The chat template of the model file is not valid Jinja: ${fault.reason}.`,
        nextStep: "Choose another GGUF of this model; newer conversions often have a repaired template.",
      };
    case "templateRefused":
      return {
        code,
        message: `The chat template of the model refuses these messages: ${fault.reason}`,
        nextStep:
          "Change the sections of the prompt accordingly, for example move system text into the user section.",
      };
    case "templateFailed":
      return {
        code,
        message: `The chat template of the model failed on these messages: ${fault.reason}.`,
        nextStep: "Try a prompt with a single user section, or choose another GGUF of this model.",
      };
    case "noPrivateCharacter":
      return {
        code,
        message:
          "The messages contain every private-use character of Unicode (U+E000 to U+F8FF); one must be free.",
        nextStep: "Remove private-use characters from the values of the prompt.",
      };
    default:
      return unreachable(fault);
  }
}

/** `line:column: message`, counted from 1, as compilers print it. */
export function describeProblem(problem: Problem): string {
  const { line, character } = problem.range.start;
  const next = problem.nextStep === null ? "" : ` ${problem.nextStep}`;
  return `${line + 1}:${character + 1}: ${problem.severity}: ${problem.message}${next}`;
}

function describeProblems(problems: readonly Problem[]): { message: string; nextStep: string } {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined)
    return { message: "The prompt has an error.", nextStep: "Correct the prompt file." };
  const { line, character } = first.range.start;
  const more = errors.length > 1 ? ` (${errors.length - 1} more)` : "";
  return {
    message: `Line ${line + 1}, column ${character + 1}: ${first.message}${more}`,
    nextStep: first.nextStep ?? "Correct the prompt file at this place.",
  };
}
