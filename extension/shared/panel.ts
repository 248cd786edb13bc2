// The messages between the side panel and the extension, one tagged union for each direction. When the panel
// is ready it gets a snapshot, then deltas. It never talks to the server.
import type { RunEvent, RunId, RunResult, ServerStatus } from "../../server/protocol/methods.ts";
import type { CommittedPiece } from "../../server/protocol/worker.ts";
import type { NamedEntries, NamedTokens, TraceHeader, TraceStep } from "../../core/trace/index.ts";

/** The state of a run: enough to draw everything. */
export interface RunSnapshot {
  readonly runId: RunId;
  /** Null until it starts. */
  readonly header: TraceHeader | null;
  readonly tokens: NamedTokens;
  readonly entries: NamedEntries;
  readonly steps: readonly TraceStep[];
  /** pieces[i] holds the texts of the tokens that steps[i] committed. */
  readonly pieces: readonly (readonly CommittedPiece[])[];
  /** The slow operation in progress, e.g. loading; null if there is none. */
  readonly progress: { readonly message: string; readonly share: number | null } | null;
  /** Null while it runs. */
  readonly ended: RunResult | null;
  /** tokens/s of a plain run of the same prompt, measured; null: not measured. */
  readonly plainTokensPerSecond: number | null;
}

export type ToPanel =
  | { readonly kind: "snapshot"; readonly status: ServerStatus; readonly run: RunSnapshot | null }
  | { readonly kind: "status"; readonly status: ServerStatus }
  | { readonly kind: "started"; readonly runId: RunId }
  | { readonly kind: "event"; readonly runId: RunId; readonly event: RunEvent }
  | { readonly kind: "ended"; readonly runId: RunId; readonly result: RunResult }
  | { readonly kind: "plainMeasured"; readonly runId: RunId; readonly tokensPerSecond: number };

/** Commands that the panel requests; the extension decides whether they can run. */
export const PANEL_COMMANDS = [
  "generate",
  "stop",
  "measurePlain",
  "openTrace",
  "openSettings",
  "showLog",
] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];

export type FromPanel =
  /** The page is ready (first load, shown again, reloaded): send a snapshot. */
  { readonly kind: "ready" } | { readonly kind: "command"; readonly command: PanelCommand };
