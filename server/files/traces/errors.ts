// The fault of a run whose trace was lost. Language server and extension both write traces of runs.
import type { ErrorText, FaultTable } from "../../../core/base/index.ts";

export interface TraceNotKept {
  readonly tag: "traceNotKept";
  readonly run: string;
  /** The answer itself is complete. */
  readonly complete: boolean;
  readonly folder: string;
  readonly cause: ErrorText;
}

export const TRACE_NOT_KEPT: FaultTable<TraceNotKept> = {
  traceNotKept: {
    blame: "environment",
    message: ({ run, complete, cause }) => {
      const what = `trace of ${run} was not kept: ${cause.message}`;
      return complete ? `The answer is complete, but the ${what}` : `The ${what}`;
    },
    nextStep: ({ folder, cause }) => {
      const remedy =
        cause.code === "noSpace"
          ? "Free some space on that disk"
          : `Make sure that ${folder} is a writable folder`;
      return `${remedy}, then run again; or turn laser.traces.record off.`;
    },
  },
};
