// What an earlier session left: its journal and its rows, read up to a torn last line.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { asFilesError, errorCode } from "../../files/index.ts";
import { BatchError } from "../errors.ts";
import type { RunIdentity } from "../identity.ts";
import {
  JOURNAL_VERSION,
  parseJournalEvent,
  type JournalEvent,
  type PlainSample,
  type RunEnd,
  type RunSession,
} from "./journal.ts";
import type { OutputPaths } from "./outputPaths.ts";
import { outputRows } from "./outputRows.ts";
import type { OutputRow } from "../../protocol/outputRow.ts";
import { wholeLines } from "./wholeLines.ts";

export interface RecordedJournal {
  readonly startedAt: string;
  readonly identity: RunIdentity;
  /**
   * SHA-256 of the first row; null if none was written, or if an earlier version wrote it, which did not
   * record it.
   */
  readonly first: string | null;
  readonly sessions: readonly RunSession[];
  readonly ends: readonly RunEnd[];
  readonly samples: readonly PlainSample[];
  /** Pool entries that each row used, by id. */
  readonly used: ReadonlyMap<string, readonly number[]>;
  /** The length of the part whose lines are whole. */
  readonly bytes: number;
}

/** @throws BatchError outputNotARun, outputDamaged; FilesError */
export async function readJournal(
  { out, journal }: Pick<OutputPaths, "out" | "journal">,
  signal: AbortSignal,
): Promise<RecordedJournal> {
  const events: JournalEvent[] = [];
  let bytes = 0;
  try {
    for await (const { text, line, endBytes } of wholeLines(journal, signal)) {
      const event = parseJournalEvent(text);
      if (event === null)
        throw new BatchError({
          tag: "outputDamaged",
          path: journal,
          line,
          reason: `it is not an event of version ${JOURNAL_VERSION}`,
        });
      events.push(event);
      bytes = endBytes;
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT")
      throw error instanceof BatchError ? error : asFilesError(error, journal);
    throw new BatchError(
      { tag: "outputNotARun", path: out, missing: `${journal} is missing` },
      { cause: error },
    );
  }
  const of = <K extends JournalEvent["kind"]>(kind: K) =>
    events.filter((event): event is Extract<JournalEvent, { kind: K }> => event.kind === kind);
  const [run] = of("run");
  if (run === undefined || events[0] !== run)
    throw new BatchError({
      tag: "outputNotARun",
      path: out,
      missing: `${journal} does not begin with a run`,
    });
  return {
    startedAt: run.startedAt,
    identity: run.identity,
    first: of("first").at(-1)?.sha256 ?? null,
    sessions: of("session"),
    ends: of("end"),
    samples: of("plain"),
    // Of a row that was written again, the last one counts.
    used: new Map(of("used").map(({ id, entries }) => [id, entries])),
    bytes,
  };
}

/** The first whole row; null without one. @throws BatchError outputDamaged; FilesError */
export async function readFirstRow(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly sha256: string; readonly finishedAt: string } | null> {
  try {
    for await (const { row, text } of outputRows(path, signal))
      return { sha256: sha256OfRow(text), finishedAt: row.finishedAt };
    return null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error instanceof BatchError ? error : asFilesError(error, path);
  }
}

/** @param line without its line break */
export const sha256OfRow = (line: string): string => createHash("sha256").update(line).digest("hex");

/**
 * Calls `onRow` for each whole row in the order written.
 * @returns the bytes up to a torn last line, 0 if nothing was written
 * @throws BatchError outputDamaged; FilesError
 */
export async function readRows(
  path: string,
  signal: AbortSignal,
  onRow: (row: OutputRow, text: string, line: number) => void | Promise<void>,
): Promise<number> {
  let bytes = 0;
  try {
    for await (const { row, text, line, endBytes } of outputRows(path, signal)) {
      await onRow(row, text, line);
      bytes = endBytes;
    }
  } catch (error) {
    if (errorCode(error) === "ENOENT") return 0;
    throw error instanceof BatchError ? error : asFilesError(error, path);
  }
  return bytes;
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return false;
    throw asFilesError(error, path);
  }
}
