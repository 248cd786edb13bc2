// A client of the built language server: starts dist/server.cjs, over stdio or IPC, with a worker of the test's
// choice, speaks its protocol, and waits on what it says, never on time.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestContext } from "vitest";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
  type PublishDiagnosticsParams,
} from "vscode-languageserver/node";
import type { ErrorText, Translations } from "../../../core/base/index.ts";
import {
  METHODS_VERSION,
  runEventNotice,
  runRequest,
  statusNotice,
  type Method,
  type RunEvent,
  type RunId,
  type RunParams,
  type RunResult,
  type ServerStatus,
} from "../../../server/protocol/methods.ts";
import { DEFAULT_SETTINGS } from "../../../core/settings/index.ts";
import { repositoryFolder, temporaryFolder } from "../check.ts";
import { REAL } from "../trace/recordedTrace.ts";

const SERVER = path.join(repositoryFolder, "dist", "server.cjs");
const MISBEHAVING = path.join(repositoryFolder, "test", "fixtures", "workers", "misbehaving.mjs");

export interface ServerSetup {
  /** How the misbehaving worker behaves at first. */
  readonly conduct?: string;
  /** The real worker reciting this script, instead of the misbehaving one. */
  readonly script?: object;
  /** The worker program, instead of both. */
  readonly workerPath?: string;
  /** Beside `laserProtocol`. */
  readonly options?: object;
  readonly laserProtocol?: unknown;
  /** The language that its texts are in; English when left out. */
  readonly translations?: Translations;
  /** stdio when left out; editors use IPC. */
  readonly transport?: "stdio" | "ipc";
}

export type Received =
  | { readonly kind: "event"; readonly runId: RunId; readonly event: RunEvent }
  | { readonly kind: "status"; readonly status: ServerStatus }
  | { readonly kind: "diagnostics"; readonly published: PublishDiagnosticsParams };

export class ServerClient {
  /** Every notice of the server, in order. */
  readonly received: Received[] = [];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  readonly traceFolder: string;
  /** All that came on stdout, as it came. */
  readonly stdout: Buffer[] = [];
  private readonly watchers = new Set<() => void>();
  private readonly results = new Map<RunId, Promise<RunResult>>();
  private gone = false;

  constructor(
    readonly child: ChildProcess,
    readonly connection: MessageConnection,
    folder: string,
    private readonly conductFile: string,
  ) {
    this.traceFolder = path.join(folder, "traces");
    child.stdout?.on("data", (bytes: Buffer) => this.stdout.push(bytes));
    connection.onNotification(runEventNotice.method, (notice: { runId: RunId; event: RunEvent }) => {
      this.receive({ kind: "event", ...notice });
    });
    connection.onNotification(statusNotice.method, (status: ServerStatus) => {
      this.receive({ kind: "status", status });
    });
    connection.onNotification("textDocument/publishDiagnostics", (published: PublishDiagnosticsParams) => {
      this.receive({ kind: "diagnostics", published });
    });
    this.ended = once(child, "close").then(([code, signal]) => {
      this.gone = true;
      for (const watcher of this.watchers) watcher();
      return { code: code as number | null, signal: signal as string | null };
    });
  }

  conduct(way: string): void {
    writeFileSync(this.conductFile, way);
  }

  /** The numbers of the misbehaving workers that were asked to prepare, in turn. */
  prepared(): readonly number[] {
    const file = `${this.conductFile}.prepared`;
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  }

  request<Params, Result>({ method }: Method<Params, Result>, params: Params): Promise<Result> {
    return this.connection.sendRequest(method, params);
  }

  /** Sends a request that is to be refused, and gives the text of its error. */
  async refused<Params, Result>(method: Method<Params, Result>, params: Params): Promise<ErrorText> {
    return refusalOf(this.request(method, params));
  }

  /** Starts a run with its own id. `cancel` is the protocol's own cancellation. */
  run(given: Partial<RunParams> = {}): {
    readonly runId: RunId;
    readonly result: Promise<RunResult>;
    cancel(): void;
  } {
    const runId = `run-${this.results.size + 1}`;
    const params: RunParams = {
      runId,
      model: { gpu: "off", contextTokens: 4096 },
      generate: {
        source: "Describe a film.",
        promptFile: "film.prompty",
        values: {},
        settings: { ...DEFAULT_SETTINGS, maxTokens: 24 },
        poolPath: null,
      },
      traceFolder: this.traceFolder,
      traceForm: "plain",
      whenBusy: "queue",
      ...given,
    };
    const cancellation = new CancellationTokenSource();
    const result = this.connection.sendRequest<RunResult>(runRequest.method, params, cancellation.token);
    this.results.set(runId, result);
    return {
      runId,
      result,
      cancel: () => {
        cancellation.cancel();
      },
    };
  }

  /** The first notice that gives something, past or to come. Rejects when the server ends without one. */
  until<T>(pick: (received: Received) => T | null, from = 0): Promise<T> {
    return new Promise((resolve, reject) => {
      let next = from;
      const look = (): void => {
        for (; next < this.received.length; next++) {
          const found = pick(this.received[next]!);
          if (found === null) continue;
          this.watchers.delete(look);
          resolve(found);
          return;
        }
        if (this.gone) reject(new Error("the server ended before it said what was waited for"));
      };
      this.watchers.add(look);
      look();
    });
  }

  /** The number of the process that runs for `runId`, reported by the misbehaving worker when it loads. */
  workerProcess(runId: RunId): Promise<number> {
    return this.until((received) => {
      if (received.kind !== "event" || received.runId !== runId || received.event.kind !== "progress")
        return null;
      const number = /^process (\d+)$/.exec(received.event.message)?.[1];
      return number === undefined ? null : Number(number);
    });
  }

  /** Resolves when a run made its n-th step. Rejects when it ends before. */
  async steps(runId: RunId, count: number): Promise<void> {
    const made = (): number => this.eventsOf(runId, "step").length;
    const running = this.results.get(runId);
    assert.ok(running !== undefined, `${runId} was not started`);
    const ended = running.then((result) => {
      assert.ok(made() >= count, `${runId} ended after ${made()} steps: ${JSON.stringify(result)}`);
    });
    await Promise.race([ended, this.until(() => (made() >= count ? true : null))]);
  }

  state(wanted: ServerStatus["state"], from = 0): Promise<ServerStatus> {
    return this.until(
      (received) => (received.kind === "status" && received.status.state === wanted ? received.status : null),
      from,
    );
  }

  eventsOf<K extends RunEvent["kind"]>(runId: RunId, kind: K): readonly Extract<RunEvent, { kind: K }>[] {
    return this.received.flatMap((received) =>
      received.kind === "event" && received.runId === runId && received.event.kind === kind
        ? [received.event as Extract<RunEvent, { kind: K }>]
        : [],
    );
  }

  /** Ends the server as an editor does. */
  async shutdown(): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    return this.ended;
  }

  private receive(received: Received): void {
    this.received.push(received);
    for (const watcher of [...this.watchers]) watcher();
  }
}

/** Starts a server and sends nothing yet; it is killed when the test has ended. */
export function startServer(context: TestContext, setup: ServerSetup = {}): ServerClient {
  if (!existsSync(SERVER)) throw new Error("dist/server.cjs is missing: run `npm run build`");
  const folder = temporaryFolder(context);
  const conductFile = path.join(folder, "conduct");
  writeFileSync(conductFile, setup.conduct ?? "well");
  // What the misbehaving worker recites.
  const traceFile = path.join(folder, "trace.json");
  writeFileSync(traceFile, JSON.stringify(REAL));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LASER_TEST_CONDUCT: conductFile,
    LASER_TEST_TRACE: traceFile,
  };
  if (setup.script === undefined) env.LASER_WORKER_PATH = setup.workerPath ?? MISBEHAVING;
  else {
    env.LASER_WORKER_SCRIPT = path.join(folder, "script.json");
    writeFileSync(env.LASER_WORKER_SCRIPT, JSON.stringify(setup.script));
  }
  if (setup.translations !== undefined) {
    env.LASER_TRANSLATIONS = path.join(folder, "translations.json");
    writeFileSync(env.LASER_TRANSLATIONS, JSON.stringify(setup.translations));
  }
  const ipc = setup.transport === "ipc";
  const child = spawn(process.execPath, [SERVER, ipc ? "--node-ipc" : "--stdio"], {
    env,
    stdio: ["pipe", "pipe", "inherit", ...(ipc ? (["ipc"] as const) : [])],
  });
  const { stdin, stdout } = child;
  assert.ok(stdin !== null && stdout !== null);
  const connection = ipc
    ? createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child))
    : createMessageConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
  const client = new ServerClient(child, connection, folder, conductFile);
  connection.listen();
  context.onTestFinished(async () => {
    connection.dispose();
    child.kill("SIGKILL");
    await client.ended;
  });
  return client;
}

/** Sends initialize and gives the server's answer. */
export function initialize(client: ServerClient, setup: ServerSetup = {}): Promise<object> {
  const initializationOptions = {
    laserProtocol: "laserProtocol" in setup ? setup.laserProtocol : METHODS_VERSION,
    ...setup.options,
  };
  const params = { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions };
  return client.connection.sendRequest("initialize", params);
}

/** A server that is ready for requests. */
export async function readyServer(context: TestContext, setup: ServerSetup = {}): Promise<ServerClient> {
  const client = startServer(context, setup);
  await initialize(client, setup);
  await client.connection.sendNotification("initialized", {});
  return client;
}

/** The text that a refusal carries. */
export async function refusalOf(answer: Promise<unknown>): Promise<ErrorText> {
  try {
    await answer;
  } catch (error) {
    assert.ok(error instanceof ResponseError, String(error));
    const text = error.data as ErrorText;
    assert.equal(error.message, text.message);
    return text;
  }
  return assert.fail("it was to be refused");
}
