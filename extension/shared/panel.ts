// The messages between the side panel and the extension, one tagged union for each direction. When the panel
// is ready it gets a snapshot, then deltas. It never talks to the server.
import * as Type from "typebox";
import type { Parsed } from "../../core/base/index.ts";
import type { RunId, RunResult, ServerStatus } from "../../server/protocol/methods.ts";
import type { CommittedPiece } from "../../server/protocol/worker.ts";
import { RunEventSchema } from "../../server/protocol/workerEvents.ts";
import type { PlainRun } from "./plainRun.ts";
import type { NamedEntries, NamedTokens, TraceHeader, TraceStep } from "../../core/trace/index.ts";

/** Which run it is, known before it starts. */
export interface RunIdentity {
  /** As tabs, lists and lenses call it, e.g. "book · laser k 6 p 0.02 · 17:04". */
  readonly name: string;
  /** Name of the prompt file; null for selected text. */
  readonly promptFile: string | null;
  /** Whether the same prompt can be run again. */
  readonly canRunAgain: boolean;
}

/** The state of a run: enough to draw everything. */
export interface RunSnapshot {
  readonly runId: RunId;
  /** Null only if the page was never sent one. */
  readonly identity: RunIdentity | null;
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
  /** Which plain run that was, and how comparable the two runs are; null: not measured. */
  readonly plainRun: PlainRun | null;
  /** Whether a kept plain run is still looked for: until then null does not mean that there is none. */
  readonly isPlainPending: boolean;
  /** How long reading the prompt took; null until the first step, or if that was not measured. */
  readonly prefillMs: number | null;
  /** How many tokens were evaluated for it, without those still in the cache; null until the first step. */
  readonly prefillTokens: number | null;
}

const runId = Type.String();
// Checked as objects only: both sides are of one build, and steps come up to 200 times per second.
const status = Type.Unsafe<ServerStatus>({ type: "object" });
const result = Type.Unsafe<RunResult>({ type: "object" });
const identity = Type.Union([Type.Unsafe<RunIdentity>({ type: "object" }), Type.Null()]);

export const ToPanelSchema = Type.Union([
  Type.Object({ kind: Type.Literal("event"), runId, event: RunEventSchema }),
  Type.Object({
    kind: Type.Literal("snapshot"),
    status,
    run: Type.Union([Type.Unsafe<RunSnapshot>({ type: "object" }), Type.Null()]),
  }),
  Type.Object({ kind: Type.Literal("status"), status }),
  Type.Object({ kind: Type.Literal("started"), runId, identity }),
  Type.Object({ kind: Type.Literal("ended"), runId, result, isPlainPending: Type.Optional(Type.Boolean()) }),
  /** The plain run that the speed-up of this run is measured against; null: none is kept. */
  Type.Object({
    kind: Type.Literal("plainMeasured"),
    runId,
    tokensPerSecond: Type.Union([Type.Number(), Type.Null()]),
    plainRun: Type.Union([Type.Unsafe<PlainRun>({ type: "object" }), Type.Null()]),
  }),
  /**
   * What has to be done before the next run can be shown, in words; null: nothing. May arrive before the
   * snapshot.
   */
  Type.Object({ kind: Type.Literal("awaited"), words: Type.Union([Type.String(), Type.Null()]) }),
  /** The waiting runs, by the names of their prompts. */
  Type.Object({
    kind: Type.Literal("queue"),
    /** What the run shown waits for; null once it is its turn. */
    behind: Type.Union([Type.String(), Type.Null()]),
    /** The runs after it. */
    next: Type.Array(Type.String()),
  }),
]);
export type ToPanel = Parsed<typeof ToPanelSchema>;

/** Commands that the panel requests; the extension decides whether they can run. */
export const PANEL_COMMANDS = ["generate", "stop", "measurePlain", "openTrace", "openSettings"] as const;
export type PanelCommand = (typeof PANEL_COMMANDS)[number];

export const FromPanelSchema = Type.Union([
  /** The page is ready (first load, shown again, reloaded): send a snapshot. */
  Type.Object({ kind: Type.Literal("ready") }),
  Type.Object({ kind: Type.Literal("command"), command: Type.Enum(PANEL_COMMANDS) }),
  /** What fixes the failure of the run shown, or of the server: the entry of errorFixes. */
  Type.Object({
    kind: Type.Literal("fix"),
    of: Type.Union([Type.Literal("run"), Type.Literal("server")]),
    at: Type.Integer({ minimum: 0 }),
  }),
  /** Runs the same prompt again, with the current settings. */
  Type.Object({ kind: Type.Literal("runAgain"), runId }),
]);
export type FromPanel = Parsed<typeof FromPanelSchema>;
