// Writes an answer for every row of a data set, and keeps what is written whatever ends the run.
import { runLanes, type CostTable } from "../../core/laser/index.ts";
import { keepFirst, type DataRow, type BadRow, type RowSource } from "../data/index.ts";
import { FilesError } from "../files/index.ts";
import type { LaneGroup } from "../engine/index.ts";
import { laneWriter, type Session } from "../worker/index.ts";
import { answerRow, type GenerateHere, type RowOutcome, type RowTools } from "./answerRow.ts";
import { BatchError } from "./errors.ts";
import type { EndReason, PlainSample, RunSession } from "./output/journal.ts";
import { OrderedRows } from "./output/orderedRows.ts";
import { lineOf } from "../protocol/outputRow.ts";
import { updatePool } from "./poolUpdates.ts";
import { progressOf, type RunProgress } from "./progress.ts";
import { sha256OfRow } from "./output/recordedRun.ts";
import { beginRun, eventLine, type BeginOptions, type BegunRun } from "./recover.ts";
import type { PromptOfRow } from "./rowPrompt.ts";
import type { RunTally } from "./tally.ts";

/** Each ends the run cleanly when it is reached; null: no limit. */
export interface RunBudgets {
  /** Tokens of answers, of all sessions of the run together. */
  readonly maxTokens: number | null;
  /** Of this session, from when its first row may begin. */
  readonly maxMinutes: number | null;
  /** Failed rows of this session; one more ends it. */
  readonly maxFailures: number | null;
}

export interface BatchLanes {
  readonly group: LaneGroup;
  /** To begin with: corrected while running. */
  readonly costs: CostTable;
  /** Receives what this session learned; never fails. */
  readonly keepCosts?: (corrected: CostTable) => Promise<void>;
}

export interface BatchOptions extends Omit<BeginOptions, "engine" | "signal" | "plainEvery"> {
  readonly source: RowSource;
  readonly session: Session;
  /** Several rows at once; null: one after another, which alone can be reproducible. */
  readonly lanes: BatchLanes | null;
  /** Made once the start of the run is known, which a template may write. */
  readonly promptsOf: (startedAt: Date) => PromptOfRow;
  readonly tools: Omit<RowTools, "promptOf" | "pool" | "wallClock">;
  /** Rows are written in the order of the data. */
  readonly ordered: boolean;
  /** Maximum number of rows, from the first on; null: all. */
  readonly limit: number | null;
  readonly budgets: RunBudgets;
  /** E.g. "cpu, up to 2 threads", for the summary. */
  readonly device: string;
  /** What the caller writes besides, as placeBeside names it. */
  readonly alsoWrites?: readonly string[];
  /** Raised first: no further row begins. */
  readonly stop: AbortSignal;
  /** Raised then: answers in progress are dropped. */
  readonly drop: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  /** Called for each row written, with the pool entries that it used. */
  readonly onUsed?: (entries: readonly number[]) => void;
}

export interface BatchResult {
  readonly end: EndReason;
  readonly tally: RunTally;
  readonly samples: readonly PlainSample[];
  readonly sessions: readonly RunSession[];
  readonly badRows: { readonly count: number; readonly listed: readonly BadRow[] };
  /** Rows to write in all; null if not known. */
  readonly rows: number | null;
  /** Written before this session. */
  readonly before: number;
  /** Why too many rows failed; to be thrown when all is reported. */
  readonly fault: BatchError | null;
}

/** Rows in a row in which the engine fails before the run is ended. */
const MAX_ENGINE_FAILURES = 3;
const MAX_LISTED_BAD_ROWS = 200;

/**
 * @throws BatchError before anything is changed if another run exists; outputDiskFull with the rows so far; FilesError; errors of
 * the source
 */
export async function runBatch(options: BatchOptions): Promise<BatchResult> {
  const { session, source, limit, lanes, tools } = options;
  const plainEvery = tools.settings.strategy === "plain" ? 0 : tools.plainEvery;
  const begun = await beginRun({ ...options, plainEvery, engine: session.engine, signal: options.stop });
  const asked = source.count === null ? limit : Math.min(source.count, limit ?? Infinity);
  // A resumed run may have a smaller limit than rows.
  const all = asked === null ? null : Math.max(asked, begun.done.size);
  const run = new BatchRun(options, begun, all);
  try {
    await run.begin(lanes?.group.targets.length ?? 1);
    await run.write();
    return await run.end();
  } catch (error) {
    throw asFullDisk(error, begun.tally);
  } finally {
    await begun.rows.close();
    await begun.journal.close();
  }
}

/** A full disk, with the rows that are kept nevertheless; another error as it is. */
export function asFullDisk(error: unknown, { total }: Pick<RunTally, "total">): unknown {
  if (!(error instanceof FilesError) || error.fault.tag !== "noSpace") return error;
  const rows = total.answers + total.failures;
  return new BatchError({ tag: "outputDiskFull", path: error.fault.path, rows }, { cause: error });
}

interface PlacedRow {
  readonly data: DataRow;
  /** Among the rows that this session begins, from 0. */
  readonly place: number;
}

class BatchRun {
  private readonly badRows: BadRow[] = [];
  private badCount = 0;
  private readonly order = new OrderedRows<RowOutcome>();
  private readonly tools: RowTools;
  /** Raised like `drop`, and by a failure after which nothing can be kept. */
  private readonly dropping = new AbortController();
  private readonly drop: AbortSignal;
  private taking: Promise<void> = Promise.resolve();
  /** A budget that ended the run. */
  private reached: EndReason | null = null;
  /** Whether every row of the data was begun. */
  private isExhausted = false;
  private isDropped = false;
  private engineFailures = 0;
  private sessionFailures = 0;
  private failure: BatchError | null = null;
  private readyMs = 0;
  private readonly writtenBefore: number;
  private readonly tokensBefore: number;

  constructor(
    private readonly options: BatchOptions,
    private readonly begun: BegunRun,
    private readonly rows: number | null,
  ) {
    this.drop = AbortSignal.any([options.drop, this.dropping.signal]);
    this.tools = {
      ...options.tools,
      promptOf: options.promptsOf(begun.startedAt),
      pool: options.pool,
      wallClock: options.wallClock,
    };
    this.writtenBefore = begun.done.size;
    this.tokensBefore = begun.tally.total.tokens;
  }

  async begin(parallel: number): Promise<void> {
    const now = this.options.wallClock();
    this.readyMs = now.getTime();
    const event: RunSession = {
      kind: "session",
      startedAt: now.toISOString(),
      readyAt: now.toISOString(),
      parallel,
      device: this.options.device,
      rows: this.rows,
      alsoWrites: [...(this.options.alsoWrites ?? [])],
    };
    await this.begun.journal.append(eventLine(event));
    this.begun.sessions.push(event);
    this.begun.tally.begin(event);
    this.report();
  }

  async write(): Promise<void> {
    const { lanes, session } = this.options;
    if (lanes === null) {
      const generate: GenerateHere = (request) => session.generate({ ...request, signal: this.drop });
      for await (const placed of this.jobs())
        await this.take(placed.place, await answerRow(placed.data, this.tools, generate));
      return;
    }
    const writer = laneWriter({ session, group: lanes.group, costs: lanes.costs });
    try {
      await runLanes({
        lanes: lanes.group,
        parallel: lanes.group.targets.length,
        jobs: this.jobs(),
        run: ({ data }, lane) =>
          answerRow(data, this.tools, (request) => writer.generate(request, lane, this.drop)),
        onOutcome: async ({ place }, outcome) => {
          try {
            if (outcome.kind === "failed") throw outcome.error;
            await this.take(place, outcome.result);
          } catch (error) {
            this.dropping.abort(); // What the others write could not be kept either.
            throw error;
          }
        },
        signal: this.drop,
      });
    } finally {
      writer.close();
      await lanes.keepCosts?.(writer.corrected);
    }
  }

  /** The rows that have no answer yet, until something ends the run. */
  private async *jobs(): AsyncGenerator<PlacedRow> {
    const { source, limit, stop } = this.options;
    const { done } = this.begun;
    const seen = new Set<string>();
    const onBadRow = (row: BadRow): void => {
      this.badCount++;
      keepFirst(this.badRows, row, MAX_LISTED_BAD_ROWS);
    };
    let [read, place] = [0, 0];
    for await (const data of source.rows({ signal: new AbortController().signal, onBadRow })) {
      if (limit !== null && read >= limit) break;
      read++;
      if (seen.has(data.id)) {
        onBadRow({
          line: read,
          reason: `its id ${JSON.stringify(data.id)} is that of an earlier row, which is used`,
        });
        continue;
      }
      seen.add(data.id);
      if (done.has(data.id)) continue;
      if (stop.aborted) return;
      this.reached = this.budgetReached();
      if (this.reached !== null) return;
      yield { data, place: place++ };
    }
    this.isExhausted = true;
  }

  private budgetReached(): EndReason | null {
    const { budgets, wallClock } = this.options;
    if (this.failure !== null) return "failures";
    if (budgets.maxTokens !== null && this.begun.tally.total.tokens >= budgets.maxTokens) return "tokens";
    const minutes = (wallClock().getTime() - this.readyMs) / 60_000;
    return budgets.maxMinutes !== null && minutes >= budgets.maxMinutes ? "minutes" : null;
  }

  /** One row after another, so that the pool grows in the order of the file. */
  private take(place: number, outcome: RowOutcome): Promise<void> {
    const taken = this.taking.then(() => this.takeNow(place, outcome));
    this.taking = taken.catch(() => undefined);
    return taken;
  }

  private async takeNow(place: number, outcome: RowOutcome): Promise<void> {
    const ready = this.options.ordered ? this.order.take(place, outcome) : [outcome];
    for (const one of ready) {
      if (one.kind === "dropped") {
        this.isDropped = true;
        // In order, what follows a dropped row is dropped as well: the resumed run writes both.
        if (this.options.ordered) this.dropping.abort();
        continue;
      }
      if (this.options.ordered && this.isDropped) continue;
      await this.keep(one);
    }
  }

  private async keep({
    row,
    plain,
    used,
    isEngineFailure,
  }: Extract<RowOutcome, { kind: "row" }>): Promise<void> {
    const { begun } = this;
    const { pool, identity, session } = this.options;
    // These first: without their row they are ignored, and all are written again.
    if (used.length > 0 && pool !== null)
      await begun.journal.append(eventLine({ kind: "used", id: row.id, entries: [...used] }));
    if (plain !== null) await begun.journal.append(eventLine(plain));
    const line = lineOf(row);
    await begun.rows.append(line);
    // Written, so it counts, even if the note of the first row no longer finds room.
    begun.tally.take(row);
    if (plain !== null) begun.samples.push(plain);
    if (!begun.hasFirst)
      await begun.journal.append(eventLine({ kind: "first", sha256: sha256OfRow(line.trimEnd()) }));
    begun.hasFirst = true;
    if (pool !== null) {
      updatePool(pool, row, used, identity.published, session.engine);
      this.options.onUsed?.(used);
    }
    this.countFailure(row.error?.message ?? null, isEngineFailure);
    this.report();
  }

  private countFailure(reason: string | null, isEngineFailure: boolean): void {
    const { budgets, paths } = this.options;
    if (reason !== null) this.sessionFailures++;
    this.engineFailures = isEngineFailure ? this.engineFailures + 1 : 0;
    if (this.engineFailures >= MAX_ENGINE_FAILURES)
      this.failure ??= new BatchError({
        tag: "engineKeepsFailing",
        path: paths.out,
        rows: this.engineFailures,
        reason: reason ?? "",
      });
    if (budgets.maxFailures !== null && this.sessionFailures > budgets.maxFailures)
      this.failure ??= new BatchError({
        tag: "tooManyFailures",
        path: paths.out,
        failures: this.sessionFailures,
      });
  }

  private report(): void {
    const { begun, options } = this;
    options.onProgress(
      progressOf({
        tally: begun.tally,
        samples: begun.samples,
        rows: this.rows,
        writtenBefore: this.writtenBefore,
        tokensBefore: this.tokensBefore,
        sessionMs: Math.max(0, options.wallClock().getTime() - this.readyMs),
      }),
    );
  }

  async end(): Promise<BatchResult> {
    const { begun } = this;
    const whole = this.isExhausted && !this.isDropped ? "complete" : "stopped";
    const end = this.failure !== null ? "failures" : (this.reached ?? whole);
    const at = this.options.wallClock().toISOString();
    begun.tally.end(at);
    await begun.journal.append(eventLine({ kind: "end", at, reason: end }));
    return {
      end,
      tally: begun.tally,
      samples: begun.samples,
      sessions: begun.sessions,
      badRows: { count: this.badCount, listed: this.badRows },
      rows: this.rows,
      before: this.writtenBefore,
      fault: this.failure,
    };
  }
}
