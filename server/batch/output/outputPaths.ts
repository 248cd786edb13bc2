// The files of a run, all beside its output.

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
