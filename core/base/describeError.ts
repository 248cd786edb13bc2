// Describes any caught value: a text, the next step, and who is to blame for it.
import type { ErrorText } from "./errorText.ts";
import { t } from "./translate.ts";
import { FaultError, type Blame } from "./fault.ts";

/** The text of a fault; any other error is reported as a bug of the product, with its own message. */
export function describeError(error: unknown): ErrorText {
  if (error instanceof FaultError) return error.text;
  return {
    code: "unexpected",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    nextStep: t("This is a bug in LASER Inspector: please report it with the lines above."),
  };
}

export function blameOf(error: unknown): Blame {
  return error instanceof FaultError ? error.blame : "bug";
}
