// Keeps the traces of runs in a folder: names them, writes them whole, and removes the oldest beyond the
// bounds.
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { runFileName, runOfFileName, type Trace, type TraceForm } from "../../core/trace/index.ts";
import { writeTraceFile } from "../files/traces/index.ts";
import type { ServerLimits } from "./options.ts";

const PROMPT_CHARACTERS = 40;

export type TraceLimits = Pick<ServerLimits, "traces" | "traceBytes">;

/** Writes a trace and returns its path. @throws FilesError when it can't be written; the folder is then unchanged */
export async function keepTrace(
  folder: string,
  trace: Trace,
  limits: TraceLimits,
  form: TraceForm = "plain",
): Promise<string> {
  const name = traceName(trace, form);
  const path = join(folder, name);
  await writeTraceFile(path, trace);
  await prune(folder, name, limits);
  return path;
}

/** `<time>-<prompt>-<strategy>` and the ending; the prompt file's name without its folders and ending. */
export function traceName({ createdAt, request }: Trace, form: TraceForm = "plain"): string {
  const file = (request.promptFile ?? "text").split(/[/\\]/).at(-1) ?? "";
  const prompt = file.replace(/\.prompty$/, "").replace(/[^\p{L}\p{N}_-]+/gu, "-");
  // The cut may leave half a surrogate pair, which is not valid in a file name.
  const short = prompt.slice(0, PROMPT_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
  return runFileName(createdAt, `${short === "" ? "text" : short}-${request.strategy}`, form);
}

/** Removes the oldest files named by this module until count and bytes are within bounds; `newest` always stays. */
async function prune(folder: string, newest: string, { traces, traceBytes }: TraceLimits): Promise<void> {
  const names = (await readdir(folder)).filter((name) => runOfFileName(name) !== null && name !== newest);
  names.sort().reverse();
  let bytes = await sizeOf(join(folder, newest));
  let kept = 1;
  for (const name of names) {
    const path = join(folder, name);
    const size = await sizeOf(path);
    if (kept < traces && bytes + size <= traceBytes) {
      kept++;
      bytes += size;
    } else {
      bytes = Infinity; // Once one is removed, all older ones are removed as well.
      await rm(path, { force: true }).catch(() => undefined); // Opened by another program: the next run tries again.
    }
  }
}

/** In bytes; 0 for a file that another window has just removed. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
