// The state of the compare page: the traces that could be read, which two are side by side, and how these two
// are aligned. Pure.
import type { ComparedFile } from "../../extension/shared/compare.ts";
import { compareAnswers, promptKeyOf, unlikeConditions, type Comparison } from "../../core/inspect/index.ts";
import { describeError, type ErrorText } from "../../core/base/index.ts";
import { parseTrace, TraceError, traceMetrics, type Trace } from "../../core/trace/index.ts";
import { blockStarts, rowsOf, rowsOfDifferences, type Row } from "./compareRows.ts";
import { sideOf, type Side } from "./compareSide.ts";

export interface ComparedRun {
  readonly uri: string;
  readonly name: string;
  /** A letter that identifies it in sentences, wherever it is shown. */
  readonly tag: string;
  /** null if it could not be read; `error` has the reason. */
  readonly side: Side | null;
  readonly error: ErrorText | null;
}

/** A run whose trace was read. */
export type ReadRun = ComparedRun & { readonly side: Side };

export interface Pair {
  readonly left: ReadRun;
  readonly right: ReadRun;
  readonly comparison: Comparison;
  readonly rows: readonly Row[];
  /** First rows of the blocks that are rendered together, and one more for the end. */
  readonly blocks: readonly number[];
  /** First row of each difference. */
  readonly differences: readonly number[];
}

export function isRead(run: ComparedRun): run is ReadRun {
  return run.side !== null;
}

/** A prompt of several, with its runs. */
export interface SweptPrompt {
  /** E.g. "book · Treasure Island". */
  readonly name: string;
  /** Indices of its runs. */
  readonly places: readonly number[];
}

/** Reads the files; a letter for each, in their order: of all, or of those of the same prompt. */
export function readRuns(files: readonly ComparedFile[], byPrompt = false): ComparedRun[] {
  const runs = readFiles(files);
  if (!byPrompt) return runs;
  const tagged = [...runs];
  for (const { places } of promptsOf(runs))
    places.forEach((place, at) => {
      tagged[place] = { ...runs[place]!, tag: letterOf(at) };
    });
  return tagged;
}

/** The prompts in the order of their first runs. A file that can't be read is of the prompt before it. */
export function promptsOf(runs: readonly ComparedRun[]): SweptPrompt[] {
  const prompts = new Map<string, { readonly name: string; readonly places: number[] }>();
  let last = "";
  runs.forEach((run, place) => {
    const trace = run.side?.trace ?? null;
    const key = trace === null ? last : promptKeyOf(trace);
    last = key;
    const known = prompts.get(key);
    if (known === undefined) prompts.set(key, { name: promptNameOf(trace), places: [place] });
    else known.places.push(place);
  });
  return [...prompts.values()];
}

const MAX_NAME = 60;

function promptNameOf(trace: Trace | null): string {
  if (trace === null) return "unreadable";
  const { promptFile, values = {} } = trace.request;
  const texts = Object.values(values).filter((value) => typeof value !== "object");
  const name = [promptFile ?? "selected text", ...texts.map(String)].join(" · ");
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
}

const letterOf = (at: number): string => String.fromCharCode(65 + at);

function readFiles(files: readonly ComparedFile[]): ComparedRun[] {
  return files.map(({ uri, name, content }, place) => {
    const tag = letterOf(place);
    if ("error" in content) return { uri, name, tag, side: null, error: content.error };
    try {
      return { uri, name, tag, side: sideOf(parseTrace(content.text), name), error: null };
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      return { uri, name, tag, side: null, error: describeError(error) };
    }
  });
}

export function pairOf(left: ReadRun, right: ReadRun): Pair {
  const comparison = compareAnswers(left.side.trace, right.side.trace);
  const rows = rowsOf(comparison.segments, left.side.texts, right.side.texts);
  return { left, right, comparison, rows, blocks: blockStarts(rows), differences: rowsOfDifferences(rows) };
}

/**
 * The indices of the two traces whose texts are shown: the requested ones if both can be read, otherwise the first two
 * that can; null if fewer than two can.
 */
export function shownPlaces(
  runs: readonly ComparedRun[],
  left: number,
  right: number,
): { readonly left: number; readonly right: number } | null {
  const canBe = runs.flatMap((run, place) => (isRead(run) ? [place] : []));
  if (left !== right && canBe.includes(left) && canBe.includes(right)) return { left, right };
  const [first, second] = canBe;
  return first === undefined || second === undefined ? null : { left: first, right: second };
}

export interface Warning {
  /** The pair that differs, e.g. "A, C". */
  readonly pair: string;
  readonly text: string;
}

/** The conditions in which runs differ from the baseline. */
export function warningsOf(runs: readonly ReadRun[], baseline: ReadRun): Warning[] {
  return runs
    .filter((run) => run !== baseline)
    .flatMap((run) =>
      unlikeConditions(baseline.side.trace, run.side.trace).map(({ text }) => ({
        pair: `${baseline.tag}, ${run.tag}`,
        text,
      })),
    );
}

/** Runs of one prompt by one strategy under the same conditions, and their speeds. */
export interface Rounds {
  readonly strategy: string;
  /** tokens/s of each run, ascending. */
  readonly speeds: readonly number[];
  /** The median. */
  readonly median: number;
}

/** The speeds of strategies that were run more than once. */
export function roundsOf(runs: readonly ReadRun[]): Rounds[] {
  const groups: { readonly strategy: string; readonly first: Trace; readonly speeds: number[] }[] = [];
  for (const { side } of runs) {
    const { trace } = side;
    const speed = traceMetrics(trace).tokensPerSecond;
    if (speed === null) continue;
    const known = groups.find(({ first }) => isSameKind(first, trace));
    if (known === undefined) groups.push({ strategy: trace.request.strategy, first: trace, speeds: [speed] });
    else known.speeds.push(speed);
  }
  if (groups.every(({ speeds }) => speeds.length < 2)) return [];
  return groups.map(({ strategy, speeds }) => {
    speeds.sort((a, b) => a - b);
    const middle = speeds.length >> 1;
    const isOdd = speeds.length % 2 === 1;
    const median = isOdd ? speeds[middle]! : (speeds[middle - 1]! + speeds[middle]!) / 2;
    return { strategy, speeds, median };
  });
}

function isSameKind(one: Trace, other: Trace): boolean {
  const ruleOf = ({ request }: Trace): string => JSON.stringify([request.strategy, request.rule]);
  return ruleOf(one) === ruleOf(other) && unlikeConditions(one, other).length === 0;
}
