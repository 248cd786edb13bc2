// The plain run that a speed-up is measured against: which one, how old, and how comparable the two runs are. Every place that
// shows the speed-up takes it from here.
import { t } from "../../core/base/index.ts";
import type { TokenId } from "../../core/laser/index.ts";
import type { Trace } from "../../core/trace/index.ts";

/** One plain run of the same prompt by the same model. It is one measurement. */
export interface PlainRun {
  /** Path of its trace. */
  readonly path: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly tokensPerSecond: number;
  readonly tokens: number;
  /** Tokens that both answers begin with. */
  readonly sharedTokens: number;
  /** Tokens of the run itself. */
  readonly ownTokens: number;
  /** The plain run's beginning minus the run's, in ms: negative = before it. */
  readonly laterMs: number;
  /** The differences, each as part of a sentence; none: the runs are comparable. */
  readonly differences: readonly string[];
}

/** The compared facts of each run. */
export interface ComparedRun {
  readonly createdAt: string;
  readonly tokens: readonly TokenId[];
  readonly device: Pick<Trace["device"], "backend" | "names" | "offloadedLayers" | "maxThreads">;
}

/** Beyond it the machine may have been busier or idler, warmer or cooler: the speed-up is called old. */
const MAX_APART_MS = 30 * 60_000;

export function plainRunOf(
  path: string,
  plain: ComparedRun & { readonly tokensPerSecond: number },
  run: ComparedRun,
): PlainRun {
  const { createdAt, tokensPerSecond, tokens } = plain;
  let sharedTokens = 0;
  while (sharedTokens < tokens.length && tokens[sharedTokens] === run.tokens[sharedTokens]) sharedTokens++;
  const laterMs = Date.parse(createdAt) - Date.parse(run.createdAt);
  return {
    ...{
      path,
      createdAt,
      tokensPerSecond,
      tokens: tokens.length,
      sharedTokens,
      ownTokens: run.tokens.length,
    },
    laterMs,
    differences: differencesOf(plain.device, run.device, laterMs),
  };
}

function differencesOf(plain: ComparedRun["device"], run: ComparedRun["device"], laterMs: number): string[] {
  return [
    ...(Math.abs(laterMs) > MAX_APART_MS
      ? [t("measured {0}: the load may differ", apartWords(laterMs))]
      : []),
    ...(plain.maxThreads === run.maxThreads
      ? []
      : [t("{0} threads, this run {1}", plain.maxThreads, run.maxThreads)]),
    ...(plain.offloadedLayers === run.offloadedLayers
      ? []
      : [t("{0} layers on the GPU, this run {1}", plain.offloadedLayers, run.offloadedLayers)]),
    ...(plain.names.join() === run.names.join() ? [] : [t("on another device")]),
  ];
}

/** E.g. "4 minutes before this run", "2 hours after this run", "within a minute of this run". */
export function apartWords(laterMs: number): string {
  const minutes = Math.round(Math.abs(laterMs) / 60_000);
  if (minutes < 1) return t("within a minute of this run");
  const [count, unit] =
    minutes < 60
      ? [minutes, "minute"]
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / 1440), "day"];
  return t("{0} {1}{2} {3} this run", count, unit, count === 1 ? "" : "s", laterMs < 0 ? "before" : "after");
}

/** E.g. "one plain run, 19.2 tokens/s, 4 minutes before this run; the answers diverge after 3 tokens". */
export function plainRunWords(plain: PlainRun): string {
  const { tokensPerSecond, laterMs, differences } = plain;
  const facts = [
    t("one plain run, {0} tokens/s, {1}", tokensPerSecond.toFixed(1), apartWords(laterMs)),
    textWords(plain),
    ...differences,
  ];
  return facts.join("; ");
}

function textWords({ tokens, ownTokens, sharedTokens }: PlainRun): string {
  if (sharedTokens === tokens && tokens === ownTokens) return t("both answers are the same");
  return t("the answers diverge after {0} {1}", sharedTokens, sharedTokens === 1 ? "token" : "tokens");
}

/** Whether the speed-up says less than it seems to: measured long before or after, or elsewhere. */
export function isDoubtful({ differences }: PlainRun): boolean {
  return differences.length > 0;
}
