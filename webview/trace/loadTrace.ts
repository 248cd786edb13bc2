// From the bytes of a trace file to what the page shows, or the reason why it can't be shown.
import type { TraceBytes } from "../../extension/shared/traceEditor.ts";
import { runOfTrace } from "../../extension/shared/traceRun.ts";
import { describeError, type ErrorText } from "../../core/base/index.ts";
import { parseTrace, TraceError, type Trace } from "../../core/trace/index.ts";
import { runModelOf, type RunModel } from "../run/model/model.ts";

export interface LoadedTrace {
  readonly name: string;
  readonly trace: Trace;
  readonly run: RunModel;
}

export type LoadResult =
  | { readonly ok: true; readonly loaded: LoadedTrace }
  | { readonly ok: false; readonly name: string; readonly error: ErrorText };

/** Reads and checks the whole file. Never throws, whatever the file contains. */
export function loadTrace({ name, bytes }: TraceBytes): LoadResult {
  return loadTraceText(name, new TextDecoder().decode(bytes));
}

export function loadTraceText(name: string, text: string): LoadResult {
  try {
    const trace = parseTrace(text);
    return { ok: true, loaded: { name, trace, run: runModelOf(runOfTrace(trace, name, name)) } };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { ok: false, name, error: describeError(error) };
  }
}
