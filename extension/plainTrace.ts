// Finds the plain run that a trace may be laid beside: of the same prompt, the same model and the same sampling, on a device
// of the same kind. It must not know who shows it.
import path from "node:path";
import { withoutTraceEnding } from "../server/trace/index.ts";
import type { TraceSummaries } from "./traceSummaries.ts";
import type { TraceSummary } from "./traceSummary.ts";
import { listTraces } from "./traces.ts";

/** Newer ones come first; further back nobody looks. */
const MOST_READ = 8;

/** Path of a plain trace among those kept; null where none fits, or the trace itself is plain or can't be read. */
export async function findPlainTrace(
  folder: string,
  file: string,
  summaries: TraceSummaries,
): Promise<string | null> {
  const plain = (await listTraces(folder)).filter(
    (other) =>
      withoutTraceEnding(other.path).endsWith("-plain") && path.resolve(other.path) !== path.resolve(file),
  );
  if (plain.length === 0) return null;
  const own = await summaries.read(file);
  if (!own.ok || own.summary.strategy === "plain") return null;
  for (const other of plain.slice(0, MOST_READ)) {
    const known = await summaries.readFile(other);
    if (known.ok && isPlainOf(known.summary, own.summary)) return other.path;
  }
  return null;
}

/** Whether a run is the other one without drafts. */
function isPlainOf(plain: TraceSummary, run: TraceSummary): boolean {
  const isWhole = plain.finish !== "failed" && plain.finish !== "stopped";
  return plain.strategy === "plain" && isWhole && plain.asked === run.asked;
}
