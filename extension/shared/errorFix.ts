// What fixes a failure: the button shown with it, and a second one if there is another way. Chosen by the
// failure's code, which its folder's table of faults gives it.
import { t, type ErrorText } from "../../core/base/index.ts";

export type ErrorFix =
  | { readonly kind: "command"; readonly command: FixCommand }
  /** A setting, by its name after "laser.". */
  | {
      readonly kind: "setting";
      readonly name: "traces.record" | "contextTokens" | "poolFile" | "chatTemplate";
    }
  /** The context size that the run needs, or the largest that fits: sets it and runs again. */
  | { readonly kind: "contextTokens"; readonly tokens: number; readonly change: "raise" | "lower" }
  /** Runs again without the pool. */
  | { readonly kind: "withoutPool" }
  /** Runs again without the lines of the pool that are not answers. */
  | { readonly kind: "skipBadLines" }
  /** A line of a pool file, counted from 1. */
  | { readonly kind: "poolLine"; readonly file: string; readonly line: number }
  | { readonly kind: "prompt" };

export type FixCommand = "manageTrust" | "restart" | "runAgain" | "chooseModel" | "showDevices" | "showLog";

const BY_CODE: Readonly<Record<string, ErrorFix>> = {
  untrusted: { kind: "command", command: "manageTrust" },
  serverDown: { kind: "command", command: "restart" },
  workerDown: { kind: "command", command: "restart" },
  serverGone: { kind: "command", command: "runAgain" },
  workerEnded: { kind: "command", command: "runAgain" },
  workerGarbage: { kind: "command", command: "runAgain" },
  continueOtherModel: { kind: "command", command: "chooseModel" },
  noModel: { kind: "command", command: "chooseModel" },
  noSource: { kind: "command", command: "chooseModel" },
  gpuUnavailable: { kind: "command", command: "showDevices" },
  deviceUnknown: { kind: "command", command: "showDevices" },
  deviceNotChoosable: { kind: "command", command: "showDevices" },
  traceNotKept: { kind: "setting", name: "traces.record" },
  memoryTooSmall: { kind: "setting", name: "contextTokens" },
  contextTooLarge: { kind: "setting", name: "contextTokens" },
  contextOverflow: { kind: "setting", name: "contextTokens" },
  contextTooSmall: { kind: "setting", name: "contextTokens" },
  chatTemplateUnreadable: { kind: "setting", name: "chatTemplate" },
  promptInvalid: { kind: "prompt" },
  promptEmpty: { kind: "prompt" },
  renderFailed: { kind: "prompt" },
  variableMissing: { kind: "prompt" },
  variableUnknown: { kind: "prompt" },
};

/** The best first. If no fix is known for a failure, the log says more. */
export function errorFixes({ code, details = {} }: ErrorText): readonly [ErrorFix, ...ErrorFix[]] {
  const { file, line, neededTokens, fittingTokens } = details;
  if (neededTokens !== undefined) return [raiseTo(neededTokens)];
  if (fittingTokens !== undefined) return [{ kind: "contextTokens", tokens: fittingTokens, change: "lower" }];
  const known = BY_CODE[code];
  if (known !== undefined) return [known];
  const place = file === undefined || line === undefined ? null : ({ kind: "poolLine", file, line } as const);
  // What changes a pool is not a run, which could do without one.
  if (code === "poolCommandFailed") return [place ?? { kind: "command", command: "showLog" }];
  if (code.startsWith("pool")) {
    if (place === null) return [WITHOUT_POOL, { kind: "setting", name: "poolFile" }];
    return code === "poolLineInvalid"
      ? [place, { kind: "skipBadLines" }, WITHOUT_POOL]
      : [place, WITHOUT_POOL];
  }
  if (code.startsWith("template")) return [{ kind: "setting", name: "chatTemplate" }];
  if (code.startsWith("model") || code.startsWith("gguf"))
    return [{ kind: "command", command: "chooseModel" }];
  return [{ kind: "command", command: "showLog" }];
}

const WITHOUT_POOL: ErrorFix = { kind: "withoutPool" };
/** A context is raised to a multiple of this: the next, slightly longer prompt should fit as well. */
const CONTEXT_STEP = 1024;

function raiseTo(neededTokens: number): ErrorFix {
  // An engine may keep a token for itself: a context that is filled to the last one would fail again.
  const tokens = (Math.floor(neededTokens / CONTEXT_STEP) + 1) * CONTEXT_STEP;
  return { kind: "contextTokens", tokens, change: "raise" };
}

const COMMAND_LABELS: Readonly<Record<FixCommand, string>> = {
  manageTrust: t("Manage Workspace Trust"),
  restart: t("Restart Server"),
  runAgain: t("Run Again"),
  chooseModel: t("Choose Model"),
  showDevices: t("Show Devices"),
  showLog: t("Show Log"),
};

const SETTING_LABELS = {
  "traces.record": t("Open Setting"),
  contextTokens: t("Change the Context Size"),
  poolFile: t("Change the Pool"),
  chatTemplate: t("Change the Chat Template"),
} as const;

/** The button's text. */
export function fixLabel(fix: ErrorFix): string {
  switch (fix.kind) {
    case "command":
      return COMMAND_LABELS[fix.command];
    case "setting":
      return SETTING_LABELS[fix.name];
    case "contextTokens":
      return fix.change === "raise"
        ? t("Raise the Context to {0}", fix.tokens.toLocaleString("en"))
        : t("Lower the Context to {0}", fix.tokens.toLocaleString("en"));
    case "withoutPool":
      return t("Run without Pool");
    case "skipBadLines":
      return t("Skip Bad Lines");
    case "poolLine":
      return t("Open Line {0}", fix.line);
    case "prompt":
      return t("Open the Prompt");
  }
}
