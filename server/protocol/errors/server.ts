// Faults between editor, language server and worker, and their texts.
import { unreachable } from "../../../core/base/index.ts";
import type { ErrorText } from "./text.ts";

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
  | { readonly tag: "untrusted"; readonly action: "run" | "load" | "fetch" }
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
  /** The trace of a run could not be written; `complete`: the answer itself is complete. */
  | {
      readonly tag: "traceNotKept";
      readonly run: string;
      readonly complete: boolean;
      readonly folder: string;
      readonly cause: ErrorText;
    }
  | { readonly tag: "serverClosing" };

const SHOW_LOG = '"LASER: Show Log" shows its earlier output.';
const REINSTALL = "Install LASER Inspector again.";

/** Code, text and next step for a fault of the language server. */
export function describeServerFault(fault: ServerFault): ErrorText {
  const code = fault.tag;
  switch (fault.tag) {
    case "methodsVersion":
      return {
        code,
        message: `The extension speaks version ${fault.client} of the LASER protocol, the language server version ${fault.server}.`,
        nextStep: "Reload the window; if that doesn't help, install LASER Inspector again.",
      };
    case "untrusted":
      return {
        code,
        message: `This workspace is not trusted, so LASER does not ${ACTIONS[fault.action]}.`,
        nextStep: "Trust the workspace (Manage Workspace Trust) if you know its author.",
      };
    case "paramsInvalid":
      return {
        code,
        message: `${fault.method} can't be answered: ${fault.reason}.`,
        nextStep: "This is a bug in the client that sent it: please report it.",
      };
    case "workerMissing":
      return { code, message: `The worker program is missing at ${fault.path}.`, nextStep: REINSTALL };
    case "workerStartFailed":
      return { code, message: `The worker could not be started: ${fault.reason}.`, nextStep: REINSTALL };
    case "workerSilent":
      return {
        code,
        message: `The worker did not answer within ${seconds(fault.waitedMs)} of its start and was terminated.`,
        nextStep: `Run again when the machine is less busy. ${SHOW_LOG}`,
      };
    case "workerVersion":
      return {
        code,
        message: `The worker speaks version ${fault.worker} of its protocol, the language server version ${fault.server}.`,
        nextStep: REINSTALL,
      };
    case "workerEnded":
      return {
        code,
        message: `The worker ended: ${describeEnd(fault.end)}.`,
        nextStep: `${memoryHint(fault.end)}Run again: the worker restarts. ${SHOW_LOG}`,
      };
    case "workerGarbage":
      return {
        code,
        message: `The worker sent something that is not a message of its protocol (${fault.sample}) and was terminated.`,
        nextStep: `Run again: the worker restarts. ${SHOW_LOG}`,
      };
    case "workerDown":
      return {
        code,
        message: `The worker ended ${fault.crashes} times within ${seconds(fault.windowMs)} and is not restarted. The last time: ${fault.last.message}`,
        nextStep: `Run "LASER: Restart Server" to start it again; another model or a smaller context may help. ${SHOW_LOG}`,
      };
    case "workerSaid":
      return fault.text;
    case "traceNotKept": {
      const what = `trace of ${fault.run} was not kept: ${fault.cause.message}`;
      const remedy =
        fault.cause.code === "noSpace"
          ? "Free some space on that disk"
          : `Make sure that ${fault.folder} is a writable folder`;
      return {
        code,
        message: fault.complete ? `The answer is complete, but the ${what}` : `The ${what}`,
        nextStep: `${remedy}, then run again; or turn laser.traces.record off.`,
      };
    }
    case "serverClosing":
      return {
        code,
        message: "The language server is shutting down.",
        nextStep: "Reload the window to start it again.",
      };
    default:
      return unreachable(fault);
  }
}

const ACTIONS = { run: "generate", load: "load models", fetch: "download models" } as const;

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
