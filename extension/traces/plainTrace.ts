// Finds a plain run to compare a trace with: same prompt, model and sampling, on the same kind of device.
import path from "node:path";
import { withoutTraceEnding } from "../../core/trace/index.ts";
import { plainRunOf, type PlainRun } from "../shared/plainRun.ts";
import type { TraceSummaries } from "./traceSummaries.ts";
import type { TraceSummary } from "./traceSummary.ts";
import { listTraces } from "./traces.ts";

/** At most this many unread files are read, newest first: with names that plain runs give … */
const MAX_NAMED_SO = 8;
/** … and of all others, because a trace may be renamed. */
const MAX_OTHERS = 24;

/**
 * Path of a matching plain trace in the folder; null if there is none, or if the trace itself is plain or
 * unreadable.
 */
export async function findPlainTrace(
  folder: string,
  file: string,
  summaries: TraceSummaries,
): Promise<string | null> {
  const others = (await listTraces(folder)).filter(
    (other) => path.resolve(other.path) !== path.resolve(file),
  );
  if (others.length === 0) return null;
  const own = await summaries.read(file);
  if (!own.ok || own.summary.strategy === "plain") return null;
  const left = { named: MAX_NAMED_SO, others: MAX_OTHERS };
  for (const other of others) {
    const isKnown = summaries.known(other) !== null;
    const kind = withoutTraceEnding(other.path).endsWith("-plain") ? "named" : "others";
    if (!isKnown && left[kind]-- <= 0) continue;
    const reading = await summaries.readFile(other);
    if (reading.ok && isPlainOf(reading.summary, own.summary)) return other.path;
  }
  return null;
}

/** The plain run that a trace's speed is compared with, and how comparable the two are; null without one. Never rejects. */
export async function findPlainRun(
  folder: string,
  file: string,
  summaries: TraceSummaries,
): Promise<PlainRun | null> {
  const found = await findPlainTrace(folder, file, summaries);
  if (found === null) return null;
  const [plain, own] = [await summaries.read(found), await summaries.read(file)];
  if (!plain.ok || !own.ok) return null;
  const { tokensPerSecond } = plain.summary.metrics;
  return tokensPerSecond === null
    ? null
    : plainRunOf(found, { ...plain.summary, tokensPerSecond }, own.summary);
}

/** Whether a run is the same as the other one, but without drafts. */
function isPlainOf(plain: TraceSummary, run: TraceSummary): boolean {
  const isWhole = plain.finish !== "failed" && plain.finish !== "stopped";
  return plain.strategy === "plain" && isWhole && plain.asked === run.asked;
}
