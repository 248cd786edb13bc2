// Keeps what was seen of a run whose language server ended: the server, which keeps all other traces, can't. It must
// not know who tells the user.
import path from "node:path";
import { writeFileAtomic } from "../server/files/index.ts";
import type { ErrorText } from "../server/protocol/errors/text.ts";
import { serialiseTrace, TraceAssembler, type Trace } from "../server/trace/index.ts";
import type { RunSnapshot } from "./protocol/panel.ts";

/** The trace of a run as far as it was seen; null where it made no step. */
export function interruptedTrace(run: RunSnapshot, { code, message }: ErrorText): Trace | null {
  const { header, tokens, entries, steps } = run;
  if (header === null || steps.length === 0) return null;
  const trace = new TraceAssembler(header, tokens);
  trace.prefilled(header.request.promptTokens.length - 1);
  for (const step of steps) trace.add(step, {}, entries);
  return trace.trace({ finish: "failed", error: { code, message } });
}

/** Writes a trace beside the others, named so that the server removes it as one of them in time. Returns its path. */
export async function keepInterrupted(folder: string, trace: Trace): Promise<string> {
  const time = trace.createdAt.replace(/[:.]/g, "-");
  const file = path.join(folder, `${time}-interrupted-${trace.request.strategy}.lasertrace`);
  await writeFileAtomic(file, serialiseTrace(trace));
  return file;
}
