// The one thing that mends a failure: a button wherever the failure is shown. By the failure's code, which its folder's
// table of faults gives it.
import { t } from "../../core/base/index.ts";
import type { ErrorText } from "../../core/base/index.ts";

export type ErrorFix =
  | { readonly kind: "command"; readonly command: FixCommand }
  /** A setting, by its name after "laser.". */
  | {
      readonly kind: "setting";
      readonly name: "traces.record" | "contextTokens" | "poolFile" | "chatTemplate";
    }
  /** A line of the pool file, counted from 1. */
  | { readonly kind: "poolLine"; readonly line: number }
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

/** Never empty: where nothing is known to mend a failure, the log says more. */
export function errorFix({ code, message }: Pick<ErrorText, "code" | "message">): ErrorFix {
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (code === "poolLineInvalid") {
    const line = /\bline (\d+)\b/i.exec(message)?.[1];
    if (line !== undefined) return { kind: "poolLine", line: Number(line) };
  }
  if (code.startsWith("pool")) return { kind: "setting", name: "poolFile" };
  if (code.startsWith("template")) return { kind: "setting", name: "chatTemplate" };
  if (code.startsWith("model") || code.startsWith("gguf")) return { kind: "command", command: "chooseModel" };
  return { kind: "command", command: "showLog" };
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
    case "poolLine":
      return t("Open Line {0}", fix.line);
    case "prompt":
      return t("Open the Prompt");
  }
}
