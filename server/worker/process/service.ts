// Answers a client's requests: which run at once, which are queued, and how each ends.
import { isAbort } from "../../files/index.ts";
import { describeError, unreachable } from "../../../core/base/index.ts";
import {
  WORKER_PROTOCOL_VERSION,
  type WorkerMessage,
  type WorkerReply,
  type WorkerRequest,
  type WorkerResults,
} from "../../protocol/worker.ts";
import { AnswerWriter } from "./answerWriter.ts";
import { WorkerError } from "../errors.ts";
import { IdleWork } from "./idleWork.ts";
import { ModelHolder } from "./loaded.ts";
import { EngineStart } from "./engineStart.ts";
import type { LoadModel, PrepareEngine } from "../model/loadModel.ts";
import { thinned } from "./progress.ts";
import { idOf, parseRequest } from "./requests.ts";
import { workOf, type LongRequest, type RequestParts, type RequestWork } from "./requestWork.ts";
import type { TokenizerHolder } from "./tokenizing.ts";
import type { Session } from "../session/session.ts";
import { Subjects } from "./subjects.ts";
import { Turns } from "./turns.ts";
import { statsOf } from "./workerStats.ts";

export interface ServiceOptions {
  readonly loadModel: LoadModel;
  readonly prepareEngine: PrepareEngine;
  /** They have their own model, without weights. */
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

type Kind = keyof WorkerResults;
type Work = RequestWork["run"];

export class WorkerService {
  private readonly loaded: ModelHolder;
  /** Requests that can be stopped, by id. */
  private readonly controllers = new Map<number, AbortController>();
  /** Unfinished work, downloads included. */
  private readonly inHand = new Set<Promise<void>>();
  private readonly turns = new Turns();
  private readonly subjects = new Subjects();
  /** Answers that are being written or wait for their turn. */
  private readonly writing = new Set<number>();
  /** Whose model has answered: only then is its time worth measuring. */
  private answered: Session | null = null;
  private readonly engineStart: EngineStart;
  private readonly idle: IdleWork;
  private readonly writer: AnswerWriter;
  private greeted = false;
  private ending = false;

  constructor(private readonly options: ServiceOptions) {
    this.loaded = new ModelHolder(options.loadModel);
    this.engineStart = new EngineStart(options.prepareEngine);
    const { idleAfterMs = IDLE_AFTER_MS } = options;
    this.idle = new IdleWork((signal) => this.measureCosts(signal), idleAfterMs);
    this.writer = new AnswerWriter({
      loaded: this.loaded,
      subjects: this.subjects,
      send: options.send,
      keep: (work) => {
        this.keep(work);
      },
      progressOf: (request) => this.progressOf(request),
      isWritingOthers: () => this.writing.size > 1,
      onAnswered: (session) => {
        this.answered = session;
      },
    });
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
    if (kind === "stop") {
      this.controllers.get(request.request)?.abort();
      this.reply({ kind: "done", id, request: kind, result: null });
    } else if (kind === "stats") {
      this.reply({ kind: "done", id, request: kind, result: statsOf(this.loaded, this.writing.size > 0) });
    } else if (kind === "shutdown") void this.shutDown(id);
    else this.schedule(request);
  }

  /** Begins or queues a request that takes time. @throws WorkerError busy, lanesBusy */
  private schedule(request: LongRequest): void {
    const { id, kind } = request;
    const { turn, isAnswer, run } = workOf(request, this.partsFor(id));
    if (isAnswer) this.claim(id, turn === "alone" ? 1 : this.lanes);
    switch (turn) {
      case "now":
        void this.begin(id, kind, run);
        return;
      case "alone":
        this.queue(id, kind, run);
        return;
      case "onLanes":
        this.onLanes(id, kind, run);
        return;
      default:
        unreachable(turn);
    }
  }

  private partsFor(id: number): RequestParts {
    const { tokenizers, log } = this.options;
    return {
      loaded: this.loaded,
      engineStart: this.engineStart,
      subjects: this.subjects,
      writer: this.writer,
      tokenizers,
      hooks: { report: this.progressOf(id), log },
      isWriting: () => this.writing.size > 0,
    };
  }

  /** How many answers may be written at once. */
  private get lanes(): number {
    return this.loaded.current?.lanes?.count ?? 1;
  }

  /** @throws WorkerError busy, lanesBusy: no more answers are written at a time than may be */
  private claim(id: number, most: number): void {
    const [running] = this.writing;
    if (running !== undefined && this.writing.size >= most)
      throw new WorkerError(most > 1 ? { tag: "lanesBusy", lanes: most } : { tag: "busy", running });
    this.writing.add(id);
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
      // Only the first greeting decides: a run may be in progress.
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

  /** Queues work that needs the model to itself. */
  private queue(id: number, kind: Kind, work: Work): void {
    this.turns.alone((before) => this.after(before, id, kind, work));
  }

  /** Queues work that may be done beside answers on lanes; without lanes, it needs the model to itself. */
  private onLanes(id: number, kind: Kind, work: Work): void {
    if (this.lanes === 1) this.queue(id, kind, work);
    else this.turns.shared((before) => this.after(before, id, kind, work));
  }

  private after(before: Promise<unknown>, id: number, kind: Kind, work: Work): Promise<void> {
    return this.begin(id, kind, async (signal) => {
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
  private begin(id: number, kind: Kind, work: Work): Promise<void> {
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
        this.writing.delete(id);
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

  private progressOf(request: number): (message: string, share: number | null) => void {
    return thinned((message, share) => {
      this.keep(this.options.send({ kind: "progress", request, message, share }));
    });
  }
}

/** A request that was stopped is not a failure of what it did. */
function reasonOf(error: unknown, request: string): unknown {
  return isAbort(error) ? new WorkerError({ tag: "stopped", request }) : error;
}
