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
  readonly finish: Trace["result"]["finish"];
  readonly metrics: TraceMetrics;
}

type Head = Pick<Trace, "format" | "version" | "createdAt" | "request" | "model" | "result">;
const HEAD_KEYS: readonly string[] = ["format", "version", "createdAt", "request", "model", "result"];

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
    if (key === undefined || rest === undefined || !HEAD_KEYS.includes(key)) return;
    this.head[key] = JSON.parse(withoutComma(rest));
  }

  /** The summary of all lines; null where they don't add up to a trace. */
  end(): TraceSummary | null {
    const { format, version, createdAt, request, model, result } = this.head as Partial<Head>;
    const isOurs = (format as unknown) === TRACE_FORMAT && (version as unknown) === TRACE_VERSION;
    if (!isOurs || createdAt === undefined || request === undefined || model === undefined) return null;
    if (result?.tokens.length !== this.committed) return null;
    return summaryOf({ createdAt, request, model, result }, withRates(this.counts));
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

function summaryOf(
  { createdAt, request, model, result }: Pick<Trace, "createdAt" | "request" | "model" | "result">,
  metrics: TraceMetrics,
): TraceSummary {
  return {
    createdAt,
    promptFile: request.promptFile,
    strategy: request.strategy,
    isStrict: request.rule.kind === "strict",
    modelName: model.name,
    finish: result.finish,
    metrics,
  };
}

function withoutComma(line: string): string {
  return line.endsWith(",") ? line.slice(0, -1) : line;
}
