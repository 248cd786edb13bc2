// How a run begins: with a new output, or after what an earlier session left of the same run.
import { rm, stat } from "node:fs/promises";
import type { Engine } from "../engine/index.ts";
import type { GrowingPool } from "../worker/index.ts";
import { AppendFile } from "./output/appendFile.ts";
import { BatchError } from "./errors.ts";
import { differences, type RunIdentity } from "./identity.ts";
import { JOURNAL_VERSION, type JournalEvent, type PlainSample, type RunSession } from "./output/journal.ts";
import type { OutputPaths } from "./output/outputPaths.ts";
import { updatePool } from "./poolUpdates.ts";
import { exists, readFirstRow, readJournal, readRows, type RecordedJournal } from "./output/recordedRun.ts";
import { removeFailedRows } from "./output/rewriteRows.ts";
import { RunTally } from "./tally.ts";

/** begin: the files must not exist · overwrite: existing ones are replaced · resume: they are continued. */
export type BeginMode = "begin" | "overwrite" | "resume";

export interface BeginOptions {
  readonly paths: OutputPaths;
  readonly mode: BeginMode;
  readonly identity: RunIdentity;
  readonly generator: string;
  readonly retryFailed: boolean;
  /** About one row in this many is to be written plainly as well; 0: none. */
  readonly plainEvery: number;
  readonly engine: Pick<Engine, "tokenizer" | "target">;
  /** Grows by what was written before, in the same order. */
  readonly pool: GrowingPool | null;
  readonly signal: AbortSignal;
  readonly wallClock: () => Date;
}

export interface BegunRun {
  readonly startedAt: Date;
  /** Ids that already have an answer. */
  readonly done: ReadonlySet<string>;
  readonly tally: RunTally;
  readonly sessions: RunSession[];
  readonly samples: PlainSample[];
  /** Whether the journal holds the first row of the output. */
  hasFirst: boolean;
  readonly rows: AppendFile;
  readonly journal: AppendFile;
}

/**
 * Refuses an output that would be written over, before anything slow is done.
 * @returns whether there is an earlier run to continue
 * @throws BatchError outputExists, outputNotARun; FilesError
 */
export async function checkOutput(
  paths: OutputPaths,
  mode: BeginMode,
  signal: AbortSignal,
): Promise<boolean> {
  if (mode === "overwrite") return false;
  const hasRows = await exists(paths.rows);
  const hasOut = hasRows || (await exists(paths.out));
  if (mode === "resume" && (hasOut || (await exists(paths.journal)))) {
    await readJournal(paths, signal);
    return true;
  }
  if (hasOut) {
    const answers = hasRows && (await exists(paths.journal)) ? await countRows(paths, signal) : null;
    throw new BatchError({ tag: "outputExists", path: paths.out, answers });
  }
  const beside = await foreignBeside(paths, signal);
  if (beside !== null) throw new BatchError({ tag: "outputExists", path: beside, answers: null });
  return false;
}

/** What the sessions of a run wrote besides its output. @throws BatchError; FilesError */
export async function alsoWrittenBy(paths: OutputPaths, signal: AbortSignal): Promise<readonly string[]> {
  if (!(await exists(paths.journal))) return [];
  const { sessions } = await readJournal(paths, signal);
  return sessions.flatMap(({ alsoWrites = [] }) => alsoWrites);
}

/** A file beside the output that a new run would replace, except for the journal of a run that wrote no row. */
async function foreignBeside(
  { out, journal, summary }: OutputPaths,
  signal: AbortSignal,
): Promise<string | null> {
  if (await isWritten(summary)) return summary;
  if (!(await isWritten(journal))) return null;
  const isJournal = await readJournal({ out, journal }, signal).then(
    () => true,
    (error: unknown) => {
      if (error instanceof BatchError) return false;
      throw error;
    },
  );
  return isJournal ? null : journal;
}

/** Whether something would be lost: an empty file is written to, as by every command. */
async function isWritten(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size > 0;
}

async function countRows({ rows }: OutputPaths, signal: AbortSignal): Promise<number | null> {
  let answers = 0;
  try {
    await readRows(rows, signal, () => {
      answers++;
    });
    return answers;
  } catch {
    return null;
  }
}

/** @throws BatchError; FilesError; nothing is changed if the run is another one */
export async function beginRun(options: BeginOptions): Promise<BegunRun> {
  const { paths, signal, wallClock } = options;
  if (await checkOutput(paths, options.mode, signal)) return continueRun(options);
  const startedAt = wallClock();
  for (const old of [paths.out, paths.rows]) await rm(old, { force: true });
  // The journal first: an output without one could not be continued.
  const journal = await AppendFile.open(paths.journal, 0);
  const event: JournalEvent = {
    kind: "run",
    version: JOURNAL_VERSION,
    generator: options.generator,
    startedAt: startedAt.toISOString(),
    identity: options.identity,
  };
  await journal.append(eventLine(event));
  const rows = await AppendFile.open(paths.rows, 0);
  return {
    startedAt,
    done: new Set(),
    tally: new RunTally(options.plainEvery),
    sessions: [],
    samples: [],
    hasFirst: false,
    rows,
    journal,
  };
}

async function continueRun(options: BeginOptions): Promise<BegunRun> {
  const { paths, signal, pool, engine, identity, retryFailed } = options;
  const recorded = await readJournal(paths, signal);
  const found = differences(recorded.identity, identity);
  if (found.length > 0)
    throw new BatchError({ tag: "outputOfOtherRun", path: paths.out, differences: found });
  await checkTogether(recorded, paths, signal);
  if (retryFailed) await removeFailedRows(paths.rows, signal);
  const done = new Set<string>();
  const tally = new RunTally(options.plainEvery);
  const at = sessionSteps(recorded, tally);
  const bytes = await readRows(paths.rows, signal, (row, _, line) => {
    if (done.has(row.id)) {
      const reason = `its id ${JSON.stringify(row.id)} is that of an earlier row, and a run writes each row once`;
      throw new BatchError({ tag: "outputDamaged", path: paths.rows, line, reason });
    }
    at(row.finishedAt);
    done.add(row.id);
    tally.take(row);
    if (pool !== null) updatePool(pool, row, recorded.used.get(row.id) ?? [], identity.published, engine);
  });
  at(null);
  const journal = await AppendFile.open(paths.journal, recorded.bytes);
  const first = await readFirstRow(paths.rows, signal);
  if (first !== null && first.sha256 !== recorded.first)
    await journal.append(eventLine({ kind: "first", sha256: first.sha256 }));
  return {
    startedAt: new Date(recorded.startedAt),
    done,
    tally,
    sessions: [...recorded.sessions],
    samples: samplesOf(recorded, done),
    hasFirst: first !== null,
    rows: await AppendFile.open(paths.rows, bytes),
    journal,
  };
}

/**
 * Refuses a journal that was written with another output, though by the same command: its samples and
 * sessions are not those of these rows. A kill may lose the record of the first row; a row is then at least
 * no older than its run.
 * @throws BatchError journalOfOtherRun, outputDamaged; FilesError
 */
async function checkTogether(
  { first, startedAt }: RecordedJournal,
  { out, rows, journal }: OutputPaths,
  signal: AbortSignal,
): Promise<void> {
  const row = await readFirstRow(rows, signal);
  if (row === null) return; // All rows were lost, or none was written: they are written again.
  const isOwn = first === null ? row.finishedAt >= startedAt : row.sha256 === first;
  if (!isOwn) throw new BatchError({ tag: "journalOfOtherRun", path: out, journal });
}

/** A sample whose row was lost is written again with its row: the last one of an id counts. */
function samplesOf({ samples }: RecordedJournal, done: ReadonlySet<string>): PlainSample[] {
  return [...new Map(samples.map((sample) => [sample.id, sample])).values()].filter(({ id }) => done.has(id));
}

/** Moves the tally from session to session as rows of later ones come; null: after the last row. */
function sessionSteps({ sessions, ends }: RecordedJournal, tally: RunTally) {
  let next = 0;
  return (finishedAt: string | null): void => {
    while (next < sessions.length && (finishedAt === null || sessions[next]!.readyAt <= finishedAt)) {
      const begins = sessions[next]!.readyAt;
      const end = ends.findLast(({ at }) => at < begins && (next === 0 || at > sessions[next - 1]!.readyAt));
      if (end !== undefined && next > 0) tally.end(end.at);
      tally.begin(sessions[next++]!);
    }
    const last = ends.at(-1);
    if (finishedAt === null && last !== undefined && last.at > (sessions.at(-1)?.readyAt ?? ""))
      tally.end(last.at);
  };
}

export const eventLine = (event: JournalEvent): string => `${JSON.stringify(event)}\n`;
