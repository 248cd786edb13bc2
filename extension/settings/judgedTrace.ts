// Which trace the what-if of the settings editor judges.
import type { TraceSummaries } from "../traces/traceSummaries.ts";
import type { TraceFile } from "../traces/traces.ts";

/** Traces whose summaries are read to find one with drafts. */
const MAX_READ = 12;

/**
 * The path of the newest trace with drafts, or of the newest that can be read: a plain run leaves nothing to judge. Null
 * without any.
 * @param files newest first
 */
export async function traceToJudge(
  files: readonly TraceFile[],
  summaries: Pick<TraceSummaries, "readFile">,
): Promise<string | null> {
  let newest: string | null = null;
  for (const file of files.slice(0, MAX_READ)) {
    const reading = await summaries.readFile(file);
    if (!reading.ok) continue;
    if (reading.summary.metrics.drafted > 0) return file.path;
    newest ??= file.path;
  }
  return newest;
}
