// What a trace's tab is called: the run's name, as lists and lenses have it.
import path from "node:path";
import * as vscode from "vscode";
import { runName } from "../shared/runName.ts";
import { givenName } from "./traceNames.ts";
import type { TraceSummaries } from "./traceSummaries.ts";

/** Null if the file can't be read as a trace, or is not on this machine. Never rejects. */
export async function nameOfTrace(uri: vscode.Uri, summaries: TraceSummaries): Promise<string | null> {
  const given = givenName(path.posix.basename(uri.path));
  if (given !== null) return given;
  if (uri.scheme !== "file") return null;
  const reading = await summaries.read(uri.fsPath);
  return reading.ok ? runName(reading.summary, Date.now(), vscode.env.language) : null;
}
