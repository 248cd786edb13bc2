// The files of a run, all beside its output, and how a file elsewhere is named in them.
import { dirname, relative, resolve } from "node:path";

export interface OutputPaths {
  /** As named by --out. */
  readonly out: string;
  /** JSON lines, appended while running: the output itself, unless that is Parquet, which can't grow. */
  readonly rows: string;
  readonly journal: string;
  readonly summary: string;
  readonly lock: string;
}

export function outputPaths(out: string): OutputPaths {
  const isParquet = /\.parquet$/i.test(out);
  return {
    out,
    rows: isParquet ? `${out}.jsonl` : out,
    journal: `${out}.journal`,
    summary: `${out.replace(/\.(?:jsonl|ndjson|parquet)$/i, "")}.summary.html`,
    lock: `${out}.lock`,
  };
}

/** A path from the folder of the output, with "/" between its parts, so that both can be moved together. */
export const placeBeside = (out: string, path: string): string =>
  relative(dirname(resolve(out)), resolve(path)).replaceAll("\\", "/");
