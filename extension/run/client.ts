// The language client: runs dist/server.cjs, exchanges the messages of server/protocol/methods.ts with it,
// and reports when the server is down.
import { dirname } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  ResponseError,
  State,
  TransportKind,
  type CloseHandlerResult,
  type ErrorHandler,
} from "vscode-languageclient/node";
import { ErrorTextSchema, messageOf, parse, type ErrorText } from "../../core/base/index.ts";
import { CRASH_WINDOW_MS, CrashCount, MAX_CRASHES } from "../../server/protocol/crashCount.ts";
import {
  METHODS_VERSION,
  placesRequest,
  runEventNotice,
  statusNotice,
  type Method,
  type Places,
  type RunEvent,
  type RunId,
  type ServerStatus,
} from "../../server/protocol/methods.ts";
import { translationsEnv } from "../host/translations.ts";
import { LANGUAGE } from "../host/catalogue.ts";
import type { Disposable } from "../host/lifecycle.ts";
import { QuietLanguageClient, startEnded } from "./quietClient.ts";

/** A server that hangs on shutdown is killed after this. */
const SHUTDOWN_MS = 5000;
/** A server that has not answered by then never will: on an idle machine it needs less than a second. */
const ANSWER_MS = 60_000;

export interface ServerClientOptions {
  readonly serverModule: string;
  readonly log: vscode.LogOutputChannel;
  /** Called at each start. */
  readonly startOptions: () => {
    readonly trusted: boolean;
    readonly laserOnly: boolean;
    readonly idleUnloadMinutes: number;
  };
  /** What the settings name for a document; null if they are faulty. */
  readonly places: (document: vscode.Uri) => Places | null;
  /** A server that does not answer its first message within this time is killed. */
  readonly answerMs?: number;
}

const IDLE: ServerStatus = { state: "idle", stats: null, error: null };

export class ServerClient implements Disposable {
  private readonly statusEmitter = new vscode.EventEmitter<ServerStatus>();
  private readonly runEventEmitter = new vscode.EventEmitter<{ runId: RunId; event: RunEvent }>();
  private client: QuietLanguageClient;
  private readonly crashes = new CrashCount(MAX_CRASHES, CRASH_WINDOW_MS, () => performance.now());
  private lastStatus: ServerStatus = IDLE;
  /** The start in progress, including the one after a crash; requests wait for it. */
  private starting: Promise<void> | null = null;

  readonly onStatus = this.statusEmitter.event;
  readonly onRunEvent = this.runEventEmitter.event;

  constructor(private readonly options: ServerClientOptions) {
    this.client = this.newClient();
  }

  get status(): ServerStatus {
    return this.lastStatus;
  }

  /** Starts the server; if that fails, the status says so. Never rejects. */
  start(): Promise<void> {
    return this.starting ?? this.whileStarting(() => this.startClient());
  }

  /** Restarts the server and forgets its crashes. Never rejects. */
  restart(): Promise<void> {
    // An unresponsive server would keep the new one waiting.
    if (this.client.state === State.Starting) void this.client.kill();
    return this.whileStarting(async () => {
      this.crashes.forget();
      await this.stopClient();
      // The library can't restart a client that failed to start.
      this.client = this.newClient();
      this.setStatus(IDLE);
      await this.startClient();
    });
  }

  /** @throws RequestFailed if the server returns an error or is not running */
  async request<Params, Result>({ method }: Method<Params, Result>, params: Params): Promise<Result> {
    await this.starting;
    if (!this.client.isRunning()) throw new RequestFailed(this.lastStatus.error ?? serverGone());
    try {
      return await this.client.sendRequest<Result>(method, params);
    } catch (error) {
      // If the connection broke, the status already says whether the server is being restarted.
      const text = isBrokenConnection(error) ? (this.lastStatus.error ?? serverGone()) : errorTextOf(error);
      throw new RequestFailed(text, { cause: error });
    }
  }

  dispose(): Promise<void> {
    this.statusEmitter.dispose();
    this.runEventEmitter.dispose();
    return this.stopClient();
  }

  private newClient(): QuietLanguageClient {
    const { log, serverModule, startOptions } = this.options;
    // By default it would start in the workspace's root, whose files are not to be loaded.
    const options = { cwd: dirname(serverModule), env: { ...process.env, ...translationsEnv } };
    const server = { module: serverModule, transport: TransportKind.ipc, options };
    const client: QuietLanguageClient = new QuietLanguageClient(
      "laser",
      "LASER Inspector",
      { run: server, debug: server },
      {
        documentSelector: [{ language: LANGUAGE }],
        outputChannel: log,
        initializationOptions: () => ({ laserProtocol: METHODS_VERSION, ...startOptions() }),
        initializationFailedHandler: (error: unknown) => {
          this.couldNotStart(sentenceOf(error));
          return false;
        },
        errorHandler: this.errorHandler(() => client),
      },
    );
    client.onRequest(placesRequest.method, ({ uri }: { readonly uri: string }) =>
      this.options.places(vscode.Uri.parse(uri)),
    );
    client.onNotification(statusNotice.method, (status: ServerStatus) => {
      this.setStatus(status);
    });
    client.onNotification(runEventNotice.method, (notice: { runId: RunId; event: RunEvent }) => {
      this.runEventEmitter.fire(notice);
    });
    return client;
  }

  /** Does `work` after any start in progress; requests wait for both. */
  private whileStarting(work: () => Promise<void>): Promise<void> {
    const before = this.starting;
    const begun = (before === null ? work() : before.then(work)).finally(() => {
      if (this.starting === begun) this.starting = null;
    });
    return (this.starting = begun);
  }

  private async startClient(): Promise<void> {
    const ended = this.answerInTime(this.client);
    await this.client.start().catch((error: unknown) => {
      this.couldNotStart(sentenceOf(error));
    });
    await ended;
  }

  /** Resolves when the start of a client has finished; kills a server that does not answer. */
  private answerInTime(client: QuietLanguageClient): Promise<void> {
    const { answerMs = ANSWER_MS } = this.options;
    const late = setTimeout(() => {
      this.couldNotStart(vscode.l10n.t("it did not answer within {0} s", answerMs / 1000));
      void client.kill();
    }, answerMs);
    return startEnded(client).finally(() => {
      clearTimeout(late);
    });
  }

  private async stopClient(): Promise<void> {
    await this.client.stop(SHUTDOWN_MS).catch((error: unknown) => {
      this.options.log.warn(`the language server was killed: ${sentenceOf(error)}`);
    });
  }

  private errorHandler(client: () => QuietLanguageClient): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => (client().state === State.Running ? this.crashed(client()) : this.leftEarly(client())),
    };
  }

  /** A server that exits before its first answer would do so again. */
  private async leftEarly(client: QuietLanguageClient): Promise<CloseHandlerResult> {
    if (client.state === State.Starting) {
      const ended = startEnded(client);
      this.couldNotStart(vscode.l10n.t("its process exited immediately"));
      // The library would drop the start that is about to fail, leaving its rejection unhandled.
      await ended;
    }
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private crashed(client: QuietLanguageClient): CloseHandlerResult {
    const error = serverGone();
    this.crashes.add(error);
    if (this.crashes.down === null) {
      this.setStatus({ state: "idle", stats: null, error });
      void this.whileStarting(() => this.answerInTime(client));
      return { action: CloseAction.Restart, handled: true };
    }
    this.setDown(
      vscode.l10n.t("The language server exited {0} times within three minutes.", MAX_CRASHES),
      vscode.l10n.t('It does not restart until you run "LASER: Restart Server".'),
    );
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  /** Keeps the first reason: it is the most specific. */
  private couldNotStart(reason: string): void {
    if (this.lastStatus.state === "down") return;
    this.setDown(
      vscode.l10n.t("The language server could not be started: {0}.", reason),
      vscode.l10n.t('Run "LASER: Show Log" for the reason, then "LASER: Restart Server".'),
    );
  }

  private setDown(message: string, nextStep: string): void {
    this.setStatus({ state: "down", stats: null, error: { code: "serverDown", message, nextStep } });
  }

  private setStatus(status: ServerStatus): void {
    this.lastStatus = status;
    this.statusEmitter.fire(status);
  }
}

/** A request that failed; carries the text for the user. */
export class RequestFailed extends Error {
  constructor(
    readonly text: ErrorText,
    options?: ErrorOptions,
  ) {
    super(text.message, options);
    this.name = "RequestFailed";
  }
}

function serverGone(): ErrorText {
  return {
    code: "serverGone",
    message: vscode.l10n.t("The language server exited unexpectedly and is being restarted."),
    nextStep: vscode.l10n.t("Run the prompt again."),
  };
}

function errorTextOf(error: unknown): ErrorText {
  return parse(ErrorTextSchema, error instanceof ResponseError ? error.data : null) ?? unexpected(error);
}

/** JSON-RPC's codes for unanswered requests: write and read errors, a closed or missing connection. */
function isBrokenConnection(error: unknown): boolean {
  return !(error instanceof ResponseError) || (error.code >= -32099 && error.code <= -32096);
}

function unexpected(error: unknown): ErrorText {
  return {
    code: "unexpected",
    message: vscode.l10n.t("The language server returned an error: {0}.", sentenceOf(error)),
    nextStep: vscode.l10n.t('Run "LASER: Show Log" for more.'),
  };
}

function sentenceOf(error: unknown): string {
  return messageOf(error).replace(/\.$/, "");
}
