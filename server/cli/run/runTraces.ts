// One trace per row, in a folder of the user's choice.
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { TRACE_ENDINGS, type Trace } from "../../../core/trace/index.ts";
import type { DataRow } from "../../data/index.ts";
import { errorCode, unreadableReason } from "../../files/index.ts";
import { writeTraceFile } from "../../files/traces/index.ts";
import { CliError } from "../errors.ts";
import { refuseExisting, type OutputOption } from "../files/overwrite.ts";

/** The most characters of an id in a file name. */
const MAX_NAME = 60;

/** The traces of another run are not replaced without --overwrite. @throws CliError optionInvalid, outputExists, outputPathUnusable */
export async function checkTraceFolder(folder: string, output: OutputOption): Promise<void> {
  const { option } = output;
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    const reason =
      errorCode(error) === "ENOTDIR" ? "it is a file, and a folder is needed" : unreadableReason(error);
    throw new CliError({ tag: "optionInvalid", option, value: folder, reason });
  });
  const traces = names.filter((name) => Object.values(TRACE_ENDINGS).some((ending) => name.endsWith(ending)));
  for (const name of traces.sort()) await refuseExisting(join(folder, name), output);
}

/** Returns the path of the trace from the folder of the output, with "/" between its parts. */
export function traceKeeper(folder: string, out: string) {
  return async ({ id }: DataRow, trace: Trace): Promise<string> => {
    const path = join(folder, traceName(id));
    await writeTraceFile(path, trace);
    return relative(dirname(out), path).replaceAll("\\", "/");
  };
}

/** Unlike that of any other id, even if names ignore upper and lower case. E.g. "item-7.5f2a9c01.lasertrace.gz". */
function traceName(id: string): string {
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 8);
  const safe = id.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, MAX_NAME);
  return `${safe}.${hash}${TRACE_ENDINGS.compact}`;
}
