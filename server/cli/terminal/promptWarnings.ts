// The warnings of a prompt file on stderr, as compilers write them: "file:line:column: warning: …".
import type { PreparedPrompt } from "../../worker/index.ts";
import { several } from "../../../core/base/index.ts";
import type { Problem } from "../../../core/prompts/index.ts";
import { complain } from "./output.ts";
import { oneLine } from "./tokens.ts";

/** A file with thousands of unused values must not push everything else off the screen. */
const MOST_LINES = 50;

/** One line for each of the first warnings; lines and columns count from 1. Errors are left out: they are faults. */
export function warningLines(path: string, problems: readonly Problem[]): readonly string[] {
  const warnings = problems.filter(({ severity }) => severity === "warning");
  const lines = warnings.slice(0, MOST_LINES).map(({ message, nextStep, range: { start } }) => {
    const step = nextStep === null ? "" : ` ${nextStep}`;
    return oneLine(`${path}:${start.line + 1}:${start.character + 1}: warning: ${message}${step}`);
  });
  const left = warnings.length - lines.length;
  return left === 0 ? lines : [...lines, oneLine(`${path}: ${several(left, "more warning")}`)];
}

/** Says what the model does not see. */
export function warnOfTemplate({
  leavesOutSystem = false,
  leavesOutUser = false,
}: Pick<PreparedPrompt, "leavesOutSystem" | "leavesOutUser">): void {
  if (leavesOutSystem)
    complain(
      "warning: The chat template of the model leaves the system text out. Put it into the user's turn with --system-in-user-turn on.",
    );
  if (leavesOutUser)
    complain(
      "warning: The chat template leaves the user's text out, so the answer can't depend on it. Give another with --chat-template FILE.",
    );
}

/** Goes to stderr, so that stdout has only the answer. */
export function showWarnings(path: string, problems: readonly Problem[]): void {
  for (const line of warningLines(path, problems)) complain(line);
}
