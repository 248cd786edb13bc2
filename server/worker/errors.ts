// Faults between a client and the worker. A client that breaks the protocol is a bug in that client.
import { FaultError, several, type FaultTable } from "../../core/base/index.ts";

export type WorkerFault =
  | { readonly tag: "protocolVersion"; readonly clientVersion: number; readonly workerVersion: number }
  | { readonly tag: "helloMissing"; readonly request: string }
  | { readonly tag: "notJson"; readonly begins: string; readonly reason: string }
  | { readonly tag: "badRequest"; readonly field: string; readonly reason: string }
  /** A second generate while one is running or queued. */
  | { readonly tag: "busy"; readonly running: number }
  /** One answer more than there are lanes. */
  | { readonly tag: "lanesBusy"; readonly lanes: number }
  /** A group by a name that the groups file does not have. */
  | { readonly tag: "groupUnknown"; readonly group: string; readonly groups: string }
  | { readonly tag: "noModel" }
  | { readonly tag: "chatTemplateUnreadable"; readonly path: string; readonly reason: string }
  /** The reply to a stopped request whose result can't say so itself. */
  | { readonly tag: "stopped"; readonly request: string }
  | { readonly tag: "ending"; readonly request: string }
  /** A recorded answer in the tokens of another model; `recorded` and `loaded` are names. */
  | { readonly tag: "continueOtherModel"; readonly recorded: string; readonly loaded: string }
  | { readonly tag: "continueNothingLeft"; readonly inheritedTokens: number; readonly maxTokens: number }
  /** The token to continue from is an end-of-text token. */
  | { readonly tag: "continueEnded" }
  | { readonly tag: "scriptUnreadable"; readonly path: string; readonly reason: string }
  /** The file that LASER_COSTS names holds no table of costs. */
  | { readonly tag: "costsInvalid"; readonly path: string }
  | { readonly tag: "noChannel" };

const WORKER_FAULTS: FaultTable<WorkerFault> = {
  protocolVersion: {
    blame: "environment",
    message: (fault) =>
      `The client speaks version ${fault.clientVersion} of the worker's protocol, this worker version ${fault.workerVersion}.`,
    nextStep: "Install client and worker of the same release, then start the worker again.",
  },
  helloMissing: {
    blame: "bug",
    message: (fault) => `The first message must be hello with a version, not ${fault.request}.`,
    nextStep: "Send hello, wait for its reply, then send the request again.",
  },
  notJson: {
    blame: "bug",
    message: (fault) =>
      `A line is not JSON (${fault.reason}): it begins with ${JSON.stringify(fault.begins)}.`,
    nextStep: "Send one JSON object per line, ended by a line feed.",
  },
  badRequest: {
    blame: "bug",
    message: (fault) => `The request's ${fault.field} ${fault.reason}.`,
    nextStep: "Correct that field and send the request again.",
  },
  busy: {
    blame: "environment",
    message: (fault) => `An answer is being written (request ${fault.running}).`,
    nextStep: "Stop it or wait until it ends, then generate again.",
  },
  lanesBusy: {
    blame: "bug",
    message: (fault) => `${several(fault.lanes, "answer")} are being written, one on each lane.`,
    nextStep: "Send the next answer when one of them has ended, or open more lanes.",
  },
  groupUnknown: {
    blame: "input",
    message: (fault) => `The groups file ${fault.groups} has no group ${JSON.stringify(fault.group)}.`,
    nextStep: "Name one of its groups, or leave the group out to have it looked up.",
  },
  noModel: { blame: "bug", message: "No model is loaded.", nextStep: "Load a model, then try again." },
  stopped: {
    blame: "environment",
    message: (fault) => `The ${fault.request} request was stopped.`,
    nextStep: "Start it again if you like.",
  },
  ending: {
    blame: "environment",
    message: (fault) => `The worker is shutting down and accepts no ${fault.request} request.`,
    nextStep: "Start a new worker.",
  },
  chatTemplateUnreadable: {
    blame: "input",
    message: (fault) => `The chat template ${fault.path} can't be used: ${fault.reason}.`,
    nextStep:
      "Check the path of --chat-template or laser.chatTemplate, or leave it out to use the model's own.",
  },
  continueOtherModel: {
    blame: "input",
    message: (fault) => `This trace was recorded with ${fault.recorded}, but ${fault.loaded} is loaded.`,
    nextStep: "Choose that model, then continue.",
  },
  continueNothingLeft: {
    blame: "input",
    message: (fault) =>
      `${several(fault.inheritedTokens, "token")} of the answer ${fault.inheritedTokens === 1 ? "is" : "are"} kept, and no more than ${fault.maxTokens} may be written.`,
    nextStep: "Continue from an earlier token of the answer.",
  },
  continueEnded: {
    blame: "input",
    message: "The answer ends there: the last token kept is an end-of-text token.",
    nextStep: "Continue from an earlier token of the answer, or choose another token instead of its end.",
  },
  scriptUnreadable: {
    blame: "environment",
    message: (fault) => `The script ${fault.path} of the scripted engine can't be used: ${fault.reason}.`,
    nextStep: 'Give a JSON file such as {"answers": [{"text": "Hello."}]}.',
  },
  costsInvalid: {
    blame: "input",
    message: (fault) => `${fault.path}, named by LASER_COSTS, does not hold a table of evaluation costs.`,
    nextStep:
      'Name a JSON file like {"points": [{"tokens": 1, "threads": 1, "baseMs": 10, "msPerContextToken": 0}]}, or unset LASER_COSTS to measure.',
  },
  noChannel: {
    blame: "environment",
    message: "There is no IPC channel: this process was not started by Node's fork.",
    nextStep: "Leave --ipc out to speak JSON lines over stdin and stdout.",
  },
};

export class WorkerError extends FaultError<WorkerFault> {
  protected override get table() {
    return WORKER_FAULTS;
  }
}
