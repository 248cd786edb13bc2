// The command line that a report prints, so that its figures can be reproduced.
import { basename, isAbsolute } from "node:path";

/** As it can be typed on another machine: absolute paths are cut to their last part. */
export function commandLine(program: string, args: readonly string[]): string {
  const typed = args.map((arg) => (isAbsolute(arg) ? basename(arg) : arg));
  const quoted = typed.map((arg) => (/^[\w.,:/=-]+$/.test(arg) ? arg : JSON.stringify(arg)));
  return [program, ...quoted].join(" ");
}
