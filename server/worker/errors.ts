// Faults between a client and the worker. A client that breaks the protocol is a bug in that client.
import { FaultError, several, type FaultTable, t } from "../../core/base/index.ts";

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
      t(
        "The client speaks version {0} of the worker's protocol, this worker version {1}.",
        fault.clientVersion,
        fault.workerVersion,
      ),
    nextStep: t("Install client and worker of the same release, then start the worker again."),
  },
  helloMissing: {
    blame: "bug",
    message: (fault) => t("The first message must be hello with a version, not {0}.", fault.request),
    nextStep: t("Send hello, wait for its reply, then send the request again."),
  },
  notJson: {
    blame: "bug",
    message: (fault) =>
      t("A line is not JSON ({0}): it begins with {1}.", fault.reason, JSON.stringify(fault.begins)),
    nextStep: t("Send one JSON object per line, ended by a line feed."),
  },
  badRequest: {
    blame: "bug",
    message: (fault) => t("The request's {0} {1}.", fault.field, fault.reason),
    nextStep: t("Correct that field and send the request again."),
  },
  busy: {
    blame: "environment",
    message: (fault) => t("An answer is being written (request {0}).", fault.running),
    nextStep: t("Stop it or wait until it ends, then generate again."),
  },
  lanesBusy: {
    blame: "bug",
    message: (fault) => t("{0} are being written, one on each lane.", several(fault.lanes, "answer")),
    nextStep: t("Send the next answer when one of them has ended, or open more lanes."),
  },
  groupUnknown: {
    blame: "input",
    message: (fault) => t("The groups file {0} has no group {1}.", fault.groups, JSON.stringify(fault.group)),
    nextStep: t("Name one of its groups, or leave the group out to have it looked up."),
  },
  noModel: { blame: "bug", message: t("No model is loaded."), nextStep: t("Load a model, then try again.") },
  stopped: {
    blame: "environment",
    message: (fault) => t("The {0} request was stopped.", fault.request),
    nextStep: t("You can start it again."),
  },
  ending: {
    blame: "environment",
    message: (fault) => t("The worker is shutting down and accepts no {0} request.", fault.request),
    nextStep: t("Start a new worker."),
  },
  chatTemplateUnreadable: {
    blame: "input",
    message: (fault) => t("The chat template {0} can't be used: {1}.", fault.path, fault.reason),
    nextStep:
      "Check the path of --chat-template or laser.chatTemplate, or leave it out to use the model's own.",
  },
  continueOtherModel: {
    blame: "input",
    message: (fault) =>
      t("This trace was recorded with {0}, but {1} is loaded.", fault.recorded, fault.loaded),
    nextStep: t("Choose that model, then continue."),
  },
  continueNothingLeft: {
    blame: "input",
    message: (fault) =>
      t(
        "{0} of the answer {1} kept, and no more than {2} may be written.",
        several(fault.inheritedTokens, "token"),
        fault.inheritedTokens === 1 ? "is" : "are",
        fault.maxTokens,
      ),
    nextStep: t("Continue from an earlier token of the answer."),
  },
  continueEnded: {
    blame: "input",
    message: t("The answer ends there: the last token kept is an end-of-text token."),
    nextStep: t("Continue from an earlier token of the answer, or choose another token instead of its end."),
  },
  scriptUnreadable: {
    blame: "environment",
    message: (fault) =>
      t("The script {0} of the scripted engine can't be used: {1}.", fault.path, fault.reason),
    nextStep: t('Give a JSON file such as {"answers": [{"text": "Hello."}]}.'),
  },
  costsInvalid: {
    blame: "input",
    message: (fault) =>
      t("{0}, named by LASER_COSTS, does not hold a table of evaluation costs.", fault.path),
    nextStep: t(
      'Name a JSON file like {"points": [{"tokens": 1, "threads": 1, "baseMs": 10, "msPerContextToken": 0}]}, or unset LASER_COSTS to measure.',
    ),
  },
  noChannel: {
    blame: "environment",
    message: t("There is no IPC channel: this process was not started by Node's fork."),
    nextStep: "Leave --ipc out to speak JSON lines over stdin and stdout.",
  },
};

export class WorkerError extends FaultError<WorkerFault> {
  protected override get table() {
    return WORKER_FAULTS;
  }
}
