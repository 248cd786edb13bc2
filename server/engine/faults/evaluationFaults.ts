// What can go wrong with an engine itself, and while it evaluates tokens.
import { type FaultTable, t } from "../../../core/base/index.ts";

export type EvaluationFault =
  | { readonly tag: "engineUnavailable"; readonly reason: string }
  | { readonly tag: "engineChoiceUnknown"; readonly value: string; readonly known: readonly string[] }
  | { readonly tag: "directEngineUnavailable"; readonly reason: string }
  | { readonly tag: "lanesUnavailable"; readonly lanes: number; readonly reason: string }
  | { readonly tag: "evaluationFailed"; readonly reason: string }
  | {
      readonly tag: "contextOverflow";
      readonly keptTokens: number;
      readonly newTokens: number;
      readonly contextTokens: number;
    }
  | { readonly tag: "scriptedCrash"; readonly evaluation: number };

export const EVALUATION_FAULTS: FaultTable<EvaluationFault> = {
  engineUnavailable: {
    blame: "environment",
    message: (fault) => t("llama.cpp has no binary for this machine: {0}.", fault.reason),
    nextStep: t("Install again with optional dependencies (npm ci), on 64-bit Linux, macOS or Windows."),
  },
  engineChoiceUnknown: {
    blame: "input",
    message: (fault) => t('LASER_ENGINE is "{0}", which is not the name of an engine.', fault.value),
    nextStep: (fault) => t("Set it to one of {0}, or leave it out.", fault.known.join(", ")),
  },
  directEngineUnavailable: {
    blame: "environment",
    message: (fault) => t("llama.cpp can't be called directly: {0}.", fault.reason),
    nextStep: t("Set LASER_ENGINE to library, or leave it out."),
  },
  lanesUnavailable: {
    blame: "input",
    message: (fault) => t("{0} requests can't be evaluated together: {1}.", fault.lanes, fault.reason),
    nextStep: t("Ask for fewer requests at once, or for one."),
  },
  evaluationFailed: {
    blame: "environment",
    message: (fault) => t("The model failed while it evaluated tokens: {0}.", fault.reason),
    nextStep: t("Run again; if it fails again, reload the model or turn the GPU off."),
  },
  contextOverflow: {
    blame: "bug",
    message: (fault) =>
      t(
        "{0} tokens are kept and {1} more don't fit in a context of {2}.",
        fault.keptTokens,
        fault.newTokens,
        fault.contextTokens,
      ),
    nextStep: t("Raise the context size, at most to what the model was trained for, or shorten the prompt."),
  },
  scriptedCrash: {
    blame: "environment",
    message: (fault) =>
      t("The scripted engine crashed at evaluation {0}, as its script demands.", fault.evaluation),
    nextStep: t("Remove the fault from the script."),
  },
};
