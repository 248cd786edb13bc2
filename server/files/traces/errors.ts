// The fault of a run whose trace was lost. Language server and extension both write traces of runs.
import { t, type ErrorText, type FaultTable } from "../../../core/base/index.ts";

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
      const what = t("trace of {0} was not kept: {1}", run, cause.message);
      return complete ? t("The answer is complete, but the {0}", what) : t("The {0}", what);
    },
    nextStep: ({ folder, cause }) => {
      const remedy =
        cause.code === "noSpace"
          ? t("Free some space on that disk")
          : t("Make sure that {0} is a writable folder", folder);
      return t("{0}, then run again; or turn laser.traces.record off.", remedy);
    },
  },
};
