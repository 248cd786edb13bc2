// Answers a client's requests: which run at once, which are queued, and how each ends.
import { setImmediate } from "node:timers/promises";
import {
  BACKEND_NAMES,
  ensureModel,
  findModelFiles,
  installBackend,
  packageOf,
  surveyDevices,
  thisMachine,
} from "../engine/index.ts";
import { isAbort } from "../files/index.ts";
import { describeError, unreachable } from "../../core/base/index.ts";
import type { Trace } from "../../core/trace/index.ts";
import {
  WORKER_PROTOCOL_VERSION,
  type AnswerParams,
  type GenerateParams,
  type WorkerMessage,
  type WorkerReply,
  type WorkerRequest,
  type WorkerResults,
  type WorkerStats,
} from "../protocol/worker.ts";
import { askedAnswer, askedRun } from "./asked.ts";
import { answerResult } from "./batchAnswer.ts";
import { WorkerError } from "./errors.ts";
import { IdleWork } from "./idleWork.ts";
import { ModelHolder, poolFigures } from "./loaded.ts";
import { catalogueModels, shareOf, type LoadModel } from "./loadModel.ts";
import { thinned } from "./progress.ts";
import { idOf, parseRequest } from "./requests.ts";
import type { TokenizerHolder } from "./tokenizing.ts";
import { traceModel, type GenerateEvent, type GenerateOptions, type Session } from "./session.ts";

export interface ServiceOptions {
  readonly loadModel: LoadModel;
  /** They have a model of their own, without weights. */
  readonly tokenizers: TokenizerHolder;
  /** Program and version. */
  readonly generator: string;
  /** Sends a message; resolves when the next may follow. */
  readonly send: (message: WorkerMessage) => Promise<void>;
  readonly log: (line: string) => void;
  /** Called once, when nothing is left to do: 0 for a clean end, 1 for a client that can't be served. */
  readonly end: (exitCode: number) => void;
  /** How long after the last request idle time begins, in ms; 3 s if omitted. */
  readonly idleAfterMs?: number;
}

const IDLE_AFTER_MS = 3000;

type RunEvent = Exclude<GenerateEvent, { readonly kind: "prefill" | "probe" }>;

type Work<Kind extends keyof WorkerResults> = (signal: AbortSignal) => Promise<WorkerResults[Kind]>;

export class WorkerService {
  private readonly loaded: ModelHolder;
  /** Requests that can be stopped, by id. */
  private readonly controllers = new Map<number, AbortController>();
  /** Unfinished work, downloads included. */
  private readonly inHand = new Set<Promise<void>>();
  /** Settles when all queued work is done. */
  private turn: Promise<void> = Promise.resolve();
  private generating: number | null = null;
  /** Whose model has answered: only then is its time worth measuring. */
  private answered: Session | null = null;
  private readonly idle: IdleWork;
  private greeted = false;
  private ending = false;

  constructor(private readonly options: ServiceOptions) {
    this.loaded = new ModelHolder(options.loadModel);
    const { idleAfterMs = IDLE_AFTER_MS } = options;
    this.idle = new IdleWork((signal) => this.measureCosts(signal), idleAfterMs);
  }

  /** Handles a message that is not checked yet. Its reply goes out by `send`. */
  receive(value: unknown): void {
    try {
      this.take(parseRequest(value));
    } catch (error) {
      this.refuse(idOf(value), error);
    }
  }

  /** Answers input that is not a message: id 0, and a line in the log. */
  refuse(id: number, error: unknown): void {
    const text = describeError(error);
    this.options.log(`error: ${text.message} ${text.nextStep}`);
    this.keep(this.options.send({ kind: "failed", id, error: text }));
  }

  /** Stops everything, disposes of the model, then ends. */
  async leave(): Promise<void> {
    if (this.ending) return;
    await this.close();
    this.options.end(0);
  }

  private take(request: WorkerRequest): void {
    const { id, kind } = request;
    if (kind === "hello") {
      this.greet(id, request.version);
      return;
    }
    if (!this.greeted) throw new WorkerError({ tag: "helloMissing", request: kind });
    if (this.ending) throw new WorkerError({ tag: "ending", request: kind });
    if (this.controllers.has(id))
      throw new WorkerError({
        tag: "badRequest",
        field: "id",
        reason: `${id} belongs to a request that is not finished`,
      });
    switch (kind) {
      case "stop":
        this.controllers.get(request.request)?.abort();
        this.reply({ kind: "done", id, request: kind, result: null });
        return;
      case "stats":
        this.reply({ kind: "done", id, request: kind, result: this.stats() });
        return;
      case "models":
        void this.begin(id, kind, () => catalogueModels());
        return;
      case "modelFiles":
        void this.begin(id, kind, (signal) => findModelFiles(request.folders, signal));
        return;
      case "devices":
        void this.begin(id, kind, (signal) => this.devices(id, request.again, signal));
        return;
      case "installBackend":
        void this.begin(id, kind, (signal) => this.install(id, request.backend, signal));
        return;
      case "fetch":
        void this.begin(id, kind, (signal) => this.fetch(id, request.catalogueId, signal));
        return;
      case "load":
        this.queue(id, kind, async (signal) => {
          const { log } = this.options;
          await this.loaded.load(request.model, { signal, log, onProgress: this.progressOf(id) });
          return this.stats();
        });
        return;
      case "unload":
        this.queue(id, kind, () => this.loaded.unload().then(() => null));
        return;
      case "pool":
        this.queue(id, kind, async (signal) => {
          signal.throwIfAborted();
          return poolFigures(await this.loaded.pool(request.poolPath, signal));
        });
        return;
      case "generate":
        this.claimRun(id);
        this.queue(id, kind, (signal) => this.generate(id, request.params, signal));
        return;
      case "answer":
        this.claimRun(id);
        this.queue(id, kind, (signal) => this.answer(id, request.params, signal));
        return;
      case "add":
        this.queue(id, kind, async (signal) =>
          poolFigures(await this.loaded.addToPool(request.answers, signal)),
        );
        return;
      case "tokenize":
        void this.begin(id, kind, (signal) => this.options.tokenizers.tokenize(request, signal));
        return;
      case "shutdown":
        void this.shutDown(id);
        return;
      default:
        unreachable(kind);
    }
  }

  /** @throws WorkerError busy: one answer is written at a time */
  private claimRun(id: number): void {
    if (this.generating !== null) throw new WorkerError({ tag: "busy", running: this.generating });
    this.generating = id;
  }

  private greet(id: number, clientVersion: number): void {
    const workerVersion = WORKER_PROTOCOL_VERSION;
    if (clientVersion === workerVersion) {
      this.greeted = true;
      const result = { version: workerVersion, generator: this.options.generator };
      this.reply({ kind: "done", id, request: "hello", result });
      return;
    }
    const error = describeError(new WorkerError({ tag: "protocolVersion", clientVersion, workerVersion }));
    if (this.greeted) {
      // Only the first greeting decides: a run may be going on.
      this.reply({ kind: "failed", id, error });
      return;
    }
    this.ending = true;
    this.options.log(`error: ${error.message} ${error.nextStep}`);
    this.keep(
      this.options.send({ kind: "failed", id, error }).then(() => {
        this.options.end(1);
      }),
    );
  }

  private async shutDown(id: number): Promise<void> {
    await this.close();
    await this.options.send({ kind: "done", id, request: "shutdown", result: null });
    this.options.end(0);
  }

  private async close(): Promise<void> {
    this.ending = true;
    for (const controller of this.controllers.values()) controller.abort();
    await Promise.all(this.inHand);
    await this.idle.interrupt();
    await this.loaded.unload();
    await this.options.tokenizers.unload();
  }

  /** Queues work: there is one model, and it does one thing at a time. */
  private queue<Kind extends keyof WorkerResults>(id: number, kind: Kind, work: Work<Kind>): void {
    const before = this.turn;
    this.turn = this.begin(id, kind, async (signal) => {
      await before;
      return work(signal);
    });
  }

  /** Idle time begins with the last of several requests, and once the model in use has answered. */
  private waitForIdleTime(): void {
    const session = this.loaded.current?.session;
    const isIdle = this.controllers.size === 0 && !this.ending;
    if (isIdle && session !== undefined && session === this.answered && session.wantsMeasurement)
      this.idle.schedule();
  }

  /** In idle time after an answer: never before one, which it would delay. */
  private async measureCosts(signal: AbortSignal): Promise<void> {
    try {
      await this.loaded.current?.session.measureCosts(signal);
    } catch (error) {
      this.options.log(`warning: ${describeError(error).message}`);
    }
  }

  /** Runs work now, which would skew a measurement, and replies with its outcome. The promise never rejects. */
  private begin<Kind extends keyof WorkerResults>(id: number, kind: Kind, work: Work<Kind>): Promise<void> {
    const controller = new AbortController();
    this.controllers.set(id, controller);
    const run = this.idle
      .interrupt()
      .then(() => work(controller.signal))
      .then(
        // The compiler can't see that kind and result belong together in the union of replies.
        (result) => ({ kind: "done", id, request: kind, result }) as WorkerReply,
        (error: unknown): WorkerReply => ({
          kind: "failed",
          id,
          error: describeError(reasonOf(error, kind)),
        }),
      )
      .then((reply) => {
        this.controllers.delete(id);
        if (this.generating === id) this.generating = null;
        this.waitForIdleTime();
        return this.options.send(reply);
      });
    this.keep(run);
    return run;
  }

  private reply(reply: WorkerReply): void {
    this.keep(this.options.send(reply));
  }

  private keep(work: Promise<void>): void {
    this.inHand.add(work);
    void work.finally(() => this.inHand.delete(work));
  }

  private async fetch(id: number, catalogueId: string, signal: AbortSignal): Promise<WorkerResults["fetch"]> {
    const report = this.progressOf(id);
    const { path, quantisation, conversionFault } = await ensureModel(catalogueId, {
      signal,
      onProgress: ({ message, doneBytes, totalBytes }) => {
        report(message, shareOf(doneBytes, totalBytes));
      },
    });
    if (conversionFault !== null) this.options.log(`warning: ${conversionFault.tag}: ${path} is used`);
    return { path, quantisation };
  }

  private devices(id: number, again: boolean, signal: AbortSignal): Promise<WorkerResults["devices"]> {
    const report = this.progressOf(id);
    return surveyDevices({
      again,
      signal,
      onTrial: (backend) => {
        report(`trying ${BACKEND_NAMES[backend]}`, null);
      },
      log: this.options.log,
    });
  }

  private async install(
    id: number,
    backend: string,
    signal: AbortSignal,
  ): Promise<WorkerResults["installBackend"]> {
    const report = this.progressOf(id);
    const machine = thisMachine();
    await installBackend(packageOf(backend, machine), {
      machine,
      signal,
      onProgress: ({ message, doneBytes, totalBytes }) => {
        report(message, shareOf(doneBytes, totalBytes));
      },
    });
    return this.devices(id, false, signal);
  }

  private async generate(
    id: number,
    params: GenerateParams,
    signal: AbortSignal,
  ): Promise<WorkerResults["generate"]> {
    const { poolPath } = params;
    const { session } = this.loaded;
    const { prompt, settings } = askedRun(params, session.engine);
    const pool = poolPath === null ? null : await this.loaded.pool(poolPath, signal);
    const { finish, tokens, prefillTokens, prefillMs } = (
      await this.write(session, { prompt, settings, pool, signal }, id, (event) =>
        this.options.send({ ...event, request: id }),
      )
    ).result;
    if (finish === "failed") throw new Error("a run that did not fail says that it failed");
    return { finish, tokens, prefillTokens, prefillMs: prefillMs ?? 0 };
  }

  private async answer(
    id: number,
    params: AnswerParams,
    signal: AbortSignal,
  ): Promise<WorkerResults["answer"]> {
    signal.throwIfAborted();
    const { session } = this.loaded;
    const pool = this.loaded.current?.pool ?? null;
    const asked = askedAnswer(params, session.engine);
    return answerResult(await this.write(session, { ...asked, pool, signal }, id));
  }

  /** Writes one answer; `onRun` gets the events that belong to its trace. @throws what the engine failed with */
  private async write(
    session: Session,
    options: GenerateOptions,
    id: number,
    onRun?: (event: RunEvent) => Promise<void>,
  ): Promise<Trace> {
    const reading = this.progressOf(id);
    const onEvent = async (event: GenerateEvent): Promise<void> => {
      if (event.kind === "prefill") reading("reading the prompt", event.doneTokens / event.totalTokens);
      else if (event.kind === "probe") reading("trying the model's batch sizes (once)", event.share);
      else await onRun?.(event);
      // An engine may never yield to the event loop: let a stop request arrive between two steps.
      await setImmediate();
    };
    const { trace, failure } = await session.generate({ ...options, onEvent });
    if (failure !== null) throw failure;
    this.answered = session;
    return trace;
  }

  private progressOf(request: number): (message: string, share: number | null) => void {
    return thinned((message, share) => {
      this.keep(this.options.send({ kind: "progress", request, message, share }));
    });
  }

  private stats(): WorkerStats {
    const { current } = this.loaded;
    const engine = current?.session.engine;
    return {
      model: engine ? traceModel(engine.model) : null,
      device: engine?.device ?? null,
      deviceMemory: engine?.deviceMemory ?? null,
      refused: engine?.refused ?? [],
      pool: current?.pool ? poolFigures(current.pool) : null,
      residentBytes: process.memoryUsage.rss(),
      running: this.generating !== null,
    };
  }
}

/** A request that was stopped is not a failure of what it did. */
function reasonOf(error: unknown, request: string): unknown {
  return isAbort(error) ? new WorkerError({ tag: "stopped", request }) : error;
}
