// The option --split, e.g. "last", "time:80/10/10" or "user:40/45/15".
import type { Split } from "../../data/index.ts";
import { CliError } from "../errors.ts";

const SHARES = /^(time|user)(?::(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?))?$/;

/** @throws CliError optionInvalid */
export function parseSplit(value: string): Split {
  if (value === "last") return { kind: "last" };
  const found = SHARES.exec(value);
  const invalid = (reason: string): never => {
    throw new CliError({ tag: "optionInvalid", option: "--split", value, reason });
  };
  if (found === null)
    return invalid("it must be last, or time or user with three shares such as time:80/10/10");
  const [train, valid, test] = found[2] === undefined ? [80, 10, 10] : found.slice(2).map(Number);
  const whole = train! + valid! + test!;
  if (train === 0 || Math.abs(whole - 100) > 1e-9)
    invalid("the shares must make 100, and that of train must not be 0");
  return { kind: found[1] === "user" ? "user" : "time", train: train! / 100, valid: valid! / 100 };
}
