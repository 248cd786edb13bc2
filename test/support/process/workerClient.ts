// A client of the built worker: starts dist/worker.mjs, speaks its protocol over either transport, and waits on
// messages and on the process's end, never on time.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";
import type { ScriptedOptions } from "../../../server/engine/scripted/scripted.ts";
import { DEFAULT_SETTINGS, type GenerationSettings } from "../../../core/settings/index.ts";
import {
  WORKER_PROTOCOL_VERSION,
  type GenerateParams,
  type WorkerMessage,
  type WorkerReply,
  type WorkerRequest,
  type WorkerResults,
} from "../../../server/protocol/worker.ts";
import { TraceAssembler, type Trace } from "../../../core/trace/index.ts";
import { repositoryFolder, temporaryFolder } from "../check.ts";

const PROGRAM = path.join(repositoryFolder, "dist", "worker.mjs");

export const TRANSPORTS = ["stdio", "ipc"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** A request without its id, which the client gives. */
type RequestBody = WorkerRequest extends infer R ? (R extends WorkerRequest ? Omit<R, "id"> : never) : never;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ClientOptions {
  readonly transport?: TransportName;
  readonly script: ScriptedOptions;
  /** The program and its arguments instead of dist/worker.mjs. */
  readonly program?: readonly string[];
  /** How the script's path is given; by --script when left out. */
  readonly scriptBy?: "option" | "environment";
  /** Over the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export class WorkerClient {
  /** Everything the worker said, in order. */
  readonly messages: WorkerMessage[] = [];
  readonly ended: Promise<Ended>;
  /** Whole lines on stdout that are not JSON; over IPC every line. */
  readonly strayLines: string[] = [];
  stderr = "";
  private nextId = 1;
  private end: Ended | null = null;
  private readonly watchers = new Set<() => void>();

  constructor(
    readonly child: ChildProcess,
    readonly transport: TransportName,
  ) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    if (transport === "ipc")
      child.on("message", (message) => {
        this.take(message as WorkerMessage);
      });
    this.readLines();
    // All that was written has been read when its streams have closed; "close" itself is missing after disconnect().
    const closed = [child.stdout, child.stderr].map((stream) => stream && once(stream, "close"));
    const disconnected = transport === "ipc" && once(child, "disconnect");
    this.ended = Promise.all([once(child, "exit"), disconnected, ...closed]).then(() => {
      this.end = { code: child.exitCode, signal: child.signalCode };
      for (const watcher of this.watchers) watcher();
      return this.end;
    });
  }

  /** Sends a request and gives its id. */
  post(body: RequestBody): number {
    const id = this.nextId++;
    this.send({ ...body, id });
    return id;
  }

  /** Sends any value. */
  send(value: unknown): void {
    if (this.transport === "ipc") this.child.send(value as object);
    else this.sendText(`${JSON.stringify(value)}\n`);
  }

  /** Sends text as it is; over stdio only. */
  sendText(text: string | Uint8Array): void {
    this.child.stdin?.write(text);
  }

  /** Ends the connection, as a client that disconnects does. */
  leave(): void {
    if (this.transport === "ipc") this.child.disconnect();
    else this.child.stdin?.end();
  }

  /** The first message that fits, past or to come. Rejects when the process ends without one. */
  until<M extends WorkerMessage>(fits: (message: WorkerMessage) => message is M): Promise<M>;
  until(fits: (message: WorkerMessage) => boolean): Promise<WorkerMessage>;
  until(fits: (message: WorkerMessage) => boolean): Promise<WorkerMessage> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.messages.find(fits);
        if (found === undefined && this.end === null) return;
        this.watchers.delete(look);
        if (found !== undefined) resolve(found);
        else reject(new Error(`the worker ended (${JSON.stringify(this.end)}): ${this.stderr}`));
      };
      this.watchers.add(look);
      look();
    });
  }

  replyTo(id: number): Promise<WorkerReply> {
    const isReply = (message: WorkerMessage): message is WorkerReply =>
      (message.kind === "done" || message.kind === "failed") && message.id === id;
    return this.until(isReply);
  }

  /** Sends a request and gives its result. Rejects when it failed. */
  async request<Kind extends keyof WorkerResults>(
    body: Extract<RequestBody, { readonly kind: Kind }>,
  ): Promise<WorkerResults[Kind]> {
    const reply = await this.replyTo(this.post(body));
    if (reply.kind === "failed") throw new Error(`${reply.error.code}: ${reply.error.message}`);
    assert.equal(reply.request, body.kind);
    return reply.result as WorkerResults[Kind];
  }

  /** Sends a request that is to fail, and gives the code and message of its error. */
  async refused(body: RequestBody): Promise<{ readonly code: string; readonly message: string }> {
    const reply = await this.replyTo(this.post(body));
    return reply.kind === "failed" ? reply.error : assert.fail(`${body.kind} was to fail`);
  }

  /** Greets and loads the script. */
  async ready(contextTokens = 4096): Promise<this> {
    await this.request<"hello">({ kind: "hello", version: WORKER_PROTOCOL_VERSION });
    await this.request<"load">({ kind: "load", model: { gpu: "off", contextTokens } });
    return this;
  }

  /** The trace of a run, assembled from its events as any client would. */
  traceOf(request: number): Trace {
    let assembler: TraceAssembler | null = null;
    for (const message of this.messages) {
      if (message.kind === "done" && message.id === request && message.request === "generate")
        return assembler?.trace(message.result) ?? assert.fail("a run ended before it began");
      if (message.kind === "failed" && message.id === request) {
        const { code, message: words } = message.error;
        const end = { finish: "failed", error: { code, message: words } } as const;
        return assembler?.trace(end) ?? assert.fail("a run failed before it began");
      }
      if (!("request" in message) || message.request !== request) continue;
      if (message.kind === "begin") assembler = new TraceAssembler(message.header, message.tokens);
      if (message.kind === "step") assembler?.add(message.step, message.tokens, message.entries);
    }
    return assembler?.trace() ?? assert.fail("no such run");
  }

  private take(message: WorkerMessage): void {
    this.messages.push(message);
    for (const watcher of this.watchers) watcher();
  }

  private readLines(): void {
    let rest = "";
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.takeLine(line);
    });
  }

  private takeLine(line: string): void {
    if (this.transport === "ipc") {
      this.strayLines.push(line);
      return;
    }
    try {
      this.take(JSON.parse(line) as WorkerMessage);
    } catch {
      this.strayLines.push(line);
    }
  }
}

/** Starts a worker that recites a script; it is killed when the test has ended. */
export function startWorker(
  context: TestContext,
  { transport = "stdio", script, program = [PROGRAM], scriptBy = "option", env }: ClientOptions,
): WorkerClient {
  if (!existsSync(PROGRAM)) throw new Error("dist/worker.mjs is missing: run `npm run build`");
  const scriptFile = path.join(temporaryFolder(context), "script.json");
  writeFileSync(scriptFile, JSON.stringify(script));
  const [stdin, channel] = transport === "ipc" ? (["ignore", ["ipc"]] as const) : (["pipe", []] as const);
  const byOption = scriptBy === "option";
  const child = spawn(process.execPath, [...program, ...(byOption ? ["--script", scriptFile] : [])], {
    env: { ...process.env, ...env, ...(!byOption && { LASER_WORKER_SCRIPT: scriptFile }) },
    stdio: [stdin, "pipe", "pipe", ...channel],
  });
  const client = new WorkerClient(child, transport);
  context.onTestFinished(async () => {
    child.kill("SIGKILL");
    await client.ended;
  });
  return client;
}

/** A plain-text prompt under the default settings except for those given. */
export function params(source: string, settings: Partial<GenerationSettings> = {}): GenerateParams {
  return {
    source,
    promptFile: null,
    values: {},
    settings: { ...DEFAULT_SETTINGS, ...settings },
    poolPath: null,
  };
}
