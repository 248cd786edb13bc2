// Writes trace files, whole or not at all.
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { PRIVATE_MODE, writeFileAtomic } from "../index.ts";
import { formToWrite, serialiseTrace, type Trace } from "../../../core/trace/index.ts";

const pack = promisify(gzip);

/** Writes a trace in the form that its file name implies; a new file is readable only by its owner. @throws FilesError */
export async function writeTraceFile(path: string, trace: Trace): Promise<void> {
  const text = serialiseTrace(trace);
  await writeFileAtomic(path, formToWrite(path) === "compact" ? await pack(text) : text, {
    mode: PRIVATE_MODE,
  });
}
