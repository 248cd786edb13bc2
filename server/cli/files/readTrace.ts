// Reads a trace file, plain or compact, for a command, and reports why if it can't be read.
import { errorCode, unreadableReason } from "../../files/index.ts";
import { describeError } from "../../../core/base/index.ts";
import { TraceError, type Trace } from "../../../core/trace/index.ts";
import { readTraceFile } from "../../files/traces/index.ts";
import { CliError } from "../errors.ts";

/** @throws CliError naming the file and what is wrong with it */
export async function readTrace(path: string): Promise<Trace> {
  try {
    return await readTraceFile(path);
  } catch (error) {
    if (error instanceof TraceError)
      throw new CliError({ tag: "traceFileRefused", path, text: describeError(error) });
    const code = errorCode(error);
    if (code === "ENOENT") throw new CliError({ tag: "traceFileMissing", path }, { cause: error });
    if (code === undefined) throw error;
    throw new CliError(
      { tag: "traceFileUnreadable", path, reason: unreadableReason(error) },
      { cause: error },
    );
  }
}
