// Faults between editor, language server and worker.
import { FaultError, type ErrorText, type FaultTable } from "../../core/base/index.ts";

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
  | { readonly tag: "workerSaid"; readonly text: ErrorText }
  | { readonly tag: "serverClosing" };

const SHOW_LOG = '"LASER: Show Log" shows its earlier output.';
const REINSTALL = "Install LASER Inspector again.";

const ACTIONS = { run: "generate", fetch: "download models" } as const;

export const SERVER_FAULTS: FaultTable<ServerFault> = {
  methodsVersion: {
    blame: "environment",
    message: (fault) =>
      `The extension speaks version ${fault.client} of the LASER protocol, the language server version ${fault.server}.`,
    nextStep: "Reload the window; if that doesn't help, install LASER Inspector again.",
  },
  untrusted: {
    blame: "environment",
    message: (fault) => `This workspace is not trusted, so LASER does not ${ACTIONS[fault.action]}.`,
    nextStep: "Trust the workspace (Manage Workspace Trust) if you know its author.",
  },
  paramsInvalid: {
    blame: "bug",
    message: (fault) => `${fault.method} can't be answered: ${fault.reason}.`,
    nextStep: "This is a bug in the client that sent it: please report it.",
  },
  workerMissing: {
    blame: "environment",
    message: (fault) => `The worker program is missing at ${fault.path}.`,
    nextStep: REINSTALL,
  },
  workerStartFailed: {
    blame: "environment",
    message: (fault) => `The worker could not be started: ${fault.reason}.`,
    nextStep: REINSTALL,
  },
  workerSilent: {
    blame: "environment",
    message: (fault) =>
      `The worker did not answer within ${seconds(fault.waitedMs)} of its start and was terminated.`,
    nextStep: `Run again when the machine is less busy. ${SHOW_LOG}`,
  },
  workerVersion: {
    blame: "environment",
    message: (fault) =>
      `The worker speaks version ${fault.worker} of its protocol, the language server version ${fault.server}.`,
    nextStep: REINSTALL,
  },
  workerEnded: {
    blame: "environment",
    message: (fault) => `The worker ended: ${describeEnd(fault.end)}.`,
    nextStep: (fault) => `${memoryHint(fault.end)}Run again: the worker restarts. ${SHOW_LOG}`,
  },
  workerGarbage: {
    blame: "bug",
    message: (fault) =>
      `The worker sent something that is not a message of its protocol (${fault.sample}) and was terminated.`,
    nextStep: `Run again: the worker restarts. ${SHOW_LOG}`,
  },
  workerDown: {
    blame: "environment",
    message: (fault) =>
      `The worker ended ${fault.crashes} times within ${seconds(fault.windowMs)} and is not restarted. The last time: ${fault.last.message}`,
    nextStep: `Run "LASER: Restart Server" to start it again; another model or a smaller context may help. ${SHOW_LOG}`,
  },
  workerSaid: {
    blame: "environment",
    code: ({ text }) => text.code,
    message: ({ text }) => text.message,
    nextStep: ({ text }) => text.nextStep,
  },
  serverClosing: {
    blame: "environment",
    message: "The language server is shutting down.",
    nextStep: "Reload the window to start it again.",
  },
};

export class ServerError extends FaultError<ServerFault> {
  protected override get table() {
    return SERVER_FAULTS;
  }
}

/** "killed by SIGKILL", "exit code 3 (last line)". */
function describeEnd({ code, signal, lastLine }: ProcessEnd): string {
  const how = signal === null ? `exit code ${code ?? "unknown"}` : `killed by ${signal}`;
  return lastLine === null ? how : `${how} (${lastLine})`;
}

function memoryHint({ signal }: ProcessEnd): string {
  return signal === "SIGKILL"
    ? "Operating systems do this when memory runs out: a smaller model helps. "
    : "";
}

function seconds(ms: number): string {
  if (ms < 60_000) return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes === 1 ? "one minute" : `${minutes} minutes`;
}
