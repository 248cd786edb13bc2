// Summaries of trace files, cached by content and read few at a time, line by line, so that the extension
// host stays responsive. A file that is not a trace yields a reason. Content is never logged.
import { stat } from "node:fs/promises";
import { describeError, t } from "../../core/base/index.ts";
import { parseTrace, TraceError } from "../../core/trace/index.ts";
import { traceTextParts } from "../../server/files/traces/index.ts";
import { SummaryLines, summaryOfTrace, type TraceSummary } from "./traceSummary.ts";
import { traceFileOf, type TraceFile } from "./traces.ts";

export type TraceReading =
  | { readonly ok: true; readonly summary: TraceSummary }
  | { readonly ok: false; readonly reason: string };

const MAX_AT_ONCE = 2;
/** Besides those that are listed. */
const MAX_KEPT = 500;
/** A file with another layout is parsed as a whole; a longer one would block the extension host. */
const MAX_CHARACTERS_AT_ONCE = 20_000_000;

export class TraceSummaries {
  private readonly kept = new Map<string, TraceReading>();
  private readonly reading = new Map<string, Promise<TraceReading>>();
  private readonly waiting: (() => void)[] = [];
  private free = MAX_AT_ONCE;
  private maxKept = MAX_KEPT;

  /** Of a list of files that is shown, all summaries are kept: one that is missing would be read at each refresh. */
  makeRoomFor(listed: number): void {
    this.maxKept = MAX_KEPT + listed;
  }

  /** The cached summary of a listed file; null if it was not read yet. */
  known(file: TraceFile): TraceReading | null {
    return this.kept.get(keyOf(file)) ?? null;
  }

  /** Reads a file, or waits for a read in progress. Never rejects. */
  async read(path: string): Promise<TraceReading> {
    const stats = await stat(path).catch((error: unknown) => String(error));
    if (typeof stats === "string") return { ok: false, reason: stats };
    return this.readFile(traceFileOf(path, stats.mtimeMs, stats.size));
  }

  /** The same for a listed file. */
  async readFile(file: TraceFile): Promise<TraceReading> {
    const key = keyOf(file);
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const reading = this.reading.get(key) ?? this.inTurn(() => readSummary(file));
    this.reading.set(key, reading);
    const read = await reading;
    this.reading.delete(key);
    this.kept.set(key, read);
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.maxKept && oldest !== undefined) this.kept.delete(oldest);
    return read;
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}

async function readSummary({ path }: TraceFile): Promise<TraceReading> {
  try {
    const summary = await readLines(path);
    if (summary !== null) return { ok: true, summary };
    const text = await readShort(path);
    if (text === null)
      return {
        ok: false,
        reason: t("The file is too long to be read here, and is not laid out the way LASER writes traces."),
      };
    return { ok: true, summary: summaryOfTrace(parseTrace(text)) };
  } catch (error) {
    const reason = error instanceof TraceError ? describeError(error).message : String(error);
    return { ok: false, reason };
  }
}

/** Null if the lines don't form a trace: then only parsing the whole file can say why. */
async function readLines(path: string): Promise<TraceSummary | null> {
  const lines = new SummaryLines();
  let rest = "";
  // Only "\n" ends a line: readline also splits at U+2028, which JSON does not escape.
  for await (const chunk of traceTextParts(path)) {
    // Only the chunk is searched: a long line would be searched again with each of its chunks.
    const [first = "", ...others] = chunk.split("\n");
    const parts = others.length === 0 ? [] : [rest + first, ...others.slice(0, -1)];
    rest = others.at(-1) ?? rest + first;
    if (rest.length > MAX_CHARACTERS_AT_ONCE) return null;
    try {
      for (const part of parts) lines.take(part);
    } catch {
      return null;
    }
  }
  return lines.end();
}

/** Null if the text is too long. */
async function readShort(path: string): Promise<string | null> {
  let text = "";
  for await (const part of traceTextParts(path)) {
    text += part;
    if (text.length > MAX_CHARACTERS_AT_ONCE) return null;
  }
  return text;
}

function keyOf({ path, modifiedMs, bytes }: TraceFile): string {
  return `${path} ${modifiedMs} ${bytes}`;
}
