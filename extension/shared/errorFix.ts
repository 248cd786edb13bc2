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
  /** A line of a pool file, counted from 1; `file` is absent if it is the failed run's pool. */
  | { readonly kind: "poolLine"; readonly line: number; readonly file?: string }
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
export function errorFixes(error: ErrorText): readonly [ErrorFix, ...ErrorFix[]] {
  const { code } = error;
  const context = contextFix(error);
  if (context !== null) return [context];
  const known = BY_CODE[code];
  if (known !== undefined) return [known];
  if (code === "poolCommandFailed") return [poolCommandFix(error)];
  if (code.startsWith("pool")) {
    const line = code === "poolLineInvalid" ? /\bline (\d+)\b/i.exec(error.message)?.[1] : undefined;
    return line === undefined
      ? [WITHOUT_POOL, { kind: "setting", name: "poolFile" }]
      : [{ kind: "poolLine", line: Number(line) }, { kind: "skipBadLines" }, WITHOUT_POOL];
  }
  if (code.startsWith("template")) return [{ kind: "setting", name: "chatTemplate" }];
  if (code.startsWith("model") || code.startsWith("gguf"))
    return [{ kind: "command", command: "chooseModel" }];
  return [{ kind: "command", command: "showLog" }];
}

/** What changes a pool is not a run, which could do without one. Its file may be another: that of answers to be added. */
function poolCommandFix({ message }: ErrorText): ErrorFix {
  const [, line, file] = /^Line (\d+) of the pool (.+?) is not an answer/.exec(message) ?? [];
  return line === undefined || file === undefined
    ? { kind: "command", command: "showLog" }
    : { kind: "poolLine", line: Number(line), file };
}

const WITHOUT_POOL: ErrorFix = { kind: "withoutPool" };
/** A context is raised to a multiple of this: the next, slightly longer prompt should fit as well. */
const CONTEXT_STEP = 1024;

/** The context size that a failure's own words ask for; null if they name none. */
function contextFix({ code, message, nextStep }: ErrorText): ErrorFix | null {
  if (code === "contextTooSmall") {
    const [, prompt, more] = /has (\d+) tokens? and up to (\d+) more/.exec(message) ?? [];
    if (prompt === undefined || more === undefined) return null;
    const steps = Math.ceil((Number(prompt) + Number(more)) / CONTEXT_STEP);
    // An engine may keep a token for itself: a context that is filled to the last one would fail again.
    const tokens =
      (Number(prompt) + Number(more) === steps * CONTEXT_STEP ? steps + 1 : steps) * CONTEXT_STEP;
    return { kind: "contextTokens", tokens, change: "raise" };
  }
  const fits = code === "contextTooLarge" ? /context of (\d+) tokens fits/.exec(nextStep)?.[1] : undefined;
  return fits === undefined ? null : { kind: "contextTokens", tokens: Number(fits), change: "lower" };
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
