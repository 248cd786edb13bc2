// One worker process and the messages to and from it: requests with their replies and events, and how open
// requests end when the process does.
import { fork, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse, t } from "../../core/base/index.ts";
import {
  WORKER_PROTOCOL_VERSION,
  WorkerMessageSchema,
  type WorkerEvent,
  type WorkerRequest,
  type WorkerResults,
} from "../protocol/worker.ts";
import { ServerError } from "./errors.ts";
import type { ServerLimits } from "./options.ts";

type Kind = WorkerRequest["kind"];
/** A request without its kind and its id, which the connection assigns. */
export type Carried<K extends Kind> = Omit<Extract<WorkerRequest, { kind: K }>, "id" | "kind">;

export interface AskOptions {
  readonly onEvent?: (event: WorkerEvent) => void;
  /** Raised: the worker is asked to stop the request, and terminated if it doesn't within the limit. */
  readonly signal?: AbortSignal;
}

interface Open {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onEvent: ((event: WorkerEvent) => void) | undefined;
}

export interface WorkerHooks {
  readonly log: (line: string) => void;
  /** Called once when the process has ended, before open requests fail. `asked`: it was asked to end. */
  readonly onEnd: (error: ServerError, asked: boolean) => void;
}

const SAMPLE_CHARACTERS = 80;

export class Worker {
  /** Resolves when the worker replied to hello. @throws ServerError when it is silent, of another version, or ends */
  readonly ready: Promise<void>;
  private readonly open = new Map<number, Open>();
  private lastId = 0;
  private lastLine: string | null = null;
  private askedToEnd = false;
  private ended: ServerError | null = null;
  private readonly exit: Promise<void>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly hooks: WorkerHooks,
    private readonly limits: ServerLimits,
  ) {
    this.readStderr();
    child.on("message", (value) => {
      this.handleMessage(value);
    });
    this.exit = this.watchEnd();
    this.ready = this.greet();
    this.ready.catch(() => undefined); // Code that awaits `ready` sees this error as well.
  }

  /** Starts the program. @throws ServerError workerMissing */
  static start(path: string, hooks: WorkerHooks, limits: ServerLimits): Worker {
    if (!existsSync(path)) throw new ServerError({ tag: "workerMissing", path });
    // Its stdout would mix with the server's own frames; the protocol doesn't use it.
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    // The program's own folder: the server's is the root of the workspace, whose files are not to be loaded.
    const options = { stdio: [...stdio], execArgv: [], cwd: dirname(path) };
    return new Worker(fork(resolve(path), ["--ipc"], options), hooks, limits);
  }

  /** Sends a request. @throws ServerError: workerRefused for a failure reply, else how the worker ended */
  async ask<K extends Kind>(
    kind: K,
    carried: Carried<K>,
    { onEvent, signal }: AskOptions = {},
  ): Promise<WorkerResults[K]> {
    if (this.ended !== null) throw this.ended;
    const id = ++this.lastId;
    const reply = new Promise<unknown>((resolve, reject) => {
      this.open.set(id, { resolve, reject, onEvent });
    });
    this.send({ kind, id, ...carried });
    let bound: NodeJS.Timeout | undefined;
    const stop = (): void => {
      this.ask("stop", { request: id }).catch(() => undefined); // How the request ended is in its own reply.
      bound = setTimeout(() => {
        this.hooks.log(
          t("the worker did not stop within {0} ms and is being terminated", this.limits.stopMs),
        );
        void this.kill();
      }, this.limits.stopMs);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
    try {
      return (await reply) as WorkerResults[K]; // The worker replies to a request with the result of its kind.
    } finally {
      clearTimeout(bound);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Shuts it down cleanly, or by force after the limit. */
  async shutdown(): Promise<void> {
    this.askedToEnd = true;
    if (this.ended !== null) return this.exit;
    const timer = setTimeout(() => {
      this.hooks.log(t("the worker did not exit within {0} ms and is being killed", this.limits.shutdownMs));
      void this.kill();
    }, this.limits.shutdownMs);
    this.ask("shutdown", {}).catch(() => undefined); // Only the end of the process matters.
    await this.exit;
    clearTimeout(timer);
  }

  /** Kills it on purpose. Resolves when it has ended. */
  kill(): Promise<void> {
    this.askedToEnd = true;
    this.child.kill("SIGKILL");
    return this.exit;
  }

  private async greet(): Promise<void> {
    const { handshakeMs } = this.limits;
    const timer = setTimeout(() => {
      this.giveUp(new ServerError({ tag: "workerSilent", waitedMs: handshakeMs }));
    }, handshakeMs);
    try {
      const { version } = await this.ask("hello", { version: WORKER_PROTOCOL_VERSION });
      if (version !== WORKER_PROTOCOL_VERSION) {
        throw new ServerError({ tag: "workerVersion", worker: version, server: WORKER_PROTOCOL_VERSION });
      }
    } catch (error) {
      if (error instanceof ServerError) this.giveUp(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private handleMessage(value: unknown): void {
    if (this.ended !== null) return;
    const message = parse(WorkerMessageSchema, value);
    try {
      if (message === null) throw new Error("not a message of the protocol");
      if (message.kind === "done" || message.kind === "failed") {
        const request = this.open.get(message.id);
        this.open.delete(message.id);
        if (message.kind === "done") request?.resolve(message.result);
        else request?.reject(new ServerError({ tag: "workerRefused", text: message.error }));
      } else {
        this.open.get(message.request)?.onEvent?.(message);
      }
    } catch (cause) {
      // Listeners read deep into steps: if they throw, the step was malformed.
      const sample = (JSON.stringify(value) as string | undefined)?.slice(0, SAMPLE_CHARACTERS) ?? "nothing";
      this.giveUp(new ServerError({ tag: "workerGarbage", sample }, { cause }));
    }
  }

  private send(message: WorkerRequest | { readonly kind: Kind; readonly id: number }): void {
    if (!this.child.connected) return; // The end of the process follows and fails the request.
    this.child.send(message, (error) => {
      if (error !== null) this.hooks.log(t("the worker could not be reached: {0}", error.message));
    });
  }

  private readStderr(): void {
    let rest = "";
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.filter((part) => part.trim() !== "")) {
        this.lastLine = line.trim().slice(0, 2 * SAMPLE_CHARACTERS);
        this.hooks.log(`worker: ${line}`);
      }
    });
  }

  /** Resolves when the process has ended and everything it sent has been handled. */
  private watchEnd(): Promise<void> {
    const { child } = this;
    // A worker notices by itself that this process is gone, but a hanging one would not.
    const killWithUs = (): void => void child.kill("SIGKILL");
    process.once("exit", killWithUs);
    let exited: { code: number | null; signal: string | null } | null = null;
    return new Promise((resolve) => {
      const end = (error: ServerError): void => {
        process.removeListener("exit", killWithUs);
        this.close(error);
        resolve();
      };
      const look = (): void => {
        if (exited === null || child.connected) return;
        // stderr may contain the reason: it is read before the end is reported, but never waited for.
        const { code, signal } = exited;
        setImmediate(() => {
          end(new ServerError({ tag: "workerEnded", end: { code, signal, lastLine: this.lastLine } }));
        });
      };
      child.once("exit", (code, signal) => {
        exited = { code, signal };
        look();
      });
      child.once("disconnect", () => {
        // The channel is closed, so it can't be reached any more.
        if (exited === null && !this.askedToEnd) child.kill("SIGKILL");
        look();
      });
      child.on("error", (error) => {
        if (child.pid !== undefined) return;
        end(new ServerError({ tag: "workerStartFailed", reason: error.message }, { cause: error }));
      });
    });
  }

  /** Terminates a worker that can't be communicated with; open requests fail with `error`. */
  private giveUp(error: ServerError): void {
    this.close(error);
    this.child.kill("SIGKILL");
  }

  private close(error: ServerError): void {
    if (this.ended !== null) return;
    this.ended = error;
    this.hooks.onEnd(error, this.askedToEnd);
    for (const { reject } of this.open.values()) reject(error);
    this.open.clear();
  }
}
