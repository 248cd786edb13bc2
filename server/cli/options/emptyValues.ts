// Missing values of options and arguments, as an unset variable of a shell gives them: an empty text, or the option that follows.
// No file, model or group has such a name, and a command that continued would do something other than what
// was asked for.
import type { Command } from "commander";
import { CliError } from "../errors.ts";

/**
 * Options whose empty value means something (no system message, all GPUs), or is refused where more is known
 * about it.
 */
const MAY_BE_EMPTY = new Set(["--prompt", "--system", "--device", "--model"]);

/** Options whose value is a text that people write, which may look like an option. */
const TAKES_ANY_TEXT = new Set(["--prompt", "--system", "--stop", "--token-text", "--search"]);

/** @throws CliError optionInvalid, naming the option or argument */
export function refuseEmpty(command: Command): void {
  const names = new Set(command.options.flatMap(({ long, short }) => [long, short]));
  for (const option of command.options) {
    const name = option.long ?? option.flags;
    const value: unknown = command.getOptionValue(option.attributeName());
    if (option.required && !TAKES_ANY_TEXT.has(name) && typeof value === "string" && names.has(value))
      refuse(name, value, "this is an option, and the value is missing");
    if (option.required && !MAY_BE_EMPTY.has(name) && isEmpty(value)) refuse(name);
  }
  for (const [at, argument] of command.registeredArguments.entries())
    if (command.args.slice(at, argument.variadic ? undefined : at + 1).some(isEmpty))
      refuse(`<${argument.name()}>`);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}

function refuse(option: string, value = "", reason = "it is empty"): never {
  throw new CliError({ tag: "optionInvalid", option, value, reason });
}
