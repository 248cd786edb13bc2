// Builds a trace from what a run reports: its header, then steps with the names they need. Can return a
// complete trace at any time, so that a stopped, failed or crashed run leaves one too.
import type { DecodeResult } from "../laser/index.ts";
import { committedOf } from "./metrics.ts";
import { milliseconds } from "./numbers.ts";
import { TRACE_FORMAT, TRACE_VERSION } from "./schema/schema.ts";
import { answerPiecesOf } from "./text.ts";
import type {
  TokenText,
  Trace,
  TraceDevice,
  TraceModel,
  TracePool,
  TraceRequest,
  TraceResult,
  TraceStep,
} from "./types.ts";

/** Known before the first step. */
export interface TraceHeader {
  /** When the run began, ISO 8601 in UTC, as Date.toISOString writes it. */
  readonly createdAt: string;
  /** Program and version, e.g. "laser-inspector 0.1.0". */
  readonly generator: string;
  readonly request: TraceRequest;
  readonly model: TraceModel;
  readonly device: TraceDevice;
  /** The pool in use, without the names of its entries; null if none is. */
  readonly pool: Omit<TracePool, "entryNames"> | null;
}

/** How a run ended: the core's result, or the error that ended it. */
export type TraceEnd =
  | DecodeResult
  | { readonly finish: "failed"; readonly error: { readonly code: string; readonly message: string } };

export type NamedTokens = Trace["tokens"];
export type NamedEntries = TracePool["entryNames"];

/** Collects the reports of one run. */
export class TraceAssembler {
  private readonly steps: TraceStep[] = [];
  private readonly committed: number[] = [];
  private readonly tokens = new Map<string, TokenText>();
  private readonly entries = new Map<string, NamedEntries[string]>();
  private prefillTokens = 0;
  private prefillMs: number | null = null;

  constructor(
    readonly header: TraceHeader,
    tokens: NamedTokens,
  ) {
    this.name(tokens);
  }

  /**
   * @param evaluatedTokens before the first step, so far
   * @param ms how long reading the whole prompt took; null while it is being read, or if that is not known
   */
  prefilled(evaluatedTokens: number, ms: number | null): void {
    this.prefillTokens = evaluatedTokens;
    this.prefillMs = ms;
  }

  /** Adds a step, and the names of ids and pool entries that it is the first to mention. */
  add(step: TraceStep, tokens: NamedTokens, entries: NamedEntries): void {
    this.steps.push(step);
    this.committed.push(...committedOf(step));
    this.name(tokens);
    for (const [entry, named] of Object.entries(entries)) this.entries.set(entry, named);
  }

  /** The trace so far; without `end`, as of a run that was stopped now. Later steps do not change it. */
  trace(end?: TraceEnd): Trace {
    const { createdAt, generator, request, model, device, pool } = this.header;
    const result = this.result(end);
    const tokens = Object.fromEntries(this.tokens);
    return {
      format: TRACE_FORMAT,
      version: TRACE_VERSION,
      createdAt,
      generator,
      request,
      model,
      device,
      pool: pool && { ...pool, entryNames: Object.fromEntries(this.entries) },
      tokens,
      steps: [...this.steps],
      result: { ...result, text: textOf(request, result, tokens) },
    };
  }

  private result(end: TraceEnd | undefined): Omit<TraceResult, "text"> {
    if (end !== undefined && end.finish !== "failed") {
      const { finish, prefillTokens, prefillMs } = end;
      return { finish, tokens: [...end.tokens], prefillTokens, prefillMs: milliseconds(prefillMs) };
    }
    return {
      finish: end?.finish ?? "stopped",
      ...(end && { error: end.error }),
      tokens: [...this.committed],
      prefillTokens: this.prefillTokens,
      prefillMs: this.prefillMs === null ? null : milliseconds(this.prefillMs),
    };
  }

  private name(tokens: NamedTokens): void {
    for (const [id, text] of Object.entries(tokens)) this.tokens.set(id, text);
  }
}

function textOf(
  request: TraceRequest,
  result: Pick<TraceResult, "tokens" | "finish">,
  tokens: NamedTokens,
): string {
  return answerPiecesOf(request, result, tokens)
    .map(({ text }) => text)
    .join("");
}
