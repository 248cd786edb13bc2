// Saves the trace of a run whose language server died; all other traces are saved by the server.
import path from "node:path";
import { describeError, describeFault, type ErrorText, t } from "../../core/base/index.ts";
import type { RunParams, RunResult } from "../../server/protocol/methods.ts";
import { runFileName, TraceAssembler, type Trace, type TraceForm } from "../../core/trace/index.ts";
import { TRACE_NOT_KEPT, writeTraceFile } from "../../server/files/traces/index.ts";
import type { RunSnapshot } from "../shared/panel.ts";

/** Whether a run failed because its server died. */
export function isServerLost(error: ErrorText | null): error is ErrorText {
  return error?.code === "serverGone" || error?.code === "serverDown";
}

/**
 * The result of a run with the trace that its server would have saved, or the reason why it could not be
 * saved. Results of other runs, and of runs without a step, are unchanged. Never rejects.
 */
export async function withRescuedTrace(
  run: RunSnapshot,
  result: RunResult,
  { traceFolder: folder, traceForm }: Pick<RunParams, "traceFolder" | "traceForm">,
): Promise<RunResult> {
  if (folder === null || result.tracePath !== null || !isServerLost(result.error)) return result;
  const trace = interruptedTrace(run, result.error);
  if (trace === null) return result;
  try {
    return { ...result, tracePath: await keepInterrupted(folder, trace, traceForm) };
  } catch (error) {
    const name = run.header?.request.promptFile ?? t("a text");
    const fault = {
      tag: "traceNotKept",
      run: name,
      complete: false,
      folder,
      cause: describeError(error),
    } as const;
    return { ...result, traceError: describeFault(TRACE_NOT_KEPT, fault) };
  }
}

/** The trace of the steps seen so far; null if there were none. */
export function interruptedTrace(run: RunSnapshot, { code, message }: ErrorText): Trace | null {
  const { header, tokens, entries, steps, prefillMs, prefillTokens } = run;
  if (header === null || steps.length === 0) return null;
  const trace = new TraceAssembler(header, tokens);
  trace.prefilled(prefillTokens ?? 0, prefillMs);
  for (const step of steps) trace.add(step, {}, entries);
  return trace.trace({ finish: "failed", error: { code, message } });
}

/**
 * Writes a trace beside the others, named so that the server later removes it like its own. Returns its path.
 */
async function keepInterrupted(folder: string, trace: Trace, form: TraceForm): Promise<string> {
  const name = runFileName(trace.createdAt, `interrupted-${trace.request.strategy}`, form);
  const file = path.join(folder, name);
  await writeTraceFile(file, trace);
  return file;
}
