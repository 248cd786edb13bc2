// Lists and reads kept traces. The server writes them and decides how many are kept.
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { formOfName, timeOfFileName, TRACE_ENDINGS, TraceError, type Trace } from "../../core/trace/index.ts";
import { readTraceFile } from "../../server/files/traces/index.ts";

export interface TraceFile {
  readonly path: string;
  /** Modification time of the file. */
  readonly modifiedMs: number;
  /**
   * Start time of the run according to the file name, otherwise `modifiedMs`: a copy is not newer than its
   * original.
   */
  readonly beganMs: number;
  readonly bytes: number;
}

/** File filters for dialogs, which match only the part after the last dot. */
export const TRACE_FILTERS = {
  Traces: Object.values(TRACE_ENDINGS).map((ending) => path.extname(ending).slice(1)),
};

/** The traces of a folder, newest first; none if the folder does not exist yet. */
export async function listTraces(folder: string): Promise<readonly TraceFile[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => formOfName(name) !== null)
      .map(async (name) => {
        const file = path.join(folder, name);
        // Another window may delete it meanwhile.
        const stats = await stat(file).catch(() => null);
        return stats === null ? null : traceFileOf(file, stats.mtimeMs, stats.size);
      }),
  );
  return found.filter((file) => file !== null).sort((a, b) => b.beganMs - a.beganMs);
}

export function traceFileOf(file: string, modifiedMs: number, bytes: number): TraceFile {
  return { path: file, modifiedMs, bytes, beganMs: timeOfFileName(path.basename(file)) ?? modifiedMs };
}

/** Reads a trace; null if the file is missing or is not a valid trace. */
export async function readTrace(file: string): Promise<Trace | null> {
  try {
    return await readTraceFile(file);
  } catch (error) {
    if (error instanceof TraceError || isFileError(error)) return null;
    throw error;
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "code" in error;
}
