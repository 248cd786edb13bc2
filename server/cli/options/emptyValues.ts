// Empty values of options and arguments, as an unset variable of a shell gives them: no file, model or group has such a
// name, and a command that went on without would do something else than was asked for.
import type { Command } from "commander";
import { CliError } from "../errors.ts";

/** Options whose empty value means something (no system message, all GPUs), or is refused where more is known of it. */
const MAY_BE_EMPTY = new Set(["--prompt", "--system", "--device", "--model"]);

/** @throws CliError optionInvalid, naming the option or argument */
export function refuseEmpty(command: Command): void {
  for (const option of command.options) {
    const name = option.long ?? option.flags;
    if (option.required && !MAY_BE_EMPTY.has(name) && isEmpty(command.getOptionValue(option.attributeName())))
      refuse(name);
  }
  for (const [at, argument] of command.registeredArguments.entries())
    if (command.args.slice(at, argument.variadic ? undefined : at + 1).some(isEmpty))
      refuse(`<${argument.name()}>`);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "string" && value.trim() === "";
}

function refuse(option: string): never {
  throw new CliError({ tag: "optionInvalid", option, value: "", reason: "it is empty" });
}
