// Finds the plain run that a trace may be laid beside: of the same prompt, the same model and the same sampling, on a device
// of the same kind. It must not know who shows it.
import path from "node:path";
import type { Trace } from "../server/trace/index.ts";
import { listTraces, readTrace } from "./traces.ts";

/** Newer ones come first; further back nobody looks. */
const MOST_READ = 8;

/** Path of a plain trace among those kept; null where none fits, or the trace itself is plain or can't be read. */
export async function findPlainTrace(folder: string, file: string): Promise<string | null> {
  const plain = (await listTraces(folder)).filter((other) => other.path.endsWith("-plain.lasertrace"));
  if (plain.length === 0) return null;
  const trace = await readTrace(file);
  if (trace === null || trace.request.strategy === "plain") return null;
  for (const other of plain.slice(0, MOST_READ)) {
    const known = path.resolve(other.path) === path.resolve(file) ? null : await readTrace(other.path);
    if (known !== null && isPlainOf(known, trace)) return other.path;
  }
  return null;
}

/** Whether a run is the other one without drafts. */
export function isPlainOf(plain: Trace, trace: Trace): boolean {
  const [a, b] = [plain.request, trace.request];
  return (
    a.strategy === "plain" &&
    plain.result.finish !== "failed" &&
    plain.result.finish !== "stopped" &&
    a.promptTokens.length === b.promptTokens.length &&
    a.promptTokens.every((token, place) => token === b.promptTokens[place]) &&
    JSON.stringify(a.sampling) === JSON.stringify(b.sampling) &&
    a.maxTokens === b.maxTokens &&
    plain.model.file === trace.model.file &&
    plain.model.modelBytes === trace.model.modelBytes &&
    plain.device.backend === trace.device.backend
  );
}
