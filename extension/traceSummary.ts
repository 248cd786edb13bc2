// A trace in a few figures, read line by line as its writer laid it out (server/trace/write.ts): one line for each key and
// each step. So a long trace is never held whole, nor parsed in one go. Pure; it must not know files.
import {
  addCounts,
  committedOf,
  countSteps,
  NO_STEPS,
  TRACE_FORMAT,
  TRACE_VERSION,
  traceMetrics,
  withRates,
  type StepCounts,
  type Trace,
  type TraceMetrics,
  type TraceStep,
} from "../server/trace/index.ts";

export interface TraceSummary {
  /** ISO 8601. */
  readonly createdAt: string;
  /** null for a prompt without a file. */
  readonly promptFile: string | null;
  readonly strategy: Trace["request"]["strategy"];
  readonly isStrict: boolean;
  readonly modelName: string;
  /** Prompt, sampling, model and kind of device as one text: equal for runs that may be laid beside each other. */
  readonly asked: string;
  readonly finish: Trace["result"]["finish"];
  readonly metrics: TraceMetrics;
}

const HEAD_KEYS = ["format", "version", "createdAt", "request", "model", "device", "result"] as const;
type Head = Pick<Trace, (typeof HEAD_KEYS)[number]>;
type SummedUp = Omit<Head, "format" | "version">;

/** Takes the lines of a trace in order. */
export class SummaryLines {
  private readonly head: Record<string, unknown> = {};
  private counts: StepCounts = NO_STEPS;
  private committed = 0;
  private inSteps = false;

  /** @throws anything, where the text is no trace or laid out otherwise */
  take(line: string): void {
    if (this.inSteps && line.startsWith("    ")) {
      this.takeStep(JSON.parse(withoutComma(line)) as TraceStep);
      return;
    }
    const [, key, rest] = /^ {2}"(\w+)": (.*)$/s.exec(line) ?? [];
    this.inSteps = key === "steps";
    if (key === undefined || rest === undefined) return;
    if ((HEAD_KEYS as readonly string[]).includes(key)) this.head[key] = JSON.parse(withoutComma(rest));
  }

  /** The summary of all lines; null where they don't add up to a trace. */
  end(): TraceSummary | null {
    const { format, version, ...head } = this.head as Partial<Head>;
    const isOurs = (format as unknown) === TRACE_FORMAT && (version as unknown) === TRACE_VERSION;
    if (!isOurs || !isWhole(head) || head.result.tokens.length !== this.committed) return null;
    return summaryOf(head, withRates(this.counts));
  }

  private takeStep(step: TraceStep): void {
    const { request } = this.head as Partial<Head>;
    if (request === undefined) throw new Error("a step before the request");
    this.counts = addCounts(this.counts, countSteps([step], request.rule));
    this.committed += committedOf(step).length;
  }
}

/** The same of a trace that was read whole. */
export function summaryOfTrace(trace: Trace): TraceSummary {
  return summaryOf(trace, traceMetrics(trace));
}

function isWhole(head: Partial<SummedUp>): head is SummedUp {
  return HEAD_KEYS.every((key) => key === "format" || key === "version" || (head[key] ?? null) !== null);
}

function summaryOf(
  { createdAt, request, model, device, result }: SummedUp,
  metrics: TraceMetrics,
): TraceSummary {
  const { promptTokens, sampling, maxTokens } = request;
  return {
    createdAt,
    promptFile: request.promptFile,
    strategy: request.strategy,
    isStrict: request.rule.kind === "strict",
    modelName: model.name,
    asked: JSON.stringify([promptTokens, sampling, maxTokens, model.file, model.modelBytes, device.backend]),
    finish: result.finish,
    metrics,
  };
}

function withoutComma(line: string): string {
  return line.endsWith(",") ? line.slice(0, -1) : line;
}
