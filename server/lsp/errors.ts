// Faults between editor, language server and worker.
import { FaultError, type ErrorText, type FaultTable, t } from "../../core/base/index.ts";

/** How a process ended: an exit code, or the signal that killed it. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last line it wrote to stderr; null if it wrote nothing. */
  readonly lastLine: string | null;
}

export type ServerFault =
  /** Client and server have different versions; `client` is JSON, as the client sent it. */
  | { readonly tag: "methodsVersion"; readonly client: string; readonly server: number }
  | { readonly tag: "untrusted"; readonly action: "run" | "fetch" }
  | { readonly tag: "paramsInvalid"; readonly method: string; readonly reason: string }
  | { readonly tag: "workerMissing"; readonly path: string }
  | { readonly tag: "workerStartFailed"; readonly reason: string }
  | { readonly tag: "workerSilent"; readonly waitedMs: number }
  | { readonly tag: "workerVersion"; readonly worker: number; readonly server: number }
  | { readonly tag: "workerEnded"; readonly end: ProcessEnd }
  | { readonly tag: "workerGarbage"; readonly sample: string }
  | {
      readonly tag: "workerDown";
      readonly crashes: number;
      readonly windowMs: number;
      readonly last: ErrorText;
    }
  /** The worker's own error for a request that failed. */
  | { readonly tag: "workerRefused"; readonly text: ErrorText }
  | { readonly tag: "serverClosing" };

const SHOW_LOG = t('"LASER: Show Log" shows its earlier output.');
const REINSTALL = t("Install LASER Inspector again.");

const ACTIONS = { run: "generate", fetch: t("download models") } as const;

export const SERVER_FAULTS: FaultTable<ServerFault> = {
  methodsVersion: {
    blame: "environment",
    message: (fault) =>
      t(
        "The extension speaks version {0} of the LASER protocol, the language server version {1}.",
        fault.client,
        fault.server,
      ),
    nextStep: t("Reload the window; if that doesn't help, install LASER Inspector again."),
  },
  untrusted: {
    blame: "environment",
    message: (fault) => t("This workspace is not trusted, so LASER does not {0}.", ACTIONS[fault.action]),
    nextStep: t("Trust the workspace (Manage Workspace Trust) if you know its author."),
  },
  paramsInvalid: {
    blame: "bug",
    message: (fault) => t("{0} can't be answered: {1}.", fault.method, fault.reason),
    nextStep: t("This is a bug in the client that sent it: please report it."),
  },
  workerMissing: {
    blame: "environment",
    message: (fault) => t("The worker program is missing at {0}.", fault.path),
    nextStep: REINSTALL,
  },
  workerStartFailed: {
    blame: "environment",
    message: (fault) => t("The worker could not be started: {0}.", fault.reason),
    nextStep: REINSTALL,
  },
  workerSilent: {
    blame: "environment",
    message: (fault) =>
      t("The worker did not answer within {0} of its start and was terminated.", seconds(fault.waitedMs)),
    nextStep: t("Run again when the machine is less busy. {0}", SHOW_LOG),
  },
  workerVersion: {
    blame: "environment",
    message: (fault) =>
      t(
        "The worker speaks version {0} of its protocol, the language server version {1}.",
        fault.worker,
        fault.server,
      ),
    nextStep: REINSTALL,
  },
  workerEnded: {
    blame: "environment",
    message: (fault) => t("The worker ended: {0}.", describeEnd(fault.end)),
    nextStep: (fault) => t("{0}Run again to restart the worker. {1}", memoryHint(fault.end), SHOW_LOG),
  },
  workerGarbage: {
    blame: "bug",
    message: (fault) =>
      t(
        "The worker sent something that is not a message of its protocol ({0}) and was terminated.",
        fault.sample,
      ),
    nextStep: t("Run again to restart the worker. {0}", SHOW_LOG),
  },
  workerDown: {
    blame: "environment",
    message: (fault) =>
      t(
        "The worker ended {0} times within {1} and is not restarted. The last time: {2}",
        fault.crashes,
        seconds(fault.windowMs),
        fault.last.message,
      ),
    nextStep: t(
      'Run "LASER: Restart Server" to start it again; another model or a smaller context may help. {0}',
      SHOW_LOG,
    ),
  },
  workerRefused: {
    blame: "environment",
    code: ({ text }) => text.code,
    message: ({ text }) => text.message,
    nextStep: ({ text }) => text.nextStep,
    details: ({ text }) => text.details,
  },
  serverClosing: {
    blame: "environment",
    message: t("The language server is shutting down."),
    nextStep: t("Reload the window to start it again."),
  },
};

export class ServerError extends FaultError<ServerFault> {
  protected override get table() {
    return SERVER_FAULTS;
  }
}

/** "killed by SIGKILL", "exit code 3 (last line)". */
function describeEnd({ code, signal, lastLine }: ProcessEnd): string {
  const how = signal === null ? t("exit code {0}", code ?? "unknown") : t("killed by {0}", signal);
  return lastLine === null ? how : `${how} (${lastLine})`;
}

function memoryHint({ signal }: ProcessEnd): string {
  return signal === "SIGKILL"
    ? t("This usually means that memory ran out: try a smaller model or a smaller context. ")
    : "";
}

function seconds(ms: number): string {
  if (ms < 60_000) return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes === 1 ? t("one minute") : `${minutes} minutes`;
}
