// Summarizes a trace, read line by line as core/trace/write.ts writes it: one line for each key and each
// step. So a long trace is never held or parsed as a whole.
import type { TokenId } from "../../core/laser/index.ts";
import { LoopReader, measuredLoopOf, type MeasuredLoop } from "../../core/inspect/index.ts";
import {
  addCounts,
  committedOf,
  countSteps,
  inheritedOf,
  NO_STEPS,
  stepReader,
  timingWords,
  TRACE_FORMAT,
  traceMetrics,
  withRates,
  type StepCounts,
  type Trace,
  type TraceMetrics,
  type TraceParent,
} from "../../core/trace/index.ts";

export interface TraceSummary {
  /** ISO 8601. */
  readonly createdAt: string;
  /** Null for a prompt without a file. */
  readonly promptFile: string | null;
  /** Address of the prompt file; null if the trace does not say. */
  readonly promptUri: string | null;
  readonly strategy: Trace["request"]["strategy"];
  readonly rule: Trace["request"]["rule"];
  /** Why an identical run may give another text; null: it gives the same. */
  readonly timing: string | null;
  /** Tokens inherited from an earlier answer. */
  readonly inheritedTokens: number;
  /** The run that it continues; null for all others. */
  readonly parent: TraceParent | null;
  readonly device: Trace["device"];
  /** The tokens that the run wrote. */
  readonly tokens: readonly TokenId[];
  readonly isStrict: boolean;
  readonly modelName: string;
  /** Prompt, sampling, model and kind of device as one text; equal for runs that can be compared. */
  readonly asked: string;
  readonly finish: Trace["result"]["finish"];
  readonly metrics: TraceMetrics;
  /** The loop in which the answer ends; null without one. */
  readonly loop: MeasuredLoop | null;
}

const HEAD_KEYS = ["format", "version", "createdAt", "request", "model", "device", "result"] as const;
type Head = Pick<Trace, (typeof HEAD_KEYS)[number]>;
type SummedUp = Omit<Head, "format" | "version">;

/** Consumes the lines of a trace in order. */
export class SummaryLines {
  private readonly head: Record<string, unknown> = {};
  private counts: StepCounts = NO_STEPS;
  private readonly ofSteps: StepCounts[] = [];
  private reader: LoopReader | null = null;
  private committed = 0;
  private inSteps = false;

  /** @throws anything, if the text is not a trace or has another layout */
  take(line: string): void {
    if (this.inSteps && line.startsWith("    ")) {
      this.takeStep(JSON.parse(withoutComma(line)));
      return;
    }
    const [, key, rest] = /^ {2}"(\w+)": (.*)$/s.exec(line) ?? [];
    this.inSteps = key === "steps";
    if (key === undefined || rest === undefined) return;
    if ((HEAD_KEYS as readonly string[]).includes(key)) this.head[key] = JSON.parse(withoutComma(rest));
  }

  /** The summary of all lines; null if they don't form a trace. */
  end(): TraceSummary | null {
    const { format, version, ...head } = this.head as Partial<Head>;
    const isOurs = (format as unknown) === TRACE_FORMAT && stepReader(version) !== null;
    if (!isOurs || !isWhole(head) || head.result.tokens.length !== this.committed) return null;
    return summaryOf(head, withRates(this.counts), this.loop);
  }

  private takeStep(written: unknown): void {
    const { request, version } = this.head as Partial<Head>;
    const step = stepReader(version)?.(written);
    if (request === undefined || step === undefined)
      throw new Error("a step before the version or the request");
    const counts = countSteps([step], request.rule);
    this.counts = addCounts(this.counts, counts);
    this.committed += committedOf(step).length;
    this.ofSteps.push(counts);
    this.reader ??= new LoopReader(inheritedOf(request));
    this.reader.push(step);
  }

  private get loop(): MeasuredLoop | null {
    const loop = this.reader?.loop ?? null;
    return (
      loop && { ...loop, countsBefore: this.ofSteps.slice(0, loop.stepsBefore).reduce(addCounts, NO_STEPS) }
    );
  }
}

/** The same for a trace that was parsed as a whole. */
export function summaryOfTrace(trace: Trace): TraceSummary {
  return summaryOf(trace, traceMetrics(trace), measuredLoopOf(trace));
}

function isWhole(head: Partial<SummedUp>): head is SummedUp {
  return HEAD_KEYS.every((key) => key === "format" || key === "version" || (head[key] ?? null) !== null);
}

function summaryOf(
  { createdAt, request, model, device, result }: SummedUp,
  metrics: TraceMetrics,
  loop: MeasuredLoop | null,
): TraceSummary {
  const { promptTokens, sampling, maxTokens } = request;
  return {
    createdAt,
    promptFile: request.promptFile,
    promptUri: request.promptUri ?? null,
    strategy: request.strategy,
    rule: request.rule,
    timing: timingWords(request),
    inheritedTokens: request.inheritedTokens ?? 0,
    parent: request.parent ?? null,
    device,
    tokens: result.tokens,
    isStrict: request.rule.kind === "strict",
    modelName: model.name,
    asked: JSON.stringify([promptTokens, sampling, maxTokens, model.file, model.modelBytes, device.backend]),
    finish: result.finish,
    metrics,
    loop,
  };
}

function withoutComma(line: string): string {
  return line.endsWith(",") ? line.slice(0, -1) : line;
}
