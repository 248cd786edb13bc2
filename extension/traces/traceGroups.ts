// Kept traces as a tree: by prompt, newest first, a continued run under the run that it continues. What is not read yet
// is placed by its file's name.
import { t } from "../../core/base/index.ts";
import path from "node:path";
import { promptName } from "../shared/runName.ts";
import { promptOfName } from "./traceNames.ts";
import type { TraceReading } from "./traceSummaries.ts";
import type { TraceSummary } from "./traceSummary.ts";
import type { TraceFile } from "./traces.ts";

export interface TraceNode {
  readonly kind: "trace";
  readonly file: TraceFile;
  /** Runs that continue this one, oldest first. */
  readonly children: readonly TraceNode[];
}

export interface PromptGroup {
  readonly kind: "prompt";
  /** Equal for equal groups of two lists. */
  readonly key: string;
  /** E.g. "book". */
  readonly name: string;
  /** Address of the prompt file; null if no trace says. */
  readonly promptUri: string | null;
  readonly traces: readonly TraceNode[];
}

/** @param files newest first */
export function groupTraces(
  files: readonly TraceFile[],
  readingOf: (file: TraceFile) => TraceReading | null,
): readonly PromptGroup[] {
  const summaries = new Map<TraceFile, TraceSummary>();
  for (const file of files) {
    const reading = readingOf(file);
    if (reading?.ok === true) summaries.set(file, reading.summary);
  }
  const parents = parentsOf(files, summaries);
  const nodeOf = (file: TraceFile): TraceNode => ({
    kind: "trace",
    file,
    children: files
      .filter((other) => parents.get(other) === file)
      .map(nodeOf)
      .reverse(),
  });
  const roots = files.filter((file) => !parents.has(file));
  const urisOf = addressesByName(roots, summaries);
  const groups = new Map<string, { name: string; promptUri: string | null; traces: TraceNode[] }>();
  for (const file of roots) {
    const name = nameOf(file, summaries);
    const known = urisOf.get(name) ?? [];
    // A trace that doesn't say which of several files of the same name it belongs to is kept apart from all of them.
    const promptUri = summaries.get(file)?.promptUri ?? (known.length === 1 ? known[0]! : null);
    const key = `${name}\n${promptUri ?? ""}`;
    const group = groups.get(key) ?? { name, promptUri, traces: [] };
    groups.set(key, group);
    group.traces.push(nodeOf(file));
  }
  return [...groups].map(([key, group]) => ({ kind: "prompt", key, ...group }));
}

function nameOf(file: TraceFile, summaries: ReadonlyMap<TraceFile, TraceSummary>): string {
  const summary = summaries.get(file);
  if (summary === undefined) return promptOfName(path.basename(file.path));
  return promptName(summary.promptFile) ?? t("selected text");
}

function addressesByName(
  files: readonly TraceFile[],
  summaries: ReadonlyMap<TraceFile, TraceSummary>,
): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const file of files) {
    const uri = summaries.get(file)?.promptUri;
    const of = all.get(nameOf(file, summaries)) ?? [];
    if (uri && !of.includes(uri)) all.set(nameOf(file, summaries), [...of, uri]);
  }
  return all;
}

/** The listed file that each continued run continues: by its name, or by when it began, as a trace may be renamed. */
function parentsOf(
  files: readonly TraceFile[],
  summaries: ReadonlyMap<TraceFile, TraceSummary>,
): ReadonlyMap<TraceFile, TraceFile> {
  const byName = new Map(files.map((file) => [path.basename(file.path), file]));
  const byTime = new Map(files.map((file) => [summaries.get(file)?.createdAt, file]));
  const parents = new Map<TraceFile, TraceFile>();
  for (const [file, { parent }] of summaries) {
    if (parent === null) continue;
    const found =
      (parent.file === null ? undefined : byName.get(parent.file)) ?? byTime.get(parent.createdAt);
    // A damaged file could name itself, or a run that continues it: a tree has no circles.
    if (found !== undefined && found !== file && !isAbove(parents, found, file)) parents.set(file, found);
  }
  return parents;
}

/** Whether `file` is `below` or one of those above it. */
function isAbove(parents: ReadonlyMap<TraceFile, TraceFile>, below: TraceFile, file: TraceFile): boolean {
  let at: TraceFile | undefined = below;
  while (at !== undefined && at !== file) at = parents.get(at);
  return at === file;
}
