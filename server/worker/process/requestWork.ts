// What each request does, and when it may be done.
import { unreachable } from "../../../core/base/index.ts";
import { poolGroupNames } from "../../pools/index.ts";
import type { WorkerRequest, WorkerResults } from "../../protocol/worker.ts";
import { modelReport } from "../model/modelReport.ts";
import type { AnswerWriter } from "./answerWriter.ts";
import type { EngineStart } from "./engineStart.ts";
import { poolFigures, type ModelHolder } from "./loaded.ts";
import { aboutMachine, type MachineHooks } from "./machineRequests.ts";
import type { Subjects } from "./subjects.ts";
import type { TokenizerHolder } from "./tokenizing.ts";
import { statsOf } from "./workerStats.ts";

/** now: beside anything else; alone: when nothing else uses the model; onLanes: beside answers, if there are lanes. */
export type Turn = "now" | "alone" | "onLanes";

type Kind = keyof WorkerResults;

export interface RequestWork {
  readonly turn: Turn;
  /** It writes an answer, and the number written at once is limited. */
  readonly isAnswer: boolean;
  readonly run: (signal: AbortSignal) => Promise<WorkerResults[Kind]>;
}

export interface RequestParts {
  readonly loaded: ModelHolder;
  readonly engineStart: EngineStart;
  readonly subjects: Subjects;
  readonly writer: AnswerWriter;
  readonly tokenizers: TokenizerHolder;
  /** Progress and log lines of this request. */
  readonly hooks: Omit<MachineHooks, "signal">;
  readonly isWriting: () => boolean;
}

/** Requests that take time. The service answers the others itself, at once. */
export type LongRequest = Exclude<WorkerRequest, { readonly kind: "hello" | "stop" | "stats" | "shutdown" }>;

export function workOf(request: LongRequest, parts: RequestParts): RequestWork {
  const { loaded, subjects, writer, hooks } = parts;
  switch (request.kind) {
    case "models":
    case "modelFiles":
    case "hubModels":
    case "devices":
    case "installBackend":
    case "fetch":
    case "fetchHub":
      return work(request.kind, "now", (signal) => aboutMachine(request, { ...hooks, signal }));
    case "modelReport":
      return work(request.kind, "now", (signal) =>
        modelReport(request.model, loaded.loadedSession(request.model), signal),
      );
    case "poolGroups":
      return work(request.kind, "now", () => poolGroupNames(request.poolPath));
    case "tokenize":
      return work(request.kind, "now", (signal) => parts.tokenizers.tokenize(request, signal));
    case "load":
      return work(request.kind, "alone", async (signal) => {
        const loading = { signal, log: hooks.log, onProgress: hooks.report };
        await parts.engineStart.ended(loading);
        await loaded.load(request.model, loading);
        return statsOf(loaded, parts.isWriting());
      });
    case "prepare":
      return work(request.kind, "now", async (signal) => {
        await parts.engineStart.begin(request.model, { signal, log: hooks.log });
        return null;
      });
    case "unload":
      return work(request.kind, "alone", () => loaded.unload().then(() => null));
    case "pool":
      return work(request.kind, "alone", async (signal) => {
        signal.throwIfAborted();
        return poolFigures(await loaded.pool(request.poolPath, signal));
      });
    case "lanes":
      return work(request.kind, "alone", () => loaded.openLanes(request.lanes));
    case "groups":
      return work(request.kind, "alone", () => subjects.read(request.groupsPath));
    case "route":
      return work(request.kind, "onLanes", () =>
        Promise.resolve(request.about.map((subject) => subjects.routeOf(subject))),
      );
    case "add":
      return work(request.kind, "onLanes", async (signal) =>
        poolFigures(await loaded.addToPool(request.answers, signal)),
      );
    case "generate":
      return answering(request.kind, "alone", (signal) =>
        writer.generate(request.id, request.params, signal),
      );
    case "answer":
      return answering(request.kind, "onLanes", (signal) =>
        writer.answer(request.id, request.params, signal),
      );
    default:
      return unreachable(request);
  }
}

/** The kind is named so that the compiler checks the result. */
function work<K extends Kind>(
  _kind: K,
  turn: Turn,
  run: (signal: AbortSignal) => Promise<WorkerResults[K]>,
): RequestWork {
  return { turn, isAnswer: false, run };
}

function answering<K extends "generate" | "answer">(
  kind: K,
  turn: Turn,
  run: (signal: AbortSignal) => Promise<WorkerResults[K]>,
): RequestWork {
  return { ...work(kind, turn, run), isAnswer: true };
}
