// What one answer is generated from, and what comes of it.
import type { DecodeEvent, Planner, TargetModel } from "../../../core/laser/index.ts";
import type { GenerationSettings } from "../../../core/settings/index.ts";
import type { NamedTokens, PoolRoute, RecordedStep, Trace, TraceHeader } from "../../../core/trace/index.ts";
import type { CommittedPiece } from "../../protocol/worker.ts";
import type { LoadedPool } from "../pool/pool.ts";
import type { PreparedPrompt } from "../prompt/preparedPrompt.ts";
import type { ContinuedPrompt } from "./traceHeader.ts";

export type GenerateEvent =
  | { readonly kind: "begin"; readonly header: TraceHeader; readonly tokens: NamedTokens }
  /** The model is tried before its first reproducible run; comes before `begin`. */
  | { readonly kind: "probe"; readonly share: number }
  | Extract<DecodeEvent, { readonly kind: "prefill" }>
  | ({ readonly kind: "step"; readonly pieces: readonly CommittedPiece[] } & RecordedStep);

export interface GenerateOptions {
  readonly prompt: PreparedPrompt | ContinuedPrompt;
  readonly settings: GenerationSettings;
  /** null: no pool, even if the strategy could use one. */
  readonly pool: LoadedPool | null;
  /** What the request is about and the group that it was sent to; omitted: unknown, and all of the pool counts equally. */
  readonly route?: PoolRoute;
  readonly signal: AbortSignal;
  /** One sequence of several that are evaluated together; the engine's own if omitted. Such a run is not reproducible. */
  readonly lane?: SessionLane;
  /**
   * False if the trace is not kept: rows that no verdict needs are not read, and the trace holds none. Its text,
   * tokens, kept drafts and times are as always; it is not to be written. True if omitted.
   */
  readonly keepsRows?: boolean;
  /** Awaited, so that the listener sets the pace. */
  readonly onEvent?: (event: GenerateEvent) => void | Promise<void>;
}

/** Where a run is decoded beside others. */
export interface SessionLane {
  readonly target: TargetModel;
  readonly planner: Planner;
}

/** A run with its trace, up to the failure if the engine failed. The caller throws the failure once it has used the trace. */
export interface Generated {
  readonly trace: Trace;
  readonly failure: Error | null;
}
