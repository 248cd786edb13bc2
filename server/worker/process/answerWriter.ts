// Writes the answers that a client asks for: runs with a trace, and rows of a batch.
import { setImmediate } from "node:timers/promises";
import type { Trace } from "../../../core/trace/index.ts";
import type { AnswerParams, GenerateParams, WorkerMessage, WorkerResults } from "../../protocol/worker.ts";
import { WorkerError } from "../errors.ts";
import { noteUsesOf } from "../pool/usedEntries.ts";
import type { GenerateEvent, GenerateOptions } from "../session/generateOptions.ts";
import type { Session } from "../session/session.ts";
import type { AnswerLanes } from "./answerLanes.ts";
import { askedAnswer, askedRun } from "./asked.ts";
import { answerResult } from "./batchAnswer.ts";
import type { ModelHolder } from "./loaded.ts";
import type { Subjects } from "./subjects.ts";

export interface AnswerWriterOptions {
  readonly loaded: ModelHolder;
  readonly subjects: Subjects;
  readonly send: (message: WorkerMessage) => Promise<void>;
  /** Waits for work before the worker ends, without delaying a reply. */
  readonly keep: (work: Promise<void>) => void;
  /** Reports the progress of a request, by its id. */
  readonly progressOf: (request: number) => (message: string, share: number | null) => void;
  /** Whether answers other than the one in question are being written. */
  readonly isWritingOthers: () => boolean;
  /** Called after each answer that did not fail. */
  readonly onAnswered: (session: Session) => void;
}

/** On a lane, or in the engine's own context. */
interface WriteHow {
  readonly lanes?: AnswerLanes | null;
  readonly onRun?: (event: RunEvent) => Promise<void>;
}

type RunEvent = Exclude<GenerateEvent, { readonly kind: "prefill" | "probe" }>;

export class AnswerWriter {
  constructor(private readonly options: AnswerWriterOptions) {}

  /** In the engine's own context, with a trace, whose steps are sent as they are made. @throws what the engine failed with */
  async generate(
    id: number,
    params: GenerateParams,
    signal: AbortSignal,
  ): Promise<WorkerResults["generate"]> {
    const { poolPath, skipsBadLines } = params;
    const { session } = this.options.loaded;
    const asked = askedRun(params, session.engine);
    const pool = poolPath === null ? null : await this.options.loaded.pool(poolPath, signal, skipsBadLines);
    const trace = await this.write(session, { ...asked, pool, signal }, id, {
      onRun: (event) => this.options.send({ ...event, request: id }),
    });
    const { finish, tokens, prefillTokens, prefillMs } = trace.result;
    if (finish === "failed") throw new Error("a run that did not fail says that it failed");
    // In hand, so that a shutdown waits for it, and the reply doesn't. Pools of `answer` are frozen: not counted.
    this.options.keep(noteUsesOf(trace, pool, Date.now()));
    return { finish, tokens, prefillTokens, prefillMs: prefillMs ?? 0 };
  }

  /** In a lane if there are any. Without a trace. @throws what the engine failed with */
  async answer(id: number, params: AnswerParams, signal: AbortSignal): Promise<WorkerResults["answer"]> {
    signal.throwIfAborted();
    const { session } = this.options.loaded;
    const { pool = null, lanes = null } = this.options.loaded.current ?? {};
    // Sent to lanes that a request before it has closed.
    if (lanes === null && this.options.isWritingOthers())
      throw new WorkerError({ tag: "lanesBusy", lanes: 1 });
    const asked = askedAnswer(params, session.engine);
    const route = params.about === undefined ? null : this.options.subjects.routeOf(params.about);
    const request = { ...asked, pool, signal, keepsRows: false, ...(route && { route }) };
    return answerResult(await this.write(session, request, id, { lanes }), route);
  }

  /** Writes one answer; `onRun` gets the events that belong to its trace. @throws what the engine failed with */
  private async write(
    session: Session,
    options: GenerateOptions,
    id: number,
    { lanes = null, onRun }: WriteHow,
  ): Promise<Trace> {
    const reading = this.options.progressOf(id);
    const onEvent = async (event: GenerateEvent): Promise<void> => {
      if (event.kind === "prefill") reading("reading the prompt", event.doneTokens / event.totalTokens);
      else if (event.kind === "probe") reading("trying the model's batch sizes (once)", event.share);
      else await onRun?.(event);
      // An engine may never yield to the event loop: let a stop request arrive between two steps.
      await setImmediate();
    };
    const request = { ...options, onEvent };
    const { trace, failure } = await (lanes?.write(request, options.signal) ?? session.generate(request));
    if (failure !== null) throw failure;
    this.options.onAnswered(session);
    return trace;
  }
}
