// The language server's error, and the text for any error it meets.
import { FilesError } from "../files/index.ts";
import { FaultError } from "../../core/base/index.ts";
import { describeFilesFault, type ErrorText } from "../protocol/errors/index.ts";
import { describeServerFault, type ServerFault } from "../protocol/errors/server.ts";

export class ServerError extends FaultError<ServerFault> {}

/** The text of a fault; any other error is reported as a bug of the product, with its own message. */
export function describeError(error: unknown): ErrorText {
  if (error instanceof ServerError) return describeServerFault(error.fault);
  if (error instanceof FilesError) return describeFilesFault(error.fault);
  return {
    code: "unexpected",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    nextStep: "This is a bug in LASER Inspector: please report it with the lines above.",
  };
}
